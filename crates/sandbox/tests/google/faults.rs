//! The fault plan around the calls.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{House, encode, mail, read};

async fn plan(house: &House, rule: Value) {
    let told = read(house.http().post(house.url("/_sandbox/faults")).json(&rule)).await;
    assert!(told.status.is_success(), "{}", told.text);
}

fn message() -> Value {
    json!({"raw": encode(&mail("alice@sandbox.test", "bob@sandbox.test", "s", "t"))})
}

#[tokio::test]
async fn a_named_answer_comes_for_its_method_only() {
    let house = House::open().await;
    let alice = house.alice().await;
    plan(&house, json!({"method": "gmail.messages.send", "times": 1, "name": "gmail.concurrency"})).await;
    alice.get("/profile").await.ok();
    alice.post("/messages/send", message()).await.refused(
        429,
        "rateLimitExceeded",
        "Too many concurrent requests for user.",
    );
    assert!(house.world().accepted().is_empty());
    alice.post("/messages/send", message()).await.ok();
}

#[tokio::test]
async fn a_cut_before_the_effect_sends_nothing_and_one_after_it_sends() {
    let house = House::open().await;
    let alice = house.alice().await;
    for (cut, sent) in [("before", 0), ("after", 1)] {
        plan(&house, json!({"method": "gmail.messages.send", "times": 1, "cut": cut})).await;
        let error = alice.request(Method::POST, "/messages/send").json(&message()).send().await.unwrap_err();
        assert!(!error.is_timeout() && !error.is_builder(), "{error:?}");
        assert_eq!(house.world().accepted().len(), sent, "{cut}");
    }
}

#[tokio::test]
async fn a_call_inside_a_batch_is_hit_as_one_outside() {
    let house = House::open().await;
    let alice = house.alice().await;
    plan(&house, json!({"method": "gmail.getProfile", "mailbox": "alice@sandbox.test", "name": "gmail.unavailable"}))
        .await;
    let body = "--b\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\nGET /gmail/v1/users/me/profile\r\n\r\n--b\r\nContent-Type: application/http\r\nContent-ID: <2>\r\n\r\nGET /gmail/v1/users/me/labels\r\n\r\n--b--";
    let asked =
        alice.raw_request(Method::POST, "/batch").header("Content-Type", "multipart/mixed; boundary=b").body(body);
    let told = read(asked).await;
    assert!(
        told.status == 200
            && told.text.contains("HTTP/1.1 503 Service Unavailable")
            && told.text.contains("HTTP/1.1 200 OK"),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn the_token_endpoint_can_fail_for_one_mailbox() {
    let house = House::open().await;
    let scopes = ["https://mail.google.com/"];
    let [alice, bob] = ["alice@sandbox.test", "bob@sandbox.test"]
        .map(|email| house.world().issue_refresh_token(email, sandbox::DEFAULT_CLIENT_ID, &scopes));
    plan(&house, json!({"method": "oauth.token", "mailbox": "alice@sandbox.test", "name": "oauth.invalid_grant"}))
        .await;
    let refresh = |token: &str| {
        let form = [
            ("client_id", sandbox::DEFAULT_CLIENT_ID),
            ("client_secret", sandbox::DEFAULT_CLIENT_SECRET),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ];
        house.http().post(house.url("/token")).form(&form)
    };
    assert_eq!(read(refresh(&alice)).await.json()["error"], "invalid_grant");
    read(refresh(&bob)).await.ok();
}
