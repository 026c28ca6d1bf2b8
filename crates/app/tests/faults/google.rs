//! What the Gmail API says, and what our callers are told.

use model::FaultKind::*;
use providers::classify::Protocol;

use crate::told::{gmail, http};

#[tokio::test]
async fn a_bad_request_is_400() {
    let message = "Sorting is not supported for queries with fullText terms.";
    gmail(400, "badRequest", message)
        .told()
        .await
        .is(400, "invalid_request_error", InvalidRequest)
        .retry("never")
        .has("/error/provider_error/error/errors/0/reason", "badRequest");
    gmail(400, "invalidArgument", "Invalid To header").told().await.has("/error/fault/field", "to");
}

#[tokio::test]
async fn an_invalid_attachment_is_400() {
    let told = gmail(400, "badRequest", "Invalid attachment.").to("messages.send").told().await;
    told.is(400, "invalid_request_error", AttachmentInvalid).retry("never");
}

#[tokio::test]
async fn an_auth_error_is_401_once_refreshing_did_not_help() {
    let told = gmail(401, "authError", "Invalid Credentials").told().await;
    told.is(401, "unauthorized", Unauthenticated).retry("after_refresh").has("/error/provider_error/error/code", 401);
}

#[tokio::test]
async fn a_missing_scope_is_403() {
    let told = gmail(403, "insufficientPermissions", "Insufficient Permission").told().await;
    told.is(403, "insufficient_scopes", InsufficientScope).retry("after_reauth");
}

#[tokio::test]
async fn an_api_that_is_not_enabled_is_403_and_the_operators() {
    let message = "Gmail API has not been used in project 123456789012 before or it is disabled.";
    gmail(403, "accessNotConfigured", message)
        .told()
        .await
        .is(403, "provider_error", ApiDisabled)
        .scope("app")
        .retry("never")
        .advises("Enable the API");
}

#[tokio::test]
async fn a_domain_policy_is_403_and_the_administrators() {
    let told = gmail(403, "domainPolicy", "The domain administrators have disabled Gmail apps.").told().await;
    told.is(403, "provider_error", DomainPolicy).scope("tenant").retry("never").advises("administrator");
}

#[tokio::test]
async fn delegation_denied_is_403() {
    let told = gmail(403, "forbidden", "Delegation denied for ada@example.com").told().await;
    told.is(403, "provider_error", PermissionDenied).retry("never");
}

#[tokio::test]
async fn a_daily_limit_is_429_until_the_providers_midnight() {
    let told = gmail(403, "dailyLimitExceeded", "Daily Limit Exceeded").told().await;
    told.is(429, "rate_limit_error", DailyQuotaExhausted)
        .scope("app")
        .after(20 * 3600)
        .has("/error/provider_error/error/code", 403);
}

#[tokio::test]
async fn a_user_rate_limit_is_429_whatever_number_gmail_gives_it() {
    for status in [403, 429] {
        let told = gmail(status, "userRateLimitExceeded", "User Rate Limit Exceeded").told().await;
        told.is(429, "rate_limit_error", RateLimitedUser)
            .scope("mailbox")
            .retry("backoff")
            .has("/error/provider_error/error/code", status);
    }
}

#[tokio::test]
async fn a_project_rate_limit_is_429_and_the_applications() {
    let told = gmail(403, "rateLimitExceeded", "Rate Limit Exceeded").told().await;
    told.is(429, "rate_limit_error", RateLimitedProject).scope("app").retry("backoff").advises("quota");
}

#[tokio::test]
async fn exhausted_resources_are_429_with_advice() {
    let told = gmail(429, "rateLimitExceeded", "Resource has been exhausted (e.g. check quota).").told().await;
    told.is(429, "rate_limit_error", RateLimitedUser)
        .advises("Lower `limit`")
        .advises("20")
        .advises("filters")
        .advises("at least a second between requests")
        .advises("random");
}

#[tokio::test]
async fn too_many_concurrent_requests_are_429() {
    let told = gmail(429, "rateLimitExceeded", "Too many concurrent requests for user").told().await;
    told.is(429, "rate_limit_error", ConcurrencyLimited).scope("mailbox").retry("backoff");
}

#[tokio::test]
async fn an_instant_inside_the_sentence_becomes_retry_after() {
    let message = "User-rate limit exceeded.  Retry after 2026-01-15T12:20:00.500Z";
    let told = gmail(429, "rateLimitExceeded", message).told().await;
    told.is(429, "rate_limit_error", RateLimitedUser).after(1201);
}

#[tokio::test]
async fn a_sending_quota_is_429_until_the_instant_gmail_names() {
    let message = "User-rate limit exceeded.  Retry after 2026-01-15T15:00:00.000Z (Mail sending)";
    let told = gmail(429, "rateLimitExceeded", message).to("messages.send").told().await;
    told.is(429, "rate_limit_error", SendingQuotaExceeded).after(3 * 3600);
}

#[tokio::test]
async fn retry_after_is_read_as_seconds_or_date_and_rounded_up() {
    for (value, seconds) in [("7", 7), ("2.128", 3), ("Thu, 15 Jan 2026 12:00:30 GMT", 30)] {
        let told =
            gmail(429, "userRateLimitExceeded", "User Rate Limit Exceeded").with("Retry-After", value).told().await;
        told.is(429, "rate_limit_error", RateLimitedUser).after(seconds);
    }
}

#[tokio::test]
async fn a_backend_error_is_503_and_worth_repeating() {
    for (status, message) in [(500, "Backend Error"), (503, "The service is currently unavailable.")] {
        let told = gmail(status, "backendError", message).told().await;
        told.is(503, "provider_error", TransientBackend).retry("backoff");
    }
}

#[tokio::test]
async fn a_gateway_that_gave_up_is_504_and_a_bad_one_503() {
    let page = |status: u16| http(Protocol::GmailRest, status, format!("<html><title>Error {status}</title></html>"));
    page(504).told().await.is(504, "provider_error", GatewayTimeout).retry("backoff");
    page(502).told().await.is(503, "provider_error", TransientBackend).retry("backoff");
}

#[tokio::test]
async fn a_send_that_ended_in_a_5xx_is_looked_up_first() {
    let told = gmail(503, "backendError", "Backend Error").to("messages.send").told().await;
    told.is(503, "provider_error", TransientBackend).retry("look_first");
}

#[tokio::test]
async fn things_that_are_not_there_are_404_and_lost_cursors_are_not() {
    let gone = || gmail(404, "notFound", "Requested entity was not found.");
    gone().to("messages.get").told().await.is(404, "not_found_error", NotFound).retry("never");
    gone().to("history.list").told().await.is(503, "provider_error", SyncStateExpired).retry("resync");
}

#[tokio::test]
async fn what_exists_already_is_409() {
    let told = gmail(409, "aborted", "Label name exists or conflicts").told().await;
    told.is(409, "invalid_request_error", ConflictOrPrecondition).has("/error/fault/field", "name");
}

#[tokio::test]
async fn a_request_too_large_is_400() {
    let told = gmail(413, "uploadTooLarge", "Request Entity Too Large").to("messages.send").told().await;
    told.is(400, "invalid_request_error", MessageTooLarge).retry("never");
}

#[tokio::test]
async fn a_mailbox_without_mail_is_422() {
    let told = gmail(400, "failedPrecondition", "Mail service not enabled").told().await;
    told.is(422, "provider_error", MailboxUnavailable).has("/error/server_error", "Mail service not enabled");
}

#[tokio::test]
async fn what_nobody_knows_is_unknown_and_handed_on() {
    let told = http(Protocol::GmailRest, 299, r#"{"error":{"whatever":1}}"#).told().await;
    told.is(504, "provider_error", Unknown).retry("backoff").has("/error/provider_error/error/whatever", 1);
}
