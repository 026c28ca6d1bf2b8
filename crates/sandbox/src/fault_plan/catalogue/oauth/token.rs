//! The token endpoint refuses (facts 1.5).

use crate::fault_plan::catalogue::act::{Evidence::*, row};
use crate::fault_plan::catalogue::flat::{flat, reauth, says};
use crate::fault_plan::catalogue::methods::{CODE, REFRESH, TOKEN};
use crate::fault_plan::catalogue::page::front_end;
use crate::fault_plan::catalogue::{NamedFault, Setting};

const R: (crate::fault_plan::Evidence, &str) = (Reported, "facts 1.5");
const GRANT: crate::fault_plan::catalogue::act::Act = flat(400, "invalid_grant");

/// What is exchanged is no good, or the person behind it.
#[rustfmt::skip] // one entry is one fault
pub(super) const GRANTS: &[NamedFault] = &[
    row("oauth.invalid_grant", REFRESH, R, GRANT,
        "400 `invalid_grant`: the refresh token is dead (revoked, six months idle, 7 days in testing, password changed); the person has to consent again")
        .with(&says("Token has been expired or revoked.")),
    row("oauth.invalid_grant_bad_request", TOKEN, R, GRANT,
        "400 `invalid_grant`: the code was used or is another client's, or an administrator revoked the token")
        .with(&says("Bad Request")),
    row("oauth.malformed_code", CODE, R, GRANT, "400 `invalid_grant`: the code is mangled, often its `4/` by double decoding")
        .with(&says("Malformed auth code.")),
    row("oauth.missing_code_verifier", CODE, R, GRANT, "400 `invalid_grant`: PKCE was begun, and the verifier is missing")
        .with(&says("Missing code verifier.")),
    row("oauth.invalid_code_verifier", CODE, R, GRANT, "400 `invalid_grant`: the PKCE verifier is not the challenge's")
        .with(&says("Invalid code verifier.")),
    row("oauth.code_verifier_not_needed", CODE, R, GRANT, "400 `invalid_grant`: a PKCE verifier for a code without challenge")
        .with(&says("code_verifier or verifier is not needed.")),
    row("oauth.invalid_rapt", REFRESH, R, reauth("invalid_rapt"),
        "400 `invalid_grant`, subtype `invalid_rapt`: the organisation wants the person to sign in again")
        .with(&says("reauth related error (invalid_rapt)")),
    row("oauth.rapt_required", REFRESH, R, reauth("rapt_required"), "400 `invalid_grant`, subtype `rapt_required`: the organisation wants the person to sign in again")
        .with(&says("reauth related error (rapt_required)")),
    row("oauth.account_deleted", REFRESH, R, GRANT,
        "400 `invalid_grant`: the account is gone; also worded `The account has been deleted`")
        .with(&says("Account has been deleted")),
    row("oauth.invalid_email_or_user_id", TOKEN, R, GRANT, "400 `invalid_grant`: a service account impersonates nobody there is")
        .with(&says("Invalid email or User ID")),
    row("oauth.not_a_valid_email", TOKEN, R, GRANT, "400 `invalid_grant`: a service account impersonates what is no address")
        .with(&says("Not a valid email")),
    row("oauth.invalid_jwt", TOKEN, R, GRANT, "400 `invalid_grant`: a service account's assertion is refused, most often for a wrong clock")
        .with(&says("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.")),
    row("oauth.invalid_scope", TOKEN, R, flat(400, "invalid_scope"), "400 `invalid_scope`: a scope that does not exist")
        .with(&[("description", Setting::Text("Some requested scopes were invalid. {invalid=[{scope}]}")),
                ("scope", Setting::Text("https://www.googleapis.com/auth/gmail.everything"))]),
    row("oauth.admin_policy", TOKEN, R, flat(400, "admin_policy_enforced"),
        "400 `admin_policy_enforced`: the organisation's administrator blocked the application or a scope; also on refresh")
        .with(&says("The app is blocked by the administrator of your organization.")),
    row("oauth.access_denied", TOKEN, R, flat(400, "access_denied"), "400 `access_denied`: access control does not let the client in")
        .with(&says("Requested client not authorized")),
    row("oauth.account_restricted", TOKEN, R, flat(403, "access_denied"), "403 `access_denied`: the account is restricted")
        .with(&says("Account restricted")),
];

/// The client is no good: the operator's to mend, and no grant is harmed.
#[rustfmt::skip] // one entry is one fault
pub(super) const CLIENTS: &[NamedFault] = &[
    row("oauth.client_not_found", TOKEN, R, flat(401, "invalid_client"), "401 `invalid_client`: the client id is unknown")
        .with(&says("The OAuth client was not found.")),
    row("oauth.client_unauthorized", TOKEN, R, flat(401, "invalid_client"), "401 `invalid_client`: the secret is wrong")
        .with(&says("Unauthorized")),
    row("oauth.client_secret_invalid", TOKEN, R, flat(401, "invalid_client"), "401 `invalid_client`: the secret is wrong, in the newer words")
        .with(&says("The provided client secret is invalid.")),
    row("oauth.deleted_client", TOKEN, R, flat(401, "deleted_client"), "401 `deleted_client`: the client was deleted (it can be restored for 30 days)")
        .with(&says("The OAuth client was deleted.")),
    row("oauth.token_of_other_client", TOKEN, R, flat(401, "unauthorized_client"), "401 `unauthorized_client`: the token belongs to another client id")
        .with(&says("Unauthorized")),
    row("oauth.delegation_not_granted", TOKEN, R, flat(401, "unauthorized_client"), "401 `unauthorized_client`: domain-wide delegation is not granted")
        .with(&says("Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.")),
    row("oauth.unauthorized_client_old", TOKEN, R, flat(400, "unauthorized_client"), "400 `unauthorized_client`: client or scope are not authorised, in older words")
        .with(&says("Unauthorized client or scope in request.")),
    row("oauth.redirect_uri_mismatch", CODE, R, flat(400, "redirect_uri_mismatch"), "400: the code was given out for another redirect URI")
        .with(&says("Bad Request")),
    row("oauth.client_secret_missing", TOKEN, R, flat(400, "invalid_request"), "400 `invalid_request`: the secret is not in the request")
        .with(&says("client_secret is missing.")),
    row("oauth.missing_parameter", TOKEN, R, flat(400, "invalid_request"), "400 `invalid_request`: a parameter is not in the request")
        .with(&[("description", Setting::Text("Missing required parameter: {parameter}")), ("parameter", Setting::Text("refresh_token"))]),
    row("oauth.client_id_missing", TOKEN, R, flat(400, "invalid_request"), "400 `invalid_request`: nothing says which client asks")
        .with(&says("Could not determine client ID from request.")),
    row("oauth.invalid_impersonation", TOKEN, R, flat(400, "invalid_request"), "400 `invalid_request`: a service account's `sub` is refused")
        .with(&[("description", Setting::Text("Invalid impersonation \"sub\" field: {sub}")), ("sub", Setting::Text("nobody"))]),
    row("oauth.unsupported_grant_type", TOKEN, R, flat(400, "unsupported_grant_type"), "400: the endpoint does not know the grant type")
        .with(&[("description", Setting::Text("Invalid grant_type: {grant_type}")), ("grant_type", Setting::Text("client_credentials"))]),
];

const RATE_LIMIT: &str = "<HTML>\n<HEAD>\n<TITLE>User Rate Limit Exceeded</TITLE>\n</HEAD>\n<BODY BGCOLOR=\"#FFFFFF\" TEXT=\"#000000\">\n\
    <H1>User Rate Limit Exceeded</H1>\n<H2>Error 403</H2>\n</BODY>\n</HTML>\n";

/// The endpoint brakes or fails: repeat later.
#[rustfmt::skip] // one entry is one fault
pub(super) const SERVERS: &[NamedFault] = &[
    row("oauth.rate_limit_html", TOKEN, R, front_end(403, RATE_LIMIT),
        "403 as a page, `User Rate Limit Exceeded`: too many calls to the token endpoint at once"),
    row("oauth.rate_limit_exceeded", TOKEN, R, flat(403, "rate_limit_exceeded"),
        "403 `rate_limit_exceeded`: too many new people in a day for the project")
        .with(&says("")),
    row("oauth.internal_failure", TOKEN, R, flat(500, "internal_failure"), "500 `internal_failure`: passes")
        .with(&says("Backend Error")),
    row("oauth.server_error", TOKEN, R, flat(500, "server_error"), "500 `server_error`: passes").with(&says("")),
    row("oauth.temporarily_unavailable", TOKEN, R, flat(503, "temporarily_unavailable"), "503 `temporarily_unavailable`: passes")
        .with(&says("")),
];
