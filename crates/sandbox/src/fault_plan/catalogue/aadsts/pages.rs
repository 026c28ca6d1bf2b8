//! The sign-in page: what comes back to the application, and what only the person sees.

use super::{NamedFault, PAGE, R, about, back, says};
use crate::fault_plan::catalogue::act::row;
use crate::fault_plan::catalogue::methods::ID_AUTHORIZE;

const APP: &str = "5a0db0c5-0000-4000-8000-000000000001";

/// `?error=...&error_description=...&state=...` at the redirect URI.
#[rustfmt::skip] // one entry is one fault
pub(super) const REDIRECTS: &[NamedFault] = &[
    row("aadsts.redirect.65004", ID_AUTHORIZE, R, back("access_denied"), "back with `access_denied`: the person declined")
        .with(&says("User declined to consent to access the app.")),
    row("aadsts.redirect.65001", ID_AUTHORIZE, R, back("consent_required"), "back with `consent_required`: `prompt=none`, and the person has to be asked")
        .with(&says("The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.")),
    row("aadsts.redirect.50058", ID_AUTHORIZE, R, back("login_required"), "back with `login_required`: `prompt=none`, and nobody is signed in")
        .with(&says("A silent sign-in request was sent but no user is signed in.")),
    row("aadsts.redirect.16000", ID_AUTHORIZE, R, back("interaction_required"), "back with `interaction_required`: several accounts are signed in, or the one that is may not")
        .with(&says("Either multiple user identities are available for the current request or selected account is not supported for the scenario.")),
    row("aadsts.redirect.50076", ID_AUTHORIZE, R, back("interaction_required"), "back with `interaction_required`: a second factor is wanted")
        .with(&says("Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.")),
    row("aadsts.redirect.90033", ID_AUTHORIZE, R, back("temporarily_unavailable"), "back with `temporarily_unavailable`: passes")
        .with(&says("A transient error has occurred. Please try again.")),
];

/// Told to the person on Microsoft's page; the application never hears of it.
#[rustfmt::skip] // one entry is one fault
pub(super) const PAGES: &[NamedFault] = &[
    row("aadsts.page.50011", ID_AUTHORIZE, R, PAGE, "page: the redirect URI is not registered for the app")
        .with(&about("The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the application. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.", "uri", "https://app.test/back")),
    row("aadsts.page.50020", ID_AUTHORIZE, R, PAGE, "page: the account is of another tenant, or a personal one where only work accounts may")
        .with(&about("User account '{account}' from identity provider does not exist in tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.", "account", "someone@fabrikam.test")),
    row("aadsts.page.50034", ID_AUTHORIZE, R, PAGE, "page: there is no such account")
        .with(&about("The user account {account} does not exist in the directory. To sign into this application, the account must be added to the directory.", "account", "nobody@fabrikam.test")),
    row("aadsts.page.50105", ID_AUTHORIZE, R, PAGE, "page: the person is not assigned to the application")
        .with(&says("Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application.")),
    row("aadsts.page.50147", ID_AUTHORIZE, R, PAGE, "page: the PKCE challenge is too short or too long")
        .with(&says("Invalid size of Code_Challenge parameter.")),
    row("aadsts.page.50194", ID_AUTHORIZE, R, PAGE, "page: an app for one tenant is used with /common")
        .with(&about("Application '{app}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.", "app", APP)),
    row("aadsts.page.500011", ID_AUTHORIZE, R, PAGE, "page: the resource is not in this tenant")
        .with(&about("The resource principal named {resource} was not found in the tenant.", "resource", "https://outlook.office.com")),
    row("aadsts.page.53000", ID_AUTHORIZE, R, PAGE, "page: Conditional Access wants a compliant device")
        .with(&says("Your device is required to be managed to access this resource.")),
    row("aadsts.page.53003", ID_AUTHORIZE, R, PAGE, "page: Conditional Access blocks")
        .with(&says("You cannot access this right now. Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.")),
    row("aadsts.page.650053", ID_AUTHORIZE, R, PAGE, "page: a scope that does not exist")
        .with(&about("The application asked for scope '{scope}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.", "scope", "Mail.Everything")),
    row("aadsts.page.700016", ID_AUTHORIZE, R, PAGE, "page: the app is not in this directory")
        .with(&about("Application with identifier '{app}' was not found in the directory. You may have sent your authentication request to the wrong tenant.", "app", APP)),
    row("aadsts.page.700054", ID_AUTHORIZE, R, PAGE, "page: the response type is not enabled for the app")
        .with(&about("response_type '{type}' is not enabled for the application.", "type", "token")),
    row("aadsts.page.90002", ID_AUTHORIZE, R, PAGE, "page: there is no such tenant, or it is in another cloud")
        .with(&about("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", "tenant", "fabrikam.test")),
    row("aadsts.page.900144", ID_AUTHORIZE, R, PAGE, "page: a parameter is not in the request")
        .with(&about("The request body must contain the following parameter: '{parameter}'.", "parameter", "client_id")),
    row("aadsts.page.90094", ID_AUTHORIZE, R, PAGE, "page: only an administrator can consent (\"Need admin approval\")")
        .with(&about("{app} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.", "app", "The application")),
    row("aadsts.page.9002313", ID_AUTHORIZE, R, PAGE, "page: the request is malformed")
        .with(&says("Invalid request. Request is malformed or invalid.")),
    row("aadsts.page.9002331", ID_AUTHORIZE, R, PAGE, "page: an app for personal accounts is used with another endpoint than /consumers")
        .with(&about("Application '{app}' is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request.", "app", APP)),
    row("aadsts.page.9002332", ID_AUTHORIZE, R, PAGE, "page: an app for organisations is used with /consumers")
        .with(&about("Application '{app}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.", "app", APP)),
];
