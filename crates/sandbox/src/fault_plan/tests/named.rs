//! Named faults have the shapes seen on the wire.

use crate::fault_plan::{Answer, Catalogue, Moment, Rendered};
use jiff::Timestamp;
use serde_json::{Value, json};

const NOW: &str = "2026-06-12T19:00:50.648Z";

fn render(name: &str, settings: Value) -> (Rendered, Value) {
    let settings = settings.as_object().unwrap().clone();
    Catalogue::standard().check(name, &settings).unwrap();
    let rendered = Answer::Named { name: name.into(), settings }.render(&Moment::at(NOW.parse::<Timestamp>().unwrap()));
    let body = serde_json::from_slice(&rendered.body).unwrap_or(Value::Null);
    (rendered, body)
}

#[test]
fn the_quota_refusal_is_a_403_with_both_layers_and_the_window() {
    let (rendered, body) = render("gmail.user_rate_limit", json!({}));
    let message = "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service \
                   'gmail.googleapis.com' for consumer 'project_number:000000000000'.";
    let expected = json!({"error": {"code": 403, "message": message,
        "errors": [{"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"}],
        "status": "PERMISSION_DENIED",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
             "metadata": {"service": "gmail.googleapis.com", "consumer": "projects/000000000000",
                "quota_metric": "gmail.googleapis.com/total_query_cost", "quota_limit": "totalQueryCostPerMinutePerUser",
                "quota_limit_value": "6000", "quota_unit": "1/min/{project}/{user}", "quota_location": "global",
                "window_start_time": "1781290840"}},
            {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Request a higher quota limit.",
                "url": "https://cloud.google.com/docs/quotas/help/request_increase"}]}]}});
    assert_eq!((rendered.status, body), (403, expected));
    assert!(!rendered.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("retry-after")));
}

#[test]
fn the_quota_refusal_can_be_of_the_old_regime_a_429_and_without_window() {
    let (rendered, body) =
        render("gmail.user_rate_limit", json!({"regime": "legacy", "window_start": false, "status": 429}));
    let metadata = &body["error"]["details"][0]["metadata"];
    assert_eq!((rendered.status, metadata["quota_limit_value"].as_str()), (429, Some("15000")));
    assert_eq!(metadata.get("window_start_time"), None);
    assert_eq!(body["error"]["status"], "RESOURCE_EXHAUSTED");
    assert!(body["error"]["message"].as_str().unwrap().contains("'Queries' and limit 'Queries per minute per user'"));
}

#[test]
fn the_retry_instant_stands_inside_the_sentence() {
    let (rendered, body) = render("gmail.retry_after", json!({}));
    assert_eq!(rendered.status, 429);
    assert_eq!(body["error"]["message"], "User-rate limit exceeded.  Retry after 2026-06-12T19:16:46.648Z");
    assert_eq!(body["error"]["errors"][0]["message"], body["error"]["message"]);
    let (_, body) = render("gmail.retry_after", json!({"seconds": 60, "tag": "Mail sending"}));
    assert_eq!(
        body["error"]["message"],
        "User-rate limit exceeded.  Retry after 2026-06-12T19:01:50.648Z (Mail sending)"
    );
}

#[test]
fn the_others_have_their_status_reason_and_message() {
    for (name, status, reason, message, state) in [
        ("gmail.concurrency", 429, "rateLimitExceeded", "Too many concurrent requests for user.", "RESOURCE_EXHAUSTED"),
        ("gmail.backend_error", 500, "backendError", "Backend Error", "INTERNAL"),
        ("gmail.unavailable", 503, "backendError", "The service is currently unavailable.", "UNAVAILABLE"),
        ("gmail.history_expired", 404, "notFound", "Requested entity was not found.", "NOT_FOUND"),
    ] {
        let (rendered, body) = render(name, json!({}));
        let error = &body["error"];
        assert_eq!((rendered.status, error["code"].as_u64()), (status, Some(u64::from(status))), "{name}");
        assert_eq!(
            (&error["errors"][0]["reason"], &error["errors"][0]["domain"]),
            (&json!(reason), &json!("global")),
            "{name}"
        );
        assert_eq!((&error["message"], &error["status"]), (&json!(message), &json!(state)), "{name}");
    }
}

#[test]
fn invalid_credentials_carry_the_challenge() {
    let (rendered, body) = render("gmail.invalid_credentials", json!({}));
    assert_eq!((rendered.status, &body["error"]["errors"][0]["reason"]), (401, &json!("authError")));
    let challenge =
        rendered.headers.iter().find(|(name, _)| name == "WWW-Authenticate").map(|(_, value)| value.as_str());
    assert_eq!(challenge, Some("Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\""));
    assert!(body["error"].get("details").is_none());
}

#[test]
fn the_bad_gateway_is_html() {
    let (rendered, body) = render("gmail.bad_gateway_html", json!({}));
    assert_eq!((rendered.status, body), (502, Value::Null));
    assert!(rendered.headers[0].1.starts_with("text/html"));
}

#[test]
fn the_token_endpoint_answers_flat_json() {
    let (rendered, body) = render("oauth.invalid_grant", json!({}));
    assert_eq!(rendered.status, 400);
    assert_eq!(body, json!({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}));
    let (_, body) = render("oauth.invalid_grant", json!({"description": "Bad Request"}));
    assert_eq!(body["error_description"], "Bad Request");
}

#[test]
fn every_fault_of_the_catalogue_renders_with_its_defaults() {
    for fault in Catalogue::standard().all().iter().filter(|fault| fault.answers()) {
        let (rendered, _) = render(fault.name, json!({}));
        let text = String::from_utf8(rendered.body).unwrap();
        // Microsoft's sign-in page comes under 200 whatever it says.
        let page = fault.name.starts_with("aadsts.page.") || fault.name.starts_with("aadsts.redirect.");
        let refused = if page { rendered.status == 200 } else { (400..600).contains(&rendered.status) };
        // These answers of Graph have no body at all.
        let bare = ["graph.unauthorized_empty", "graph.not_found_empty", "graph.unavailable_empty"];
        assert!(refused && text.is_empty() == bare.contains(&fault.name), "{}", fault.name);
        for (setting, _) in fault.settings() {
            assert!(!text.contains(&format!("{{{setting}}}")), "{} leaves {{{setting}}} unfilled", fault.name);
        }
    }
}

#[test]
fn every_answer_can_carry_a_retry_after() {
    let (rendered, _) = render("gmail.unavailable", json!({"retry_after": 7}));
    assert!(rendered.headers.contains(&("Retry-After".to_owned(), "7".to_owned())));
    let (rendered, _) = render("gmail.unavailable", json!({}));
    assert!(!rendered.headers.iter().any(|(name, _)| name == "Retry-After"));
}

#[test]
fn names_are_unique_and_short_enough_for_an_address() {
    let all = Catalogue::standard().all();
    for (at, fault) in all.iter().enumerate() {
        assert!(all[..at].iter().all(|other| other.name != fault.name), "{} is there twice", fault.name);
        // RFC 5321, section 4.5.3.1.1: 64 octets for `fault+NAME+times99`.
        assert!(fault.name.len() <= 48, "{} is too long", fault.name);
        assert!(fault.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b)));
        assert!(
            !fault.methods.is_empty() && !fault.summary.is_empty() && !fault.summary.contains('|'),
            "{}",
            fault.name
        );
    }
}
