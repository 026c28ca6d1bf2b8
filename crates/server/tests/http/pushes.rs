//! What providers post, and what anybody else may post in their place.

use axum::body::Body;
use http::{Method, Request};
use model::Timestamp;
use model::sync::{SyncPhase, SyncState, Watch};
use serde_json::{Value, json};

use crate::house::{Answer, House};

const SECRET: &str = "hush";
/// SHA-256 of [`SECRET`].
const HASH: &str = "dc8331bcb2283e89d275a1c2fe66f7bf5ac3163ec1967f149dd7e27906365f0c";

fn far() -> Timestamp {
    Timestamp::from_second(9_000_000_000).unwrap()
}

/// A house whose grant has a subscription and is not due for long.
async fn subscribed() -> House {
    let house = House::new().await;
    let mut secret_hash = [0; 32];
    unhex(HASH, &mut secret_hash);
    let callback = "https://mail.example/v3/push/microsoft".to_owned();
    let (grant_id, handle) = (house.grant, Some("s-1".to_owned()));
    let watch = Watch { grant_id, handle, callback, secret_hash, ends_at: far(), renew_at: far() };
    house.store.set_watch(watch).await.unwrap();
    let state = SyncState {
        phase: SyncPhase::Live,
        cursor: None,
        backfill_token: None,
        fresh_at: None,
        next_at: far(),
        failures: 0,
        mirrored: 0,
        expected: None,
    };
    house.store.set_sync_state(house.grant, state).await.unwrap();
    house
}

fn unhex(text: &str, into: &mut [u8]) {
    into.iter_mut().enumerate().for_each(|(i, byte)| *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap());
}

/// Posts without any credential of ours.
async fn push(house: &House, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    house.send(request.body(body.into()).unwrap()).await
}

async fn notify(house: &House, notices: Value) -> Answer {
    push(house, "/v3/push/microsoft", json!({ "value": notices }).to_string()).await
}

async fn is_due(house: &House) -> bool {
    house.store.sync_state(house.grant).await.unwrap().unwrap().next_at < far()
}

#[tokio::test]
async fn a_greeting_is_given_back_as_nothing_but_text() {
    let house = House::new().await;
    let path = "/v3/push/microsoft?own=1&validationToken=%3Cscript%3Ealert%281%29%3C%2Fscript%3E+a%2Bb";
    let answer = push(&house, path, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.bytes, b"<script>alert(1)</script> a+b");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let long = format!("/v3/push/microsoft?validationToken={}", "x".repeat(2_000));
    let answer = push(&house, &long, "").await;
    assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, "validationToken"));
}

#[tokio::test]
async fn a_notice_with_its_secret_makes_the_mailbox_due() {
    let house = subscribed().await;
    let told = json!({ "subscriptionId": "s-1", "clientState": SECRET, "changeType": "created",
        "resource": "Users/u/Messages/m", "resourceData": { "id": "m" } });
    let answer = notify(&house, json!([{ "subscriptionId": "s-0", "clientState": SECRET }, told])).await;
    assert_eq!(answer.status, 202);
    assert!(is_due(&house).await);
}

#[tokio::test]
async fn what_proves_nothing_is_taken_and_passed_over() {
    let house = subscribed().await;
    for notice in [
        json!({ "subscriptionId": "s-1", "clientState": "guess" }),
        json!({ "subscriptionId": "s-1" }),
        json!({ "subscriptionId": "s-1", "clientState": "guess", "lifecycleEvent": "subscriptionRemoved" }),
        json!({ "subscriptionId": "s-2", "clientState": SECRET }),
        json!({ "subscriptionId": "", "clientState": SECRET }),
    ] {
        assert_eq!(notify(&house, json!([notice])).await.status, 202, "{notice}");
    }
    assert_eq!(notify(&house, json!([])).await.status, 202);
    assert!(!is_due(&house).await);
    assert!(house.store.watch(house.grant).await.unwrap().is_some());
}

#[tokio::test]
async fn what_happens_to_the_subscription_is_kept() {
    let house = subscribed().await;
    let told = |event| json!([{ "subscriptionId": "s-1", "clientState": SECRET, "lifecycleEvent": event }]);
    assert_eq!(notify(&house, told("reauthorizationRequired")).await.status, 202);
    assert!(house.store.watch(house.grant).await.unwrap().unwrap().renew_at < far());
    assert_eq!(notify(&house, told("subscriptionRemoved")).await.status, 202);
    assert_eq!(house.store.watch(house.grant).await.unwrap(), None);
    assert!(is_due(&house).await);
}

#[tokio::test]
async fn a_wrong_shape_and_too_much_are_refused() {
    let house = subscribed().await;
    for body in ["", "hello", "[]", "{}", r#"{"value":[{"clientState":"hush"}]}"#] {
        let answer = push(&house, "/v3/push/microsoft", body.to_owned()).await;
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, "value"), "{body}");
    }
    let much = push(&house, "/v3/push/microsoft", vec![b' '; 4 * 1024 * 1024]).await;
    assert_eq!(much.status, 400, "{}", much.message());
    assert!(!is_due(&house).await);
}

#[tokio::test]
async fn only_providers_that_post_are_heard() {
    let house = House::new().await;
    assert_eq!(push(&house, "/v3/push/nobody", "{}").await.status, 404);
    assert_eq!(push(&house, "/v3/push/imap", "{}").await.status, 404);
    let data = "eyJlbWFpbEFkZHJlc3MiOiJhZGFAZXhhbXBsZS5jb20iLCJoaXN0b3J5SWQiOjl9";
    let told = json!({ "message": { "data": data } }).to_string();
    let unconfigured = push(&house, "/v3/push/google?token=guess", told).await;
    assert_eq!(unconfigured.status, 404, "{}", unconfigured.message());
}
