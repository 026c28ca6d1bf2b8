//! The Microsoft identity platform: `error`, AADSTS number, what it is. Source: "Microsoft Entra authentication and
//! authorization error codes".

use model::FaultKind::{self, *};
use model::Scope::{self, *};
use providers::classify::Protocol;

use crate::{check, http};

type Row = (&'static str, u32, &'static str, FaultKind, &'static str, Scope);

const ROWS: &[Row] = &[
    (
        "invalid_grant",
        50173,
        "The provided grant has expired due to it being revoked",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, you must use multi-factor authentication",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "interaction_required",
        50079,
        "the user must enroll in multi-factor authentication",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "invalid_grant",
        50078,
        "Presented multi-factor authentication has expired due to policies configured by your administrator",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("invalid_grant", 50158, "External security challenge was not satisfied", ReauthRequired, "after_reauth", Account),
    (
        "invalid_grant",
        50126,
        "Error validating credentials due to invalid username or password",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("invalid_grant", 50055, "The password is expired", ReauthRequired, "after_reauth", Account),
    (
        "invalid_grant",
        50133,
        "Session is invalid due to expiration or recent password change",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("invalid_grant", 50057, "The user account is disabled", MailboxUnavailable, "never", Account),
    (
        "invalid_grant",
        500341,
        "The user account has been deleted from the directory",
        MailboxUnavailable,
        "never",
        Account,
    ),
    (
        "invalid_grant",
        50020,
        "User account from identity provider does not exist in tenant",
        MailboxUnavailable,
        "never",
        Account,
    ),
    ("access_denied", 65004, "User declined to consent to access the app", InsufficientScope, "after_reauth", Account),
    ("access_denied", 90094, "Admin consent is required for the permissions requested", DomainPolicy, "never", Tenant),
    ("invalid_grant", 53000, "Device is not in required device state: compliant", DomainPolicy, "never", Tenant),
    (
        "invalid_grant",
        53002,
        "Application used is not an approved application for conditional access",
        DomainPolicy,
        "never",
        Tenant,
    ),
    ("invalid_grant", 530032, "Blocked by security policy", DomainPolicy, "never", Tenant),
    ("invalid_grant", 530035, "Access has been blocked by security defaults", DomainPolicy, "never", Tenant),
    (
        "invalid_grant",
        50105,
        "The signed in user is not assigned to a role for the application",
        DomainPolicy,
        "never",
        Tenant,
    ),
    ("invalid_client", 7000215, "Invalid client secret provided", OauthClientMisconfigured, "never", App),
    (
        "invalid_client",
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    (
        "unauthorized_client",
        700016,
        "Application with identifier was not found in the directory",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    ("unauthorized_client", 7000112, "Application is disabled", OauthClientMisconfigured, "never", App),
    (
        "invalid_request",
        50011,
        "The redirect URI specified in the request does not match",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    (
        "invalid_resource",
        500011,
        "The resource principal was not found in the tenant",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    (
        "invalid_request",
        9002326,
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    (
        "invalid_request",
        50194,
        "Application is not configured as a multi-tenant application",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    ("invalid_request", 90002, "Tenant not found", OauthClientMisconfigured, "never", App),
    (
        "invalid_client",
        650052,
        "The app is trying to access a service that your organization lacks a service principal for",
        OauthClientMisconfigured,
        "never",
        Tenant,
    ),
    (
        "invalid_grant",
        65002,
        "Consent between first party application and first party resource must be configured via preauthorization",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    ("invalid_request", 9002313, "Invalid request. Request is malformed or invalid", InvalidRequest, "never", App),
    (
        "invalid_scope",
        70011,
        "The provided value for the input parameter 'scope' is not valid",
        InvalidRequest,
        "never",
        App,
    ),
    ("invalid_request", 90014, "The required field 'grant_type' is missing", InvalidRequest, "never", App),
    (
        "invalid_grant",
        501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request",
        InvalidRequest,
        "never",
        App,
    ),
    (
        "invalid_request",
        1002016,
        "You are using TLS version 1.0, 1.1 and/or 3DES cipher which are deprecated",
        InvalidRequest,
        "never",
        App,
    ),
    ("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed", ReauthRequired, "after_reauth", Account),
    (
        "invalid_grant",
        700084,
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "interaction_required",
        160021,
        "Application requested a user session which does not exist",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "interaction_required",
        50199,
        "For security reasons, user confirmation is required for this request",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "authorization_pending",
        70016,
        "OAuth 2.0 device flow error. Authorization is pending",
        ConflictOrPrecondition,
        "backoff",
        Request,
    ),
    (
        "invalid_grant",
        50196,
        "The server terminated an operation because it encountered a client request loop",
        AccountThrottled,
        "backoff",
        App,
    ),
    (
        "temporarily_unavailable",
        90033,
        "A transient error has occurred. Please try again",
        TransientBackend,
        "backoff",
        Request,
    ),
    (
        "server_error",
        90006,
        "External server returned an error that can't be retried",
        TransientBackend,
        "backoff",
        Request,
    ),
    (
        "invalid_grant",
        80002,
        "The Authentication Agent's password validation request timed out",
        TransientBackend,
        "backoff",
        Request,
    ),
];

#[test]
fn identity() {
    let bodies: Vec<String> = ROWS
        .iter()
        .map(|row| {
            let description = format!("AADSTS{}: {}. Trace ID: 0", row.1, row.2);
            serde_json::json!({ "error": row.0, "error_description": description, "error_codes": [row.1] }).to_string()
        })
        .collect();
    let rows = ROWS.iter().zip(&bodies).map(|(&(error, number, sentence, kind, retry, scope), body)| {
        (format!("{error} {number}: {sentence}"), http(400, "token.refresh", body), (kind, retry, scope))
    });
    check(Protocol::MicrosoftIdentity, rows);
}
