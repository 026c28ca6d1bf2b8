//! The refresh token or code is no good any more, or the account behind it: the person signs in again.

use super::{NamedFault, R, about, refuses, refuses_for, says};
use crate::fault_plan::catalogue::act::{Act, row};
use crate::fault_plan::catalogue::methods::{ID_CODE, ID_REFRESH, ID_TOKEN};

const GRANT: Act = refuses("invalid_grant");

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.50173", ID_REFRESH, R, refuses_for("invalid_grant", "bad_token"),
        "400 `invalid_grant`: the grant was revoked (password changed, sessions revoked); the person signs in again")
        .with(&says("The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.")),
    row("aadsts.700082", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the refresh token was not used for 90 days")
        .with(&says("The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00.")),
    row("aadsts.700084", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the refresh token of a single-page application ended after 24 hours; a server's app is registered wrongly")
        .with(&says("The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.")),
    row("aadsts.70043", ID_REFRESH, R, refuses_for("invalid_grant", "bad_token"),
        "400 `invalid_grant`: a sign-in frequency policy ended the refresh token")
        .with(&says("The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.")),
    row("aadsts.70008", ID_CODE, R, GRANT, "400 `invalid_grant`: the code has expired, or was revoked")
        .with(&says("The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.")),
    row("aadsts.70000", ID_TOKEN, R, GRANT, "400 `invalid_grant`: the code or refresh token is none of the platform's")
        .with(&says("Provided grant is invalid or malformed.")),
    row("aadsts.50089", ID_TOKEN, R, GRANT, "400 `invalid_grant`: the sign-in took too long")
        .with(&says("Authentication failed due to flow token expired.")),
    row("aadsts.54005", ID_CODE, R, GRANT, "400 `invalid_grant`: the code was redeemed before")
        .with(&says("OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.")),
    row("aadsts.700003", ID_TOKEN, R, refuses_for("invalid_grant", "client_mismatch"), "400 `invalid_grant`: the code or refresh token was issued to another application")
        .with(&says("The grant was issued for a different client id.")),
    row("aadsts.700005", ID_CODE, R, GRANT, "400 `invalid_grant`: the code is redeemed at another tenant than it was issued for")
        .with(&says("Provided Authorization Code is intended to use against other tenant, thus rejected.")),
    row("aadsts.501481", ID_CODE, R, GRANT, "400 `invalid_grant`: the PKCE verifier is not the challenge's")
        .with(&says("The Code_Verifier does not match the code_challenge supplied in the authorization request.")),
    row("aadsts.500112", ID_CODE, R, GRANT, "400 `invalid_grant`: the code was given out for another redirect URI")
        .with(&about("The reply address '{uri}' does not match the reply address provided when requesting Authorization code.", "uri", "https://app.test/back")),
    row("aadsts.50055", ID_REFRESH, R, refuses_for("invalid_grant", "user_password_expired"), "400 `invalid_grant`: the password has expired")
        .with(&says("The password is expired.")),
    row("aadsts.50132", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the session is void: password expired or changed")
        .with(&says("The session is not valid due to password expiration or recent password change.")),
    row("aadsts.50133", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the session is void: password expired or changed, in the other words")
        .with(&says("The session is not valid due to the following reasons: password expiration or recent password change, SSO Artifact is invalid or expired.")),
    row("aadsts.50144", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the password in the directory on-premises has expired")
        .with(&says("The user's Active Directory password has expired. Generate a new password for the user or have the end user use the self-service reset tool.")),
    row("aadsts.50126", ID_TOKEN, R, GRANT, "400 `invalid_grant`: user name or password are wrong")
        .with(&says("Error validating credentials due to invalid username or password.")),
    row("aadsts.50057", ID_REFRESH, R, GRANT, "400 `invalid_grant`: the account is disabled; an administrator has to enable it")
        .with(&says("The user account is disabled.")),
    row("aadsts.50034", ID_TOKEN, R, GRANT, "400 `invalid_grant`: the account is not in this directory (any more)")
        .with(&about("The user account {account} does not exist in the directory. To sign into this application, the account must be added to the directory.", "account", "{EUII Hidden}")),
    row("aadsts.51004", ID_TOKEN, R, GRANT, "400 `invalid_grant`: the account is not in this directory, in the other words")
        .with(&says("The user account does not exist in the directory. To sign into this application, the account must be added to the directory.")),
    row("aadsts.50020", ID_TOKEN, R, GRANT, "400 `invalid_grant`: the account is of another tenant, or a personal one where only work accounts may")
        .with(&about("User account '{account}' from identity provider does not exist in tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.", "account", "{EUII Hidden}")),
    row("aadsts.500208", ID_TOKEN, R, GRANT, "400 `invalid_grant`: an account of a kind that may not sign in here")
        .with(&says("The domain is not a valid login domain for the account type.")),
    row("aadsts.50053", ID_TOKEN, R, GRANT, "400 `invalid_grant`: locked after too many wrong passwords, or a bad network address")
        .with(&says("The account is locked, you've tried to sign in too many times with an incorrect user ID or password.")),
    row("aadsts.65001", ID_REFRESH, R, refuses_for("invalid_grant", "consent_required"), "400 `invalid_grant`: not consented, or not any more")
        .with(&about("The user or administrator has not consented to use the application with ID '{app}'. Send an interactive authorization request for this user and resource.", "app", "5a0db0c5-0000-4000-8000-000000000001")),
];
