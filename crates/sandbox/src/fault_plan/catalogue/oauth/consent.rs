//! The consent screen: what comes back to the application, and what only the person sees (facts 1.5).

use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::AUTHORIZE;
use crate::fault_plan::catalogue::page::blocked;
use crate::fault_plan::catalogue::{NamedFault, Setting};

const R: (crate::fault_plan::Evidence, &str) = (Reported, "facts 1.5");

/// `?error=...&state=...` at the redirect URI.
#[rustfmt::skip] // one entry is one fault
pub(super) const REDIRECTS: &[NamedFault] = &[
    row("oauth.redirect.access_denied", AUTHORIZE, R, Act::Redirect("access_denied"),
        "back with `access_denied`: the person declined, or is no test user of an application in testing"),
    row("oauth.redirect.admin_policy_enforced", AUTHORIZE, R, Act::Redirect("admin_policy_enforced"),
        "back with `admin_policy_enforced`: the organisation's administrator blocked the application or a scope"),
    row("oauth.redirect.disallowed_useragent", AUTHORIZE, R, Act::Redirect("disallowed_useragent"),
        "back with `disallowed_useragent`: signing in inside an embedded web view"),
    row("oauth.redirect.org_internal", AUTHORIZE, R, Act::Redirect("org_internal"),
        "back with `org_internal`: the application is for another organisation's people only"),
    row("oauth.redirect.invalid_scope", AUTHORIZE, R, Act::Redirect("invalid_scope"),
        "back with `invalid_scope`: a scope that does not exist"),
    row("oauth.redirect.interaction_required", AUTHORIZE, R, Act::Redirect("interaction_required"),
        "back with `interaction_required`: `prompt=none`, and the person has to be asked"),
    row("oauth.redirect.login_required", AUTHORIZE, R, Act::Redirect("login_required"),
        "back with `login_required`: `prompt=none`, and nobody is signed in"),
];

const fn says(detail: &'static str) -> [(&'static str, Setting); 1] {
    [("detail", Setting::Text(detail))]
}

/// Told to the person on Google's page; the application never hears of it.
#[rustfmt::skip] // one entry is one fault
pub(super) const PAGES: &[NamedFault] = &[
    row("oauth.page.invalid_client", AUTHORIZE, R, blocked(401, "invalid_client"),
        "page `Error 401: invalid_client`: the client id is unknown")
        .with(&says("The OAuth client was not found.")),
    row("oauth.page.deleted_client", AUTHORIZE, R, blocked(401, "deleted_client"),
        "page `Error 401: deleted_client`: the client was deleted")
        .with(&says("The OAuth client was deleted.")),
    row("oauth.page.redirect_uri_mismatch", AUTHORIZE, R, blocked(400, "redirect_uri_mismatch"),
        "page `Error 400: redirect_uri_mismatch`: the redirect URI is not registered for the client")
        .with(&says("The redirect URI in the request does not match the ones authorized for the OAuth client.")),
    row("oauth.page.invalid_request", AUTHORIZE, R, blocked(400, "invalid_request"),
        "page `Error 400: invalid_request`: the application does not keep Google's policy for signing in")
        .with(&says("You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy for keeping apps secure.")),
    row("oauth.page.access_denied", AUTHORIZE, R, blocked(403, "access_denied"),
        "page `Error 403: access_denied`: the application is in testing and the person is no test user")
        .with(&says("The app has not completed the Google verification process. It is currently being tested, and can only be accessed by developer-approved testers.")),
    row("oauth.page.org_internal", AUTHORIZE, R, blocked(403, "org_internal"),
        "page `Error 403: org_internal`: the application is for another organisation's people only")
        .with(&says("This client is restricted to users within its organization.")),
    row("oauth.page.restricted_client", AUTHORIZE, R, blocked(403, "restricted_client"),
        "page `Error 403: restricted_client`: the client may not ask for these scopes")
        .with(&says("This app is not registered to request these scopes.")),
    row("oauth.page.rate_limit_exceeded", AUTHORIZE, R, blocked(403, "rate_limit_exceeded"),
        "page `Error 403: rate_limit_exceeded`: too many new people in a day for the project")
        .with(&says("This app has reached its sign-in rate limit for now.")),
];
