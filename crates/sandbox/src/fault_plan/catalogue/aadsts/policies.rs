//! Rules that an administrator set: signing in again leads back to them.

use super::{NamedFault, R, refuses, refuses_for, says};
use crate::fault_plan::catalogue::act::{Act, row};
use crate::fault_plan::catalogue::methods::{ID_REFRESH, ID_TOKEN};

const BLOCKED: Act = refuses_for("invalid_grant", "message_only");

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.53003", ID_REFRESH, R, BLOCKED, "400 `invalid_grant`: Conditional Access blocks; an administrator has to change the policy")
        .with(&says("Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.")),
    row("aadsts.53000", ID_REFRESH, R, refuses_for("interaction_required", "message_only"), "400 `interaction_required`: Conditional Access wants a compliant device")
        .with(&says("Your device is required to be managed to access this resource.")),
    row("aadsts.53001", ID_REFRESH, R, refuses_for("interaction_required", "message_only"), "400 `interaction_required`: Conditional Access wants a device joined to the domain")
        .with(&says("Your device is required to be domain joined to access this resource.")),
    row("aadsts.53002", ID_REFRESH, R, refuses_for("interaction_required", "message_only"), "400 `interaction_required`: Conditional Access wants an approved application")
        .with(&says("The app used is not an approved app for Conditional Access.")),
    row("aadsts.50005", ID_REFRESH, R, refuses("interaction_required"), "400 `interaction_required`: the device's platform is not allowed")
        .with(&says("Conditional Access policy does not allow login from this device platform.")),
    row("aadsts.50131", ID_REFRESH, R, BLOCKED, "400 `invalid_grant`: Conditional Access blocks, for device, place or risk")
        .with(&says("Device is not in required device state, or the request was blocked due to suspicious activity, access policy, or security policy decisions.")),
    row("aadsts.530032", ID_REFRESH, R, BLOCKED, "400 `invalid_grant`: the tenant's security policy blocks")
        .with(&says("Access has been blocked by tenant security policy.")),
    row("aadsts.530035", ID_REFRESH, R, refuses("access_denied"), "400 `access_denied`: the tenant's security defaults block")
        .with(&says("Access has been blocked by security defaults.")),
    row("aadsts.50105", ID_TOKEN, R, refuses("invalid_grant"), "400 `invalid_grant`: the person is not assigned to the application; an administrator assigns people")
        .with(&says("Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application.")),
    row("aadsts.90094", ID_TOKEN, R, refuses("consent_required"), "400 `consent_required`: only an administrator can consent")
        .with(&says("An administrator of your organization has set a policy that prevents you from granting the permissions that the application requests. Contact an administrator, who can grant permissions to this app on your behalf.")),
    row("aadsts.90095", ID_TOKEN, R, refuses("consent_required"), "400 `consent_required`: only an administrator can consent, and the person may ask for it")
        .with(&says("Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin.")),
    row("aadsts.90008", ID_TOKEN, R, refuses("consent_required"), "400 `consent_required`: the application may sign people in nowhere before it asks for that permission")
        .with(&says("The user or administrator hasn't consented to use the application. At a minimum, the application requires access to Microsoft Entra ID by specifying the sign-in and read user profile permission.")),
];
