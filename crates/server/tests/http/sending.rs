//! Idempotency keys, schedules and the outbox, over HTTP.

use axum::body::Body;
use http::{Method, header};
use serde_json::{Value, json};

use crate::house::{Answer, House, START};

fn letter(subject: &str) -> Value {
    json!({"to": [{"email": "bob@example.com"}], "subject": subject, "body": "Hello"})
}

async fn send(house: &House, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let request = house.request(Method::POST, &house.mail(path)).header(header::CONTENT_TYPE, "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// An instant `seconds` after the house's start; its clock runs, but not that fast.
fn ahead(seconds: i64) -> i64 {
    START + 10_000 + seconds
}

#[tokio::test]
async fn the_same_key_with_the_same_request_is_answered_again_and_sent_once() {
    let house = House::new().await;
    let key = [("idempotency-key", "order-17")];
    let first = send(&house, "messages/send", &key, &letter("Once")).await;
    assert_eq!((first.status.as_u16(), first.header("idempotent-response")), (200, ""), "{}", first.message());
    let again = send(&house, "messages/send", &key, &letter("Once")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-response")), (200, "true"));
    assert_eq!(again.json()["data"]["id"], first.json()["data"]["id"]);
    assert_eq!(house.google.taken().len(), 1);
    let other = send(&house, "messages/send", &key, &letter("Twice")).await;
    assert_eq!(other.status, 409);
    assert_eq!(other.json()["error"]["type"], "api.invalid_idempotent_request");
    let long = "x".repeat(257);
    for bad in ["", long.as_str()] {
        let refused = send(&house, "messages/send", &[("idempotency-key", bad)], &letter("Bad")).await;
        assert_eq!((refused.status.as_u16(), refused.field().as_str()), (400, "Idempotency-Key"));
        assert_eq!(refused.json()["error"]["type"], "api.invalid_idempotency_key");
    }
    assert_eq!(house.google.taken().len(), 1);
}

#[tokio::test]
async fn a_draft_made_under_a_key_is_made_once() {
    let house = House::new().await;
    let key = [("idempotency-key", "draft-1")];
    let first = send(&house, "drafts", &key, &letter("Draft")).await;
    assert_eq!(first.status, 200, "{}", first.message());
    let again = send(&house, "drafts", &key, &letter("Draft")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-response")), (200, "true"));
    assert_eq!(again.json()["data"], first.json()["data"]);
    assert_eq!(house.google.taken().len(), 1);
}

#[tokio::test]
async fn a_scheduled_send_is_listed_read_and_taken_back() {
    let house = House::new().await;
    let wish = json!({"to": [{"email": "bob@example.com"}], "subject": "Later", "body": "b", "send_at": ahead(3600)});
    let made = house.post(&house.mail("messages/send"), wish).await;
    assert_eq!(made.status, 200, "{}", made.message());
    let json = made.json();
    let id = json["data"]["schedule_id"].as_str().unwrap().to_owned();
    assert_eq!((json["schedule_id"].as_str(), &json["data"]["send_at"]), (Some(id.as_str()), &json!(ahead(3600))));
    let listed = house.get(&house.mail("messages/schedules")).await.json();
    assert_eq!(listed["data"][0]["schedule_id"], id);
    assert_eq!(listed["data"][0]["status"]["code"], "pending");
    let path = house.mail(&format!("messages/schedules/{id}"));
    let stopped = house.delete(&path).await;
    assert_eq!(stopped.status, 202);
    assert_eq!(stopped.json()["data"]["message"], "requested cancelation for workflow");
    let read = house.get(&path).await.json();
    assert_eq!(read["data"]["status"]["code"], "cancelled");
    assert!(read["data"]["close_time"].is_i64());
    assert_eq!(house.delete(&path).await.status, 409);
    for nothing in ["messages/schedules/none", "messages/schedules/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(house.get(&house.mail(nothing)).await.status, 404);
        assert_eq!(house.delete(&house.mail(nothing)).await.status, 404);
    }
    assert!(house.google.taken().is_empty());
}

#[tokio::test]
async fn times_that_do_not_fit_are_refused_by_name() {
    let house = House::new().await;
    let with = |field: &str, value: Value| {
        let mut wish = letter("x");
        wish[field] = value;
        wish
    };
    let bad = [
        (with("send_at", json!(ahead(5))), "send_at"),
        (with("send_at", json!(ahead(-60))), "send_at"),
        (with("send_at", json!(ahead(31 * 24 * 3600))), "send_at"),
        (with("use_draft", json!(true)), "use_draft"),
    ];
    for (wish, field) in bad {
        let refused = house.post(&house.mail("messages/send"), wish).await;
        assert_eq!((refused.status.as_u16(), refused.field().as_str()), (400, field), "{}", refused.message());
    }
    let prefer = send(&house, "messages/send", &[("prefer", "wait=soon")], &letter("x")).await;
    assert_eq!((prefer.status.as_u16(), prefer.field().as_str()), (400, "Prefer"));
    assert!(house.google.taken().is_empty());
}

#[tokio::test]
async fn the_outbox_shows_what_went_and_what_did_not() {
    let house = House::new().await;
    house.post(&house.mail("messages/send"), letter("Gone")).await;
    let words = "User-rate limit exceeded.  Retry after 2023-11-15T03:00:00.000Z";
    let error = json!({"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": words});
    house.google.refuses(429, json!({"error": {"code": 429, "message": words, "errors": [error]}}));
    let refused = send(&house, "messages/send", &[("prefer", "wait=0")], &letter("Refused")).await;
    assert_eq!(refused.status, 429, "{}", refused.message());
    assert!(!refused.header("retry-after").is_empty());
    let page = house.get(&house.mail("outbox?limit=1")).await.json();
    let newest = &page["data"][0];
    assert_eq!((&newest["subject"], &newest["state"]), (&json!("Refused"), &json!("cancelled")));
    assert_eq!(newest["last_fault"]["kind"], "rate_limited_user");
    let rest = format!("outbox?limit=1&page_token={}", page["next_cursor"].as_str().unwrap());
    let rest = house.get(&house.mail(&rest)).await.json();
    assert_eq!((&rest["data"][0]["subject"], &rest["data"][0]["state"]), (&json!("Gone"), &json!("done")));
    assert!(rest["next_cursor"].is_null());
    let id = rest["data"][0]["id"].as_str().unwrap();
    assert_eq!(house.get(&house.mail(&format!("outbox/{id}"))).await.json()["data"]["message_id"], "sent-1");
    for decision in ["resend", "discard"] {
        let path = house.mail(&format!("outbox/{id}/{decision}"));
        assert_eq!(house.post(&path, json!({})).await.status, 409, "its outcome is known");
    }
    let found = house.get(&house.mail("outbox?state=done")).await.json();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(house.get(&house.mail("outbox?state=lost")).await.status, 400);
}
