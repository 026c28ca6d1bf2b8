//! Watches, and the notifications that follow.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::harness::{House, mail};

const TOPIC: &str = "projects/p/topics/mail";

/// Someone who takes notifications in.
async fn listener() -> (String, UnboundedReceiver<Value>) {
    let (told, heard) = unbounded_channel();
    async fn take(State(told): State<UnboundedSender<Value>>, body: axum::Json<Value>) {
        told.send(body.0).unwrap();
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/push", listener.local_addr().unwrap());
    let router = Router::new().route("/push", post(take)).with_state(told);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

async fn news(heard: &mut UnboundedReceiver<Value>) -> Value {
    let envelope = heard.recv().await.unwrap();
    assert_eq!(envelope["subscription"], "projects/p/subscriptions/mail");
    let data = BASE64_STANDARD.decode(envelope["message"]["data"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&data).unwrap()
}

#[tokio::test]
async fn a_watch_is_confirmed_at_once_and_changes_are_told_once_a_second() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (url, mut heard) = listener().await;
    house.world().set_push_endpoint(TOPIC, &url);
    let watched = alice.post("/watch", json!({"topicName": TOPIC, "labelIds": ["INBOX"]})).await.ok();
    assert_eq!(watched["expiration"], (crate::harness::START_MS + 7 * 24 * 3_600_000).to_string());
    let start = alice.history_id().await;
    assert_eq!(watched["historyId"], start.to_string());
    assert_eq!(news(&mut heard).await, json!({"emailAddress": "alice@sandbox.test", "historyId": start}));

    for _ in 0..3 {
        alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await;
    }
    let last = alice.history_id().await;
    // The clock stands still, so the second has not passed; the three changes wait and are told as one.
    house.world().clock().advance(Duration::from_secs(1));
    assert_eq!(news(&mut heard).await["historyId"], last);
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn a_change_without_a_watched_label_is_not_told() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (url, mut heard) = listener().await;
    house.world().set_push_endpoint(TOPIC, &url);
    alice.post("/watch", json!({"topicName": TOPIC, "labelIds": ["STARRED"]})).await.ok();
    news(&mut heard).await;
    house.world().clock().advance(Duration::from_secs(2));
    let id = alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/messages/{id}/modify"), json!({"addLabelIds": ["STARRED"]})).await.ok();
    assert_eq!(news(&mut heard).await["historyId"], alice.history_id().await, "the first to be told is the star");
    alice.post("/stop", json!({})).await.empty();
}

#[tokio::test]
async fn one_project_has_one_topic_per_mailbox() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.post("/watch", json!({"topicName": TOPIC})).await.ok();
    alice.post("/watch", json!({"topicName": TOPIC})).await.ok();
    let second = json!({"topicName": "projects/p/topics/other"});
    let message = "Only one user push notification client allowed per developer (call /stop then try again)";
    alice.post("/watch", second.clone()).await.refused(400, "invalidArgument", message);
    alice.post("/stop", json!({})).await.empty();
    alice.post("/watch", second).await.ok();
    let message = "Invalid topicName does not match projects/<project>/topics/*";
    alice.post("/watch", json!({"topicName": "mail"})).await.refused(400, "invalidArgument", message);
}
