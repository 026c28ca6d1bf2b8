//! History: what is recorded, in which order, for how long.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{House, mail, texts};

fn records(told: &Value) -> Vec<Value> {
    told["history"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn nothing_new_is_only_the_current_id() {
    let house = House::open().await;
    let alice = house.alice().await;
    let id = alice.history_id().await;
    assert_eq!(
        alice.get(&format!("/history?startHistoryId={id}")).await.text,
        format!("{{\n  \"historyId\": \"{id}\"\n}}\n")
    );
    alice.get("/history?startHistoryId=1").await.ok();
}

#[tokio::test]
async fn each_change_is_one_record_in_order_with_the_labels_of_its_time() {
    let house = House::open().await;
    let alice = house.alice().await;
    let start = alice.history_id().await;
    let id = alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    alice
        .post(&format!("/messages/{id}/modify"), json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}))
        .await
        .ok();
    alice.post(&format!("/messages/{id}/trash"), json!({})).await.ok();
    alice.delete(&format!("/messages/{id}")).await.empty();
    let told = alice.get(&format!("/history?startHistoryId={start}")).await.ok();
    let records = records(&told);
    let kinds: Vec<_> = records
        .iter()
        .map(|record| {
            record.as_object().unwrap().keys().find(|key| *key != "id" && *key != "messages").unwrap().as_str()
        })
        .collect();
    assert_eq!(
        kinds,
        ["messagesAdded", "labelsAdded", "labelsRemoved", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    );
    let ids: Vec<u64> = records.iter().map(|record| record["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.is_sorted() && ids[0] > start);
    assert_eq!(told["historyId"].as_str().unwrap().parse(), Ok(ids[5]));
    assert_eq!(records[0]["messages"], json!([{"id": id, "threadId": id}]));
    assert_eq!(
        records[0]["messagesAdded"],
        json!([{"message": {"id": id, "labelIds": ["INBOX", "UNREAD"], "threadId": id}}])
    );
    assert_eq!(records[1]["labelsAdded"][0]["labelIds"], json!(["STARRED"]));
    assert_eq!(texts(&records[2]["labelsRemoved"][0]["message"]["labelIds"]), ["INBOX", "STARRED"]);
    assert_eq!(records[4]["labelsRemoved"][0]["labelIds"], json!(["INBOX"]));
    let later = alice.get(&format!("/history?startHistoryId={}", ids[3])).await.ok();
    assert_eq!(later["history"].as_array().unwrap().len(), 2, "the start is exclusive");
}

#[tokio::test]
async fn types_and_labels_filter_and_pages_go_on() {
    let house = House::open().await;
    let alice = house.alice().await;
    let start = alice.history_id().await;
    for _ in 0..3 {
        let id =
            alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
        alice.post(&format!("/messages/{id}/modify"), json!({"removeLabelIds": ["UNREAD"]})).await.ok();
    }
    let path = format!("/history?startHistoryId={start}");
    assert_eq!(records(&alice.get(&format!("{path}&historyTypes=labelRemoved")).await.ok()).len(), 3);
    assert_eq!(
        records(&alice.get(&format!("{path}&historyTypes=messageAdded&historyTypes=labelRemoved")).await.ok()).len(),
        6
    );
    assert_eq!(
        records(&alice.get(&format!("{path}&labelId=UNREAD")).await.ok()).len(),
        3,
        "the removal of that label is missed"
    );
    let mut seen = Vec::new();
    let mut page = alice.get(&format!("{path}&maxResults=4")).await.ok();
    loop {
        seen.extend(records(&page).into_iter().map(|record| record["id"].clone()));
        let Some(token) = page["nextPageToken"].as_str() else { break };
        page = alice.get(&format!("{path}&maxResults=4&pageToken={token}")).await.ok();
    }
    assert_eq!(seen.len(), 6);
    alice.get(&format!("{path}&historyTypes=nonsense")).await.refused(
        400,
        "invalid",
        "Invalid value at 'history_types' (TYPE_ENUM), \"nonsense\"",
    );
}

#[tokio::test]
async fn a_missing_an_old_and_a_future_start_are_refused() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.get("/history").await.refused(400, "invalidArgument", "Missing/invalid parameter: startHistoryId");
    alice.get("/history?startHistoryId=x").await.refused(
        400,
        "invalidArgument",
        "Missing/invalid parameter: startHistoryId",
    );
    let id = alice.history_id().await;
    alice.get(&format!("/history?startHistoryId={}", id + 100)).await.refused(
        404,
        "notFound",
        "Requested entity was not found.",
    );
    house.world().expire_history("alice@sandbox.test").unwrap();
    alice.get(&format!("/history?startHistoryId={id}")).await.refused(
        404,
        "notFound",
        "Requested entity was not found.",
    );
    let fresh = alice.history_id().await;
    alice.get(&format!("/history?startHistoryId={fresh}")).await.ok();
}

#[tokio::test]
async fn records_are_kept_for_a_week() {
    let house = House::open().await;
    let alice = house.alice().await;
    let start = alice.history_id().await;
    alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await;
    house.world().clock().advance(Duration::from_secs(6 * 24 * 3600));
    let alice = house.alice().await;
    alice.get(&format!("/history?startHistoryId={start}")).await.ok();
    house.world().clock().advance(Duration::from_secs(2 * 24 * 3600));
    let alice = house.alice().await;
    assert_eq!(alice.get(&format!("/history?startHistoryId={start}")).await.status, 404);
}

#[tokio::test]
async fn seeded_mail_was_always_there() {
    let house = House::open().await;
    let alice = house.alice().await;
    let before = alice.history_id().await;
    let seed = |n: i64| sandbox::world::SeedMessage {
        raw: mail("x@y.test", "alice@sandbox.test", "s", "t").into_bytes().into(),
        labels: vec!["INBOX".into(), "Family".into()],
        internal_date_ms: n * 1000,
    };
    house.world().seed("alice@sandbox.test", (1..=3).map(seed).collect()).unwrap();
    assert_eq!(alice.get(&format!("/history?startHistoryId={before}")).await.status, 404);
    let now = alice.history_id().await;
    assert!(records(&alice.get(&format!("/history?startHistoryId={now}")).await.ok()).is_empty());
    house.world().seed("alice@sandbox.test", vec![seed(4)]).unwrap();
    assert_eq!(records(&alice.get(&format!("/history?startHistoryId={now}")).await.ok()).len(), 1);
    assert_eq!(alice.ids("/messages?q=label:family").await.len(), 4);
}
