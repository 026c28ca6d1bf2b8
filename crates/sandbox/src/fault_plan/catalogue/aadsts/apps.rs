//! The app's registration is no good: the operator's to mend, and no grant is harmed.

use super::{NamedFault, R, about, refuses, refuses_client, says};
use crate::fault_plan::catalogue::act::{Act, row};
use crate::fault_plan::catalogue::methods::ID_TOKEN;

const UNAUTHORIZED: Act = refuses("unauthorized_client");
const APP: &str = "5a0db0c5-0000-4000-8000-000000000001";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.7000215", ID_TOKEN, R, refuses_client(), "401 `invalid_client`: the secret is wrong; often its id instead of its value")
        .with(&about("Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.", "app", APP)),
    row("aadsts.7000222", ID_TOKEN, R, refuses_client(), "401 `invalid_client`: the secret has expired; the operator makes a new one")
        .with(&about("The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.", "app", APP)),
    row("aadsts.7000218", ID_TOKEN, R, refuses_client(), "401 `invalid_client`: the secret is not in the request")
        .with(&says("The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")),
    row("aadsts.700025", ID_TOKEN, R, refuses_client(), "401 `invalid_client`: a public client sends a secret")
        .with(&says("Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")),
    row("aadsts.700027", ID_TOKEN, R, refuses_client(), "401 `invalid_client`: the assertion's signature is wrong")
        .with(&says("Client assertion failed signature validation.")),
    row("aadsts.700016", ID_TOKEN, R, UNAUTHORIZED, "400 `unauthorized_client`: the app is not in this directory")
        .with(&about("Application with identifier '{app}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", "app", APP)),
    row("aadsts.700011", ID_TOKEN, R, UNAUTHORIZED, "400 `unauthorized_client`: the app is not in this directory, in the other words")
        .with(&about("Application with identifier '{app}' was not found in the directory.", "app", APP)),
    row("aadsts.70001", ID_TOKEN, R, UNAUTHORIZED, "400 `unauthorized_client`: the app is disabled")
        .with(&about("Application '{app}' is disabled.", "app", APP)),
    row("aadsts.65005", ID_TOKEN, R, refuses("invalid_resource"), "400 `invalid_resource`: the registration does not list the resource")
        .with(&about("The application '{app}' asked for permissions to a resource that is not listed in the requested permissions list of its registration.", "app", APP)),
    row("aadsts.650056", ID_TOKEN, R, refuses("invalid_client"), "400 `invalid_client`: misconfigured application: permissions or consent are missing in this tenant")
        .with(&says("Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions of its registration, or the admin has not consented in the tenant.")),
    row("aadsts.650057", ID_TOKEN, R, refuses("invalid_resource"), "400 `invalid_resource`: the registration does not list the resource asked for")
        .with(&says("Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.")),
    row("aadsts.650052", ID_TOKEN, R, refuses("invalid_client"), "400 `invalid_client`: the tenant has no subscription to what is asked for")
        .with(&says("The app is trying to access a service that your organization lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions.")),
    row("aadsts.650053", ID_TOKEN, R, refuses("invalid_client"), "400 `invalid_client`: a scope that does not exist")
        .with(&about("The application asked for scope '{scope}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.", "scope", "Mail.Everything")),
    row("aadsts.500011", ID_TOKEN, R, refuses("invalid_resource"), "400 `invalid_resource`: the resource is not in this tenant")
        .with(&about("The resource principal named {resource} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", "resource", "https://outlook.office.com")),
    row("aadsts.50194", ID_TOKEN, R, UNAUTHORIZED, "400: an app for one tenant is used with /common")
        .with(&about("Application '{app}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.", "app", APP)),
    row("aadsts.9002332", ID_TOKEN, R, refuses("invalid_request"), "400: an app for organisations is used with /consumers")
        .with(&about("Application '{app}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.", "app", APP)),
    row("aadsts.9002331", ID_TOKEN, R, refuses("invalid_request"), "400: an app for personal accounts is used with another endpoint than /consumers")
        .with(&about("Application '{app}' is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request.", "app", APP)),
    row("aadsts.90130", ID_TOKEN, R, refuses("invalid_request"), "400: the app is not supported over /common or /consumers")
        .with(&says("Application is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.")),
    row("aadsts.9001023", ID_TOKEN, R, refuses("invalid_request"), "400: the grant type is not supported over /common or /consumers")
        .with(&says("The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.")),
    row("aadsts.9002344", ID_TOKEN, R, refuses("invalid_request"), "400: an application signs itself in without naming its tenant")
        .with(&says("Client credentials grant flow is not supported over the /common, /organizations or /consumers endpoints. Please use a tenant-specific endpoint.")),
    row("aadsts.90002", ID_TOKEN, R, refuses("invalid_request"), "400: there is no such tenant, or it is in another cloud")
        .with(&about("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", "tenant", "fabrikam.test")),
    row("aadsts.90038", ID_TOKEN, R, refuses("invalid_request"), "400: the tenant is in another national cloud")
        .with(&about("Tenant '{tenant}' request is being redirected to the National Cloud 'MicrosoftOnline.US'.", "tenant", "fabrikam.test")),
];
