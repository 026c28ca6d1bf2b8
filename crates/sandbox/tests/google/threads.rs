//! Threads.

use serde_json::{Value, json};

use crate::harness::{House, Person, mail, texts};

/// Three messages: two of one thread, one alone. Returns the two thread ids.
async fn talk(house: &House, person: &Person) -> (String, String) {
    let first = "Message-ID: <1@x>\r\nFrom: c@x.test\r\nTo: alice@sandbox.test\r\nSubject: Lunch\r\n\r\nnoon?\r\n";
    let reply = "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nReferences: <1@x>\r\nFrom: c@x.test\r\nSubject: Re: Lunch\r\n\r\nor one\r\n";
    let first = person.insert(first).await;
    house.world().clock().advance(std::time::Duration::from_secs(1));
    let alone = person.insert(&mail("d@x.test", "alice@sandbox.test", "Lunch", "other")).await;
    house.world().clock().advance(std::time::Duration::from_secs(1));
    let reply = person.insert(reply).await;
    assert_eq!(first["id"], first["threadId"]);
    assert_eq!(reply["threadId"], first["threadId"]);
    (thread(&first), thread(&alone))
}

fn thread(stub: &Value) -> String {
    stub["threadId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn threads_stand_where_their_newest_message_does() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (talk, alone) = talk(&house, &alice).await;
    let listed = alice.get("/threads").await.ok();
    let ids: Vec<_> =
        listed["threads"].as_array().unwrap().iter().map(|thread| thread["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [talk.as_str(), &alone]);
    assert_eq!(listed["threads"][0]["snippet"], "or one");
    assert_eq!(listed["threads"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["historyId", "id", "snippet"]);
    let page = alice.get("/threads?maxResults=1").await.ok();
    let token = page["nextPageToken"].as_str().unwrap();
    assert_eq!(alice.ids(&format!("/threads?maxResults=1&pageToken={token}")).await, [alone.as_str()]);
}

#[tokio::test]
async fn a_thread_is_shown_oldest_message_first() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (talk, _) = talk(&house, &alice).await;
    let shown = alice.get(&format!("/threads/{talk}?format=metadata&metadataHeaders=Subject")).await.ok();
    let subjects: Vec<_> =
        shown["messages"].as_array().unwrap().iter().map(|m| m["payload"]["headers"][0]["value"].clone()).collect();
    assert_eq!(subjects, ["Lunch", "Re: Lunch"]);
    assert_eq!(shown["historyId"], shown["messages"][1]["historyId"]);
    assert_eq!(alice.get(&format!("/threads/{talk}?format=raw")).await.status, 400, "threads have no raw format");
}

#[tokio::test]
async fn changes_reach_every_message_of_a_thread() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (talk, alone) = talk(&house, &alice).await;
    let told = alice.post(&format!("/threads/{talk}/modify"), json!({"removeLabelIds": ["UNREAD"]})).await.ok();
    let labels: Vec<_> =
        told["messages"].as_array().unwrap().iter().map(|message| texts(&message["labelIds"])).collect();
    assert_eq!(labels, [["INBOX"], ["INBOX"]]);
    alice.post(&format!("/threads/{talk}/trash"), json!({})).await.ok();
    assert_eq!(alice.ids("/threads").await, [alone.as_str()]);
    alice.post(&format!("/threads/{talk}/untrash"), json!({})).await.ok();
    assert_eq!(alice.ids("/threads").await.len(), 2);
    alice.delete(&format!("/threads/{talk}")).await.empty();
    alice.get(&format!("/threads/{talk}")).await.refused(404, "notFound", "Requested entity was not found.");
    assert_eq!(alice.get("/profile").await.ok()["threadsTotal"], 1);
}

#[tokio::test]
async fn a_thread_id_in_a_request_must_be_hex_and_known() {
    let house = House::open().await;
    let alice = house.alice().await;
    let raw = crate::harness::encode(&mail("x@y.test", "bob@sandbox.test", "s", "t"));
    let told = alice.post("/messages/send", json!({"raw": raw, "threadId": "nonsense"})).await;
    told.refused(400, "invalidArgument", "Invalid thread_id value");
    let told = alice.post("/messages/send", json!({"raw": raw, "threadId": "00000000000000ff"})).await;
    told.refused(404, "notFound", "Requested entity was not found.");
    let (talk, _) = talk(&house, &alice).await;
    let told = alice.post("/messages/send", json!({"raw": raw, "threadId": talk})).await.ok();
    assert_eq!(told["threadId"], talk.as_str());
}
