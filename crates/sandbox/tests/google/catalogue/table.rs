//! What each named fault answers, written from the project's notes on Gmail and not from the catalogue.

use Shape::*;

/// The shape of an answer.
pub enum Shape {
    /// Both layers: HTTP status, canonical name, domain, reason, message; reason or type of the first detail.
    Layers(u16, &'static str, &'static str, &'static str, &'static str, &'static str),
    /// The one layer of bodies from before 2020: HTTP status, domain, reason, message.
    Old(u16, &'static str, &'static str, &'static str),
    /// Flat JSON: HTTP status, error, description.
    Flat(u16, &'static str, Option<&'static str>),
    /// A page: HTTP status, words on it.
    Html(u16, &'static str),
    /// Back to the application with this error.
    Back(&'static str),
    /// No answer.
    Cut,
    /// The call's own answer.
    Success,
}

const USER: &str = "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
const USER_LEGACY: &str = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
const USER_PREVIOUS: &str = "Quota exceeded for quota metric 'Queries' and limit 'Previous quota: Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
const PROJECT: &str = "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
const NOT_ENABLED: &str = "Gmail API has not been used in project 000000000000 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=000000000000 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
const NOT_CONFIGURED: &str = "Access Not Configured. Gmail API has not been used in project 000000000000 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=000000000000 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
const BAD_TOKEN: &str = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
const NO_TOKEN: &str = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

const fn quota(status: u16, message: &'static str) -> Shape {
    let canonical = if status == 429 { "RESOURCE_EXHAUSTED" } else { "PERMISSION_DENIED" };
    Layers(status, canonical, "usageLimits", "rateLimitExceeded", message, "RATE_LIMIT_EXCEEDED")
}

const fn exhausted(message: &'static str) -> Shape {
    Layers(429, "RESOURCE_EXHAUSTED", "global", "rateLimitExceeded", message, "")
}

const fn forbidden(message: &'static str) -> Shape {
    Layers(403, "PERMISSION_DENIED", "global", "forbidden", message, "")
}

const fn invalid(message: &'static str) -> Shape {
    Layers(400, "INVALID_ARGUMENT", "global", "invalidArgument", message, "")
}

const fn unreadable(message: &'static str) -> Shape {
    Layers(400, "INVALID_ARGUMENT", "", "invalid", message, "BadRequest")
}

const fn grant(description: &'static str) -> Shape {
    Flat(400, "invalid_grant", Some(description))
}

#[rustfmt::skip] // one line is one fault
pub const ROWS: &[(&str, Shape)] = &[
    ("gmail.user_rate_limit", quota(403, USER)),
    ("gmail.user_rate_limit_no_window", quota(403, USER)),
    ("gmail.user_rate_limit_legacy", quota(403, USER_LEGACY)),
    ("gmail.user_rate_limit_previous", quota(403, USER_PREVIOUS)),
    ("gmail.user_rate_limit_429", quota(429, USER_LEGACY)),
    ("gmail.user_rate_limit_old", Old(403, "usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded")),
    ("gmail.project_rate_limit", quota(403, PROJECT)),
    ("gmail.rate_limit_old", Old(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded")),
    ("gmail.daily_limit", Old(403, "usageLimits", "dailyLimitExceeded", "Daily Limit Exceeded")),
    ("gmail.concurrency", exhausted("Too many concurrent requests for user.")),
    ("gmail.concurrency_old", Old(429, "usageLimits", "rateLimitExceeded", "Too many concurrent requests for user")),
    ("gmail.retry_after", exhausted("User-rate limit exceeded.  Retry after 2026-09-21T12:15:56.000Z")),
    ("gmail.sending_limit", exhausted("User-rate limit exceeded.  Retry after 2026-09-21T12:15:56.000Z (Mail sending)")),
    ("gmail.forwarding_limit", exhausted("User-rate limit exceeded.  Retry after 2026-09-21T12:15:01.000Z (Forwarding rules)")),
    ("gmail.retry_after_403", Layers(403, "PERMISSION_DENIED", "global", "rateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-09-21T12:15:56.000Z", "")),
    ("gmail.resource_exhausted", exhausted("Resource has been exhausted (e.g. check quota).")),
    ("gmail.sending_limit_notice", Success),
    ("gmail.invalid_credentials", Layers(401, "UNAUTHENTICATED", "global", "authError", BAD_TOKEN, "")),
    ("gmail.invalid_credentials_old", Old(401, "global", "authError", "Invalid Credentials")),
    ("gmail.login_required", Layers(401, "UNAUTHENTICATED", "global", "required", NO_TOKEN, "CREDENTIALS_MISSING")),
    ("gmail.insufficient_scope", Layers(403, "PERMISSION_DENIED", "global", "insufficientPermissions", "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")),
    ("gmail.access_not_configured", Layers(403, "PERMISSION_DENIED", "usageLimits", "accessNotConfigured", NOT_ENABLED, "SERVICE_DISABLED")),
    ("gmail.access_not_configured_old", Old(403, "usageLimits", "accessNotConfigured", NOT_CONFIGURED)),
    ("gmail.project_not_found", Layers(403, "PERMISSION_DENIED", "usageLimits", "accessNotConfigured", "Project 000000000000 is not found and cannot be used for API calls.", "")),
    ("gmail.domain_policy", Old(403, "global", "domainPolicy", "The domain administrators have disabled Gmail apps.")),
    ("gmail.delegation_denied", forbidden("Delegation denied for alice@sandbox.test")),
    ("gmail.metadata_scope_query", forbidden("Metadata scope does not support 'q' parameter")),
    ("gmail.metadata_scope_format", forbidden("Metadata scope doesn't allow format FULL")),
    ("gmail.pubsub_not_authorized", forbidden("Error sending test message to Cloud PubSub projects/sandbox/topics/mail : User not authorized to perform this action.")),
    ("gmail.mail_service_not_enabled", Layers(400, "FAILED_PRECONDITION", "global", "failedPrecondition", "Mail service not enabled", "")),
    ("gmail.precondition_failed", Layers(400, "FAILED_PRECONDITION", "global", "failedPrecondition", "Precondition check failed.", "")),
    ("gmail.recipient_required", invalid("Recipient address required")),
    ("gmail.invalid_to_header", invalid("Invalid To header")),
    ("gmail.invalid_cc_header", invalid("Invalid Cc header")),
    ("gmail.invalid_bcc_header", invalid("Invalid Bcc header")),
    ("gmail.invalid_from_header", invalid("Invalid From header")),
    ("gmail.raw_required", invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")),
    ("gmail.invalid_byte_string", invalid("Invalid value for ByteString: RnJvbTog+w/==")),
    ("gmail.base64_decoding_failed", unreadable("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for \"RnJvbTog+w/==\"")),
    ("gmail.invalid_id", invalid("Invalid id value")),
    ("gmail.invalid_thread_id", invalid("Invalid thread_id value")),
    ("gmail.invalid_attachment_token", invalid("Invalid attachment token")),
    ("gmail.invalid_attachment", Layers(400, "INVALID_ARGUMENT", "global", "badRequest", "Invalid attachment", "")),
    ("gmail.sorting_not_supported", Old(400, "global", "badRequest", "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.")),
    ("gmail.invalid_label", invalid("Invalid label: ALL_MAIL")),
    ("gmail.label_id_not_found", invalid("labelId not found")),
    ("gmail.invalid_label_name", invalid("Invalid label name")),
    ("gmail.invalid_start_history_id", invalid("Missing/invalid parameter: startHistoryId")),
    ("gmail.invalid_page_token", invalid("Invalid pageToken")),
    ("gmail.second_watch", invalid("Only one user push notification client allowed per developer (call /stop then try again)")),
    ("gmail.invalid_topic", invalid("Invalid topicName does not match projects/sandbox/topics/*")),
    ("gmail.unknown_parameter", unreadable("Invalid JSON payload received. Unknown name \"limit\": Cannot bind query parameter. Field 'limit' could not be found in request message.")),
    ("gmail.unknown_field", unreadable("Invalid JSON payload received. Unknown name \"subject\": Cannot find field.")),
    ("gmail.invalid_fields", Layers(400, "INVALID_ARGUMENT", "global", "invalidParameter", "Invalid field selection mesages", "")),
    ("gmail.batch_too_large", Layers(400, "INVALID_ARGUMENT", "global", "badRequest", "The batch request exceeded 100 calls", "")),
    ("gmail.payload_too_large", Layers(400, "INVALID_ARGUMENT", "global", "badRequest", "Request payload size exceeds the limit: 1048576 bytes.", "")),
    ("gmail.request_too_large", Layers(413, "INVALID_ARGUMENT", "global", "uploadTooLarge", "Request Entity Too Large", "")),
    ("gmail.request_too_large_html", Html(413, "Request Entity Too Large")),
    ("gmail.bad_request_html", Html(400, "<TITLE>Bad Request</TITLE>")),
    ("gmail.not_found", Layers(404, "NOT_FOUND", "global", "notFound", "Requested entity was not found.", "")),
    ("gmail.not_found_old", Old(404, "global", "notFound", "Not Found")),
    ("gmail.not_found_html", Html(404, "Error 404 (Not Found)")),
    ("gmail.history_expired", Layers(404, "NOT_FOUND", "global", "notFound", "Requested entity was not found.", "")),
    ("gmail.label_conflict", Layers(409, "ABORTED", "global", "aborted", "Label name exists or conflicts", "")),
    ("gmail.backend_error", Layers(500, "INTERNAL", "global", "backendError", "Backend Error", "")),
    ("gmail.backend_error_old", Old(500, "global", "backendError", "Backend Error")),
    ("gmail.internal_error", Layers(500, "INTERNAL", "global", "internalError", "Internal error encountered.", "")),
    ("gmail.unavailable", Layers(503, "UNAVAILABLE", "global", "backendError", "The service is currently unavailable.", "")),
    ("gmail.bad_gateway_html", Html(502, "<b>502.</b> <ins>That's an error.</ins>")),
    ("gmail.gateway_timeout_html", Html(504, "<b>504.</b> <ins>That's an error.</ins>")),
    ("oauth.invalid_grant", grant("Token has been expired or revoked.")),
    ("oauth.invalid_grant_bad_request", grant("Bad Request")),
    ("oauth.malformed_code", grant("Malformed auth code.")),
    ("oauth.missing_code_verifier", grant("Missing code verifier.")),
    ("oauth.invalid_code_verifier", grant("Invalid code verifier.")),
    ("oauth.code_verifier_not_needed", grant("code_verifier or verifier is not needed.")),
    ("oauth.invalid_rapt", grant("reauth related error (invalid_rapt)")),
    ("oauth.rapt_required", grant("reauth related error (rapt_required)")),
    ("oauth.account_deleted", grant("Account has been deleted")),
    ("oauth.invalid_email_or_user_id", grant("Invalid email or User ID")),
    ("oauth.not_a_valid_email", grant("Not a valid email")),
    ("oauth.invalid_jwt", grant("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.")),
    ("oauth.invalid_scope", Flat(400, "invalid_scope", Some("Some requested scopes were invalid. {invalid=[https://www.googleapis.com/auth/gmail.everything]}"))),
    ("oauth.admin_policy", Flat(400, "admin_policy_enforced", Some("The app is blocked by the administrator of your organization."))),
    ("oauth.access_denied", Flat(400, "access_denied", Some("Requested client not authorized"))),
    ("oauth.account_restricted", Flat(403, "access_denied", Some("Account restricted"))),
    ("oauth.client_not_found", Flat(401, "invalid_client", Some("The OAuth client was not found."))),
    ("oauth.client_unauthorized", Flat(401, "invalid_client", Some("Unauthorized"))),
    ("oauth.client_secret_invalid", Flat(401, "invalid_client", Some("The provided client secret is invalid."))),
    ("oauth.deleted_client", Flat(401, "deleted_client", Some("The OAuth client was deleted."))),
    ("oauth.token_of_other_client", Flat(401, "unauthorized_client", Some("Unauthorized"))),
    ("oauth.delegation_not_granted", Flat(401, "unauthorized_client", Some("Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."))),
    ("oauth.unauthorized_client_old", Flat(400, "unauthorized_client", Some("Unauthorized client or scope in request."))),
    ("oauth.redirect_uri_mismatch", Flat(400, "redirect_uri_mismatch", Some("Bad Request"))),
    ("oauth.client_secret_missing", Flat(400, "invalid_request", Some("client_secret is missing."))),
    ("oauth.missing_parameter", Flat(400, "invalid_request", Some("Missing required parameter: refresh_token"))),
    ("oauth.client_id_missing", Flat(400, "invalid_request", Some("Could not determine client ID from request."))),
    ("oauth.invalid_impersonation", Flat(400, "invalid_request", Some("Invalid impersonation \"sub\" field: nobody"))),
    ("oauth.unsupported_grant_type", Flat(400, "unsupported_grant_type", Some("Invalid grant_type: client_credentials"))),
    ("oauth.rate_limit_html", Html(403, "User Rate Limit Exceeded")),
    ("oauth.rate_limit_exceeded", Flat(403, "rate_limit_exceeded", None)),
    ("oauth.internal_failure", Flat(500, "internal_failure", Some("Backend Error"))),
    ("oauth.server_error", Flat(500, "server_error", None)),
    ("oauth.temporarily_unavailable", Flat(503, "temporarily_unavailable", None)),
    ("oauth.revoke_invalid_token", Flat(400, "invalid_token", Some("Token expired or revoked"))),
    ("oauth.tokeninfo_invalid_token", Flat(400, "invalid_token", Some("Invalid Value"))),
    ("oauth.userinfo_invalid_token", Flat(401, "invalid_request", Some("Invalid Credentials"))),
    ("oauth.redirect.access_denied", Back("access_denied")),
    ("oauth.redirect.admin_policy_enforced", Back("admin_policy_enforced")),
    ("oauth.redirect.disallowed_useragent", Back("disallowed_useragent")),
    ("oauth.redirect.org_internal", Back("org_internal")),
    ("oauth.redirect.invalid_scope", Back("invalid_scope")),
    ("oauth.redirect.interaction_required", Back("interaction_required")),
    ("oauth.redirect.login_required", Back("login_required")),
    ("oauth.page.invalid_client", Html(401, "Error 401: invalid_client")),
    ("oauth.page.deleted_client", Html(401, "Error 401: deleted_client")),
    ("oauth.page.redirect_uri_mismatch", Html(400, "Error 400: redirect_uri_mismatch")),
    ("oauth.page.invalid_request", Html(400, "Error 400: invalid_request")),
    ("oauth.page.access_denied", Html(403, "Error 403: access_denied")),
    ("oauth.page.org_internal", Html(403, "Error 403: org_internal")),
    ("oauth.page.restricted_client", Html(403, "Error 403: restricted_client")),
    ("oauth.page.rate_limit_exceeded", Html(403, "Error 403: rate_limit_exceeded")),
    ("network.cut_before", Cut),
    ("network.cut_after", Cut),
    ("network.slow", Success),
];
