//! Gmail REST and Google's OAuth endpoints.

use model::FaultKind::{self, *};
use model::Scope::{self, *};
use providers::classify::Protocol;
use serde_json::json;

use crate::{check, http};

type Row = (u16, &'static str, &'static str, &'static str, FaultKind, &'static str, Scope);

/// Status, operation, reason, message.
const GMAIL: &[Row] = &[
    (
        403,
        "messages.list",
        "domainPolicy",
        "The domain administrators have disabled Gmail apps.",
        DomainPolicy,
        "never",
        Tenant,
    ),
    (403, "messages.list", "forbidden", "Delegation denied for a@example.com", PermissionDenied, "never", Request),
    (400, "messages.list", "failedPrecondition", "Mail service not enabled", MailboxUnavailable, "never", Account),
    (
        429,
        "messages.get",
        "rateLimitExceeded",
        "Too many concurrent requests for user.",
        ConcurrencyLimited,
        "backoff",
        Mailbox,
    ),
    (
        429,
        "messages.get",
        "rateLimitExceeded",
        "Resource has been exhausted (e.g. check quota).",
        RateLimitedUser,
        "backoff",
        Mailbox,
    ),
    (
        403,
        "messages.list",
        "dailyLimitExceeded",
        "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT).",
        DailyQuotaExhausted,
        "backoff",
        App,
    ),
    (
        403,
        "messages.list",
        "userRateLimitExceeded",
        "User Rate Limit Exceeded. Rate of requests for user exceed configured project quota.",
        RateLimitedUser,
        "backoff",
        Mailbox,
    ),
    (
        429,
        "messages.list",
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'gmail.googleapis.com'",
        RateLimitedProject,
        "backoff",
        App,
    ),
    (
        429,
        "messages.list",
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'gmail.googleapis.com'",
        DailyQuotaExhausted,
        "backoff",
        App,
    ),
    (404, "history.list", "notFound", "Requested entity was not found.", SyncStateExpired, "resync", Mailbox),
    (404, "messages.get", "notFound", "Requested entity was not found.", NotFound, "never", Request),
    (
        413,
        "messages.import",
        "uploadTooLarge",
        "Media larger than the maximum size.",
        MessageTooLarge,
        "never",
        Request,
    ),
    (400, "messages.send", "invalidArgument", "Invalid To header", InvalidRequest, "never", Request),
    (
        400,
        "messages.send",
        "invalidArgument",
        "Invalid attachment. Unable to open attachment.",
        AttachmentInvalid,
        "never",
        Request,
    ),
    (500, "messages.list", "backendError", "Backend Error", TransientBackend, "backoff", Request),
    (401, "messages.list", "authError", "Invalid Credentials", Unauthenticated, "after_refresh", Account),
    (412, "messages.modify", "conditionNotMet", "Precondition Failed", ConflictOrPrecondition, "never", Request),
    (
        403,
        "messages.list",
        "accessNotConfigured",
        "Gmail API has not been used in project 1 before or it is disabled.",
        ApiDisabled,
        "never",
        App,
    ),
    (
        403,
        "messages.list",
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        InsufficientScope,
        "after_reauth",
        Account,
    ),
    (
        400,
        "messages.list",
        "badRequest",
        "API key not valid. Please pass a valid API key.",
        OauthClientMisconfigured,
        "never",
        App,
    ),
    (
        403,
        "messages.list",
        "forbidden",
        "The request is missing a valid API key.",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (400, "drafts.send", "invalidArgument", "Message not a draft", InvalidRequest, "never", Request),
];

/// Status and page.
const PAGES: &[(u16, &str, FaultKind, &str, Scope)] = &[
    (
        429,
        "<html><title>Sorry...</title>We're sorry... but your computer or network may be sending automated queries.</html>",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    (
        503,
        "<html><title>Sorry...</title>We're sorry... but your computer or network may be sending automated queries.</html>",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    (504, "<html><title>504 Gateway Timeout</title></html>", GatewayTimeout, "backoff", Request),
    (502, "<html><title>Error 502 (Server Error)!!1</title></html>", TransientBackend, "backoff", Request),
    (413, "<html><title>Error 413 (Request Entity Too Large)!!1</title></html>", MessageTooLarge, "never", Request),
];

type Token = (u16, &'static str, &'static str, FaultKind, &'static str, Scope);

/// Status, `error`, `error_description`.
const OAUTH: &[Token] = &[
    (400, "invalid_grant", "Bad Request", ReauthRequired, "after_reauth", Account),
    (400, "invalid_grant", "Account has been deleted", MailboxUnavailable, "never", Account),
    (400, "invalid_grant", "reauth related error (invalid_rapt)", ReauthRequired, "after_reauth", Account),
    (400, "invalid_grant", "Code was already redeemed.", ReauthRequired, "after_reauth", Account),
    (400, "invalid_grant", "Missing code verifier.", InvalidRequest, "never", Request),
    (400, "invalid_grant", "Invalid JWT Signature.", OauthClientMisconfigured, "never", App),
    (401, "invalid_client", "The OAuth client was not found.", OauthClientMisconfigured, "never", App),
    (401, "disabled_client", "The OAuth client was disabled.", OauthClientMisconfigured, "never", App),
    (400, "redirect_uri_mismatch", "Bad Request", OauthClientMisconfigured, "never", App),
    (400, "invalid_request", "client_secret is missing.", OauthClientMisconfigured, "never", App),
    (400, "invalid_request", "Missing required parameter: refresh_token", InvalidRequest, "never", Request),
    (400, "invalid_scope", "Some requested scopes were invalid.", InvalidRequest, "never", Request),
    (400, "unsupported_grant_type", "Invalid grant_type: x", InvalidRequest, "never", Request),
    (400, "admin_policy_enforced", "", DomainPolicy, "never", Tenant),
    (403, "org_internal", "This client is restricted to users within its organization.", DomainPolicy, "never", Tenant),
    (401, "invalid_request", "Invalid Credentials", Unauthenticated, "after_refresh", Account),
    (429, "rate_limit_exceeded", "Rate Limit Exceeded", RateLimitedProject, "backoff", App),
    (500, "internal_failure", "", TransientBackend, "backoff", Request),
    (503, "temporarily_unavailable", "", TransientBackend, "backoff", Request),
];

#[test]
fn gmail() {
    let body = |row: &Row| {
        json!({ "error": { "code": row.0, "message": row.3, "errors": [{ "message": row.3, "reason": row.2 }] } })
            .to_string()
    };
    let bodies: Vec<String> = GMAIL.iter().map(body).collect();
    let rows = GMAIL.iter().zip(&bodies).map(|(&(status, operation, reason, message, kind, retry, scope), body)| {
        (format!("{status} {reason}: {message}"), http(status, operation, body), (kind, retry, scope))
    });
    check(Protocol::GmailRest, rows);
}

#[test]
fn pages() {
    let rows = PAGES.iter().map(|&(status, body, kind, retry, scope)| {
        (format!("{status} {body}"), http(status, "messages.list", body), (kind, retry, scope))
    });
    check(Protocol::GmailRest, rows);
}

#[test]
fn oauth() {
    let bodies: Vec<String> =
        OAUTH.iter().map(|row| json!({ "error": row.1, "error_description": row.2 }).to_string()).collect();
    let rows = OAUTH.iter().zip(&bodies).map(|(&(status, error, description, kind, retry, scope), body)| {
        (format!("{status} {error}: {description}"), http(status, "token.refresh", body), (kind, retry, scope))
    });
    check(Protocol::GoogleOauth, rows);
}
