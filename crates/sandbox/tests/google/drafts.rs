//! Drafts.

use serde_json::{Value, json};

use crate::harness::{House, Person, encode, header, mail, texts};

fn draft(subject: &str) -> Value {
    json!({"message": {"raw": encode(&mail("alice@sandbox.test", "bob@sandbox.test", subject, "text"))}})
}

async fn save(person: &Person, subject: &str) -> (String, String) {
    let saved = person.post("/drafts", draft(subject)).await.ok();
    (saved["id"].as_str().unwrap().to_owned(), saved["message"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_draft_holds_only_its_own_label_and_is_listed_and_shown() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (id, message) = save(&alice, "one").await;
    assert!(id.trim_start_matches("r").parse::<i64>().is_ok(), "{id}");
    let listed = alice.get("/drafts").await.ok();
    assert_eq!(listed["drafts"], json!([{"id": id, "message": {"id": message, "threadId": message}}]));
    let shown = alice.get(&format!("/drafts/{id}")).await.ok();
    assert_eq!(shown["message"]["labelIds"], json!(["DRAFT"]));
    assert_eq!(header(&shown["message"], "Subject").unwrap(), "one");
    let told = alice.post(&format!("/messages/{message}/modify"), json!({"addLabelIds": ["STARRED"]})).await;
    told.refused(400, "invalidArgument", "Invalid label: STARRED");
    assert_eq!(alice.ids("/drafts?q=subject:two").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_update_keeps_the_draft_and_replaces_the_message() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (id, message) = save(&alice, "one").await;
    let before = alice.history_id().await;
    let updated = alice.put(&format!("/drafts/{id}"), draft("two")).await.ok();
    assert_eq!(updated["id"], id.as_str());
    assert_ne!(updated["message"]["id"], message.as_str());
    assert_eq!(updated["message"]["threadId"], message.as_str(), "the draft stays in its thread");
    assert_eq!(alice.get(&format!("/messages/{message}")).await.status, 404);
    let history = alice.get(&format!("/history?startHistoryId={before}")).await.ok();
    assert!(
        history["history"][0].get("messagesAdded").is_some() && history["history"][1].get("messagesDeleted").is_some()
    );
}

#[tokio::test]
async fn sending_consumes_the_draft_and_sending_again_finds_nothing() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (id, message) = save(&alice, "one").await;
    let sent = alice.post("/drafts/send", json!({"id": id})).await.ok();
    assert_eq!((&sent["labelIds"], &sent["threadId"]), (&json!(["SENT"]), &json!(message)));
    assert_ne!(sent["id"], message.as_str());
    let told = alice.post("/drafts/send", json!({"id": id})).await;
    told.refused(404, "notFound", "Requested entity was not found.");
    assert_eq!(house.bob().await.ids("/messages").await.len(), 1);
    assert_eq!(house.world().accepted().len(), 1);
    assert_eq!(house.world().accepted()[0].method, "gmail.drafts.send");
}

#[tokio::test]
async fn a_message_given_with_the_send_replaces_the_drafts_text() {
    let house = House::open().await;
    let alice = house.alice().await;
    let (id, _) = save(&alice, "one").await;
    let raw = encode(&mail("alice@sandbox.test", "bob@sandbox.test", "instead", "text"));
    alice.post("/drafts/send", json!({"id": id, "message": {"raw": raw}})).await.ok();
    assert_eq!(house.bob().await.ids("/messages?q=subject:instead").await.len(), 1);
    assert_eq!(alice.ids("/drafts").await.len(), 0);
}

#[tokio::test]
async fn a_refused_send_leaves_the_draft() {
    let house = House::open().await;
    let alice = house.alice().await;
    let saved = alice.post("/drafts", json!({"message": {"raw": encode("Subject: nobody\r\n\r\n")}})).await.ok();
    alice.post("/drafts/send", json!({"id": saved["id"]})).await.refused(
        400,
        "invalidArgument",
        "Recipient address required",
    );
    assert_eq!(alice.ids("/drafts").await, texts(&json!([saved["id"]])));
}

#[tokio::test]
async fn deleting_a_draft_or_its_message_ends_both() {
    let house = House::open().await;
    let alice = house.alice().await;
    let ((first, message), (second, other)) = (save(&alice, "one").await, save(&alice, "two").await);
    alice.delete(&format!("/drafts/{first}")).await.empty();
    assert_eq!(alice.get(&format!("/messages/{message}")).await.status, 404);
    alice.delete(&format!("/messages/{other}")).await.empty();
    assert_eq!(alice.get(&format!("/drafts/{second}")).await.status, 404);
    alice.get("/drafts/xyz").await.refused(400, "invalidArgument", "Invalid id value");
}
