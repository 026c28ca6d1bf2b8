use model::FaultKind::*;
use model::{Fault, Scope, Timestamp, Verdict};
use reqwest::header::HeaderMap;
use serde_json::json;

use super::{Call, api, token};
use crate::wire::short_raw;

fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

fn gmail(status: u16, body: &serde_json::Value, call: Call) -> Fault {
    api(status, &HeaderMap::new(), body.to_string().as_bytes(), call, now())
}

fn quota(window_start: Option<i64>) -> serde_json::Value {
    let mut metadata =
        json!({"quota_metric": "gmail.googleapis.com/total_query_cost", "quota_unit": "1/min/{project}/{user}"});
    if let Some(start) = window_start {
        metadata["window_start_time"] = json!(start.to_string());
    }
    json!({"error": {"code": 403, "message": "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user'",
        "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded"}], "status": "PERMISSION_DENIED",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "metadata": metadata}]}})
}

fn simple(status: u16, reason: &str, message: &str) -> Fault {
    let body =
        json!({"error": {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}});
    gmail(status, &body, Call::Write)
}

#[test]
fn a_quota_refusal_under_403_is_a_throttle_of_the_mailbox() {
    let fault = gmail(403, &quota(None), Call::Read);
    assert_eq!((fault.kind, fault.scope, &fault.verdict), (RateLimitedUser, Scope::Mailbox, &Verdict::Backoff));
    assert_eq!(fault.provider_code.as_deref(), Some("rateLimitExceeded"));
    assert_eq!(fault.provider_error, Some(quota(None)));
}

#[test]
fn the_window_and_the_sentence_name_instants() {
    let start = now().as_second() - 20;
    assert_eq!(gmail(403, &quota(Some(start)), Call::Read).retry_at().unwrap().as_second(), start + 60);
    assert_eq!(gmail(403, &quota(Some(start - 600)), Call::Read).verdict, Verdict::Backoff);
    let fault = simple(
        429,
        "rateLimitExceeded",
        "User-rate limit exceeded.  Retry after 2026-11-01T12:15:00.5Z (Mail sending)",
    );
    assert_eq!(fault.kind, SendingQuotaExceeded);
    assert_eq!(fault.retry_at().unwrap().to_string(), "2026-11-01T12:15:00.5Z");
}

#[test]
fn retry_after_comes_before_everything_else() {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", "7".parse().unwrap());
    let body = quota(Some(now().as_second() - 1)).to_string();
    let fault = api(403, &headers, body.as_bytes(), Call::Read, now());
    assert_eq!(fault.retry_at().unwrap().to_string(), "2026-11-01T12:00:07Z");
}

#[test]
fn the_same_status_means_many_things() {
    assert_eq!(simple(429, "rateLimitExceeded", "Too many concurrent requests for user.").kind, ConcurrencyLimited);
    assert_eq!(simple(403, "insufficientPermissions", "Insufficient Permission").kind, InsufficientScope);
    assert_eq!(simple(403, "accessNotConfigured", "x").kind, ApiDisabled);
    assert_eq!(simple(403, "domainPolicy", "x").kind, DomainPolicy);
    assert_eq!(simple(403, "forbidden", "Delegation denied for a@x.test").kind, PermissionDenied);
    assert_eq!(simple(403, "forbidden", "Metadata scope does not support 'q' parameter").kind, InsufficientScope);
    assert_eq!(simple(400, "failedPrecondition", "Mail service not enabled").kind, MailboxUnavailable);
    assert_eq!(simple(400, "failedPrecondition", "Precondition check failed.").verdict, Verdict::Backoff);
    assert_eq!(simple(409, "aborted", "Label name exists or conflicts").verdict, Verdict::Never);
    assert_eq!(simple(401, "authError", "Invalid Credentials").kind, Unauthenticated);
    assert_eq!(simple(400, "invalidArgument", "Recipient address required").field.as_deref(), Some("to"));
}

#[test]
fn a_lost_cursor_is_told_from_a_lost_message() {
    let body = json!({"error": {"code": 404, "message": "Requested entity was not found.", "errors": [{"reason": "notFound"}]}});
    assert_eq!(gmail(404, &body, Call::History).verdict, Verdict::Resync);
    assert_eq!(gmail(404, &body, Call::Read).kind, NotFound);
}

#[test]
fn a_send_without_a_clear_answer_is_looked_for_first() {
    let html = b"<html><title>Error 502 (Server Error)!!1</title></html>";
    let fault = api(502, &HeaderMap::new(), html, Call::Send, now());
    assert_eq!((fault.kind, fault.verdict), (TransientBackend, Verdict::LookFirst));
    assert_eq!(fault.provider_error, None);
    assert_eq!(api(502, &HeaderMap::new(), html, Call::Read, now()).verdict, Verdict::Backoff);
    assert_eq!(gmail(403, &quota(None), Call::Send).verdict, Verdict::Backoff);
}

#[test]
fn token_errors_blame_whom_they_concern() {
    let ask = |status, error: &str, description: &str| {
        let body = json!({"error": error, "error_description": description}).to_string();
        token(status, &HeaderMap::new(), body.as_bytes(), now())
    };
    assert_eq!(ask(400, "invalid_grant", "Token has been expired or revoked.").kind, ReauthRequired);
    assert_eq!(ask(400, "invalid_grant", "reauth related error (invalid_rapt)").kind, ReauthRequired);
    assert_eq!(ask(401, "invalid_client", "Unauthorized").scope, Scope::App);
    assert_eq!(ask(401, "unauthorized_client", "Unauthorized").kind, OauthClientMisconfigured);
    assert_eq!(ask(400, "redirect_uri_mismatch", "Bad Request").kind, OauthClientMisconfigured);
    assert_eq!(ask(400, "admin_policy_enforced", "").kind, DomainPolicy);
    assert_eq!(ask(503, "temporarily_unavailable", "").kind, TransientBackend);
    assert_eq!(ask(400, "never_seen", "").kind, InvalidRequest);
    assert_eq!(token(403, &HeaderMap::new(), b"<html>User Rate Limit Exceeded</html>", now()).kind, RateLimitedProject);
    assert_eq!(token(502, &HeaderMap::new(), b"", now()).kind, TransientBackend);
}

#[test]
fn raw_text_is_short_and_on_one_line() {
    let text = short_raw(format!("a\n\n b\u{7}{}", "x".repeat(1000)).as_bytes());
    assert!(text.starts_with("a b\\u{7}xxx") && text.chars().count() <= 500);
}

proptest::proptest! {
    #[test]
    fn any_answer_is_classified(status in 300u16..600, body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _ = api(status, &HeaderMap::new(), &body, Call::Send, now());
        let _ = token(status, &HeaderMap::new(), &body, now());
    }
}
