//! Examples of what Google answers. Sources as in `texts`: D = Google's documentation, L = wire bytes of live Gmail as
//! published, I = issue trackers.

use serde_json::json;

use crate::classify::Protocol;
use crate::signals::Sample;

/// Status, `errors[0].reason`, canonical status, message.
type Row = (u16, &'static str, &'static str, &'static str);

const API: &[Row] = &[
    // D, "resolve errors": requests.
    (400, "badRequest", "INVALID_ARGUMENT", "Sorting is not supported for queries with fullText terms."),
    (400, "invalidArgument", "INVALID_ARGUMENT", "Recipient address required"),
    (400, "invalidArgument", "INVALID_ARGUMENT", "Invalid To header"),
    (400, "badRequest", "INVALID_ARGUMENT", "Invalid attachment."),
    (400, "failedPrecondition", "FAILED_PRECONDITION", "Precondition check failed."),
    (400, "failedPrecondition", "FAILED_PRECONDITION", "Mail service not enabled"),
    (400, "invalidArgument", "INVALID_ARGUMENT", "Only one user push notification client allowed per developer"),
    (404, "notFound", "NOT_FOUND", "Requested entity was not found."),
    (409, "aborted", "ABORTED", "Label name exists or conflicts"),
    (413, "uploadTooLarge", "INVALID_ARGUMENT", "Request Entity Too Large"),
    // D: credentials and consent.
    (401, "authError", "UNAUTHENTICATED", "Invalid Credentials"),
    (401, "required", "UNAUTHENTICATED", "Login Required."),
    (403, "insufficientPermissions", "PERMISSION_DENIED", "Insufficient Permission"),
    (403, "forbidden", "PERMISSION_DENIED", "Metadata scope does not support 'q' parameter"),
    (403, "forbidden", "PERMISSION_DENIED", "Delegation denied for someone@example.com"),
    // L, D: set-up and policies.
    (
        403,
        "accessNotConfigured",
        "PERMISSION_DENIED",
        "Gmail API has not been used in project 123456789012 before or it is disabled.",
    ),
    (403, "domainPolicy", "PERMISSION_DENIED", "The domain administrators have disabled Gmail apps."),
    (400, "failedPrecondition", "FAILED_PRECONDITION", "The API client cannot be identified with a project"),
    // D, L: limits. One reason stands for four things; the sentence tells them apart.
    (403, "dailyLimitExceeded", "PERMISSION_DENIED", "Daily Limit Exceeded"),
    (403, "userRateLimitExceeded", "PERMISSION_DENIED", "User Rate Limit Exceeded"),
    (403, "rateLimitExceeded", "PERMISSION_DENIED", "Rate Limit Exceeded"),
    (
        403,
        "rateLimitExceeded",
        "PERMISSION_DENIED",
        "Quota exceeded for quota metric 'Queries' and limit 'Units per minute per user' of service \
         'gmail.googleapis.com'",
    ),
    (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "Too many concurrent requests for user"),
    (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "User-rate limit exceeded.  Retry after 2026-01-15T12:20:00.000Z"),
    (
        429,
        "rateLimitExceeded",
        "RESOURCE_EXHAUSTED",
        "User-rate limit exceeded.  Retry after 2026-01-15T15:00:00.000Z (Mail sending)",
    ),
    // D: passing failures.
    (500, "backendError", "INTERNAL", "Backend Error"),
    (503, "backendError", "UNAVAILABLE", "The service is currently unavailable."),
    (504, "backendError", "DEADLINE_EXCEEDED", "Deadline exceeded"),
];

/// Gmail REST.
pub(crate) fn api() -> Vec<Sample> {
    let mut samples: Vec<Sample> = API.iter().map(envelope).collect();
    // D: `history.list` with an id that is too old.
    samples.push(envelope(&(404, "notFound", "NOT_FOUND", "Requested entity was not found.")).to("history.list"));
    // D, "resolve errors", 500: a send's outcome is unknown then.
    samples.push(envelope(&(500, "backendError", "INTERNAL", "Backend Error")).to("messages.send"));
    samples.extend([page(502, "Bad Gateway"), page(504, "Gateway Timeout"), page(413, "Request is too large.")]);
    samples
}

fn envelope((status, reason, name, message): &Row) -> Sample {
    let error = json!({ "domain": "global", "reason": reason, "message": message });
    let body = json!({ "error": { "code": status, "message": message, "errors": [error], "status": name } });
    Sample::http(Protocol::GmailRest, *status, format!("{status} {reason}: {message}"), body.to_string())
}

/// What Google's front end answers, which knows no JSON (L).
fn page(status: u16, title: &str) -> Sample {
    let body = format!("<!DOCTYPE html><html><title>Error {status} ({title})!!1</title><p><b>{status}.</b></html>");
    Sample::http(Protocol::GmailRest, status, format!("{status} as an HTML page"), body)
}

/// `error`, `error_description` (facts of the token endpoint; RFC 6749, 5.2).
const TOKEN: &[(u16, &str, &str)] = &[
    (400, "invalid_grant", "Token has been expired or revoked."), // L
    (400, "invalid_grant", "Bad Request"),                        // L
    (400, "invalid_grant", "Account has been deleted"),           // L
    (400, "invalid_grant", "Invalid code verifier."),             // L
    (401, "invalid_client", "The OAuth client was not found."),   // L
    (401, "unauthorized_client", "Unauthorized"),                 // L
    (
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the \
         scopes requested.",
    ), // L
    (401, "deleted_client", "The OAuth client was deleted."),     // L
    (400, "redirect_uri_mismatch", "Bad Request"),                // D
    (400, "admin_policy_enforced", "Blocked by the Workspace administrator."), // D
    (403, "access_denied", "The account is not among the test users."), // D
    (400, "invalid_scope", "Some requested scopes were invalid."), // D
    (400, "invalid_request", "client_secret is missing."),        // L
    (403, "rate_limit_exceeded", "Rate Limit Exceeded"),          // I
    (500, "internal_failure", "Backend Error"),                   // I
];

/// Google's token endpoint.
pub(crate) fn token() -> Vec<Sample> {
    let sample = |(status, error, text): &(u16, &str, &str)| {
        let body = json!({ "error": error, "error_description": text }).to_string();
        Sample::http(Protocol::GoogleOauth, *status, format!("{status} {error}: {text}"), body)
    };
    TOKEN.iter().map(sample).collect()
}
