//! Labels: Gmail's own, the user's, their counts and conflicts.

use serde_json::json;

use crate::harness::{House, mail, texts};

#[tokio::test]
async fn system_labels_are_listed_in_gmails_order_and_without_counts() {
    let house = House::open().await;
    let labels = house.alice().await.get("/labels").await.ok()["labels"].clone();
    let ids: Vec<_> = labels.as_array().unwrap().iter().map(|label| label["id"].as_str().unwrap()).collect();
    let expected = "CHAT SENT INBOX IMPORTANT TRASH DRAFT SPAM CATEGORY_FORUMS CATEGORY_UPDATES CATEGORY_PERSONAL CATEGORY_PROMOTIONS CATEGORY_SOCIAL STARRED UNREAD";
    assert_eq!(ids.join(" "), expected);
    assert_eq!(labels[2], json!({"id": "INBOX", "name": "INBOX", "type": "system"}));
    let hidden = json!({"id": "SPAM", "labelListVisibility": "labelHide", "messageListVisibility": "hide", "name": "SPAM", "type": "system"});
    assert_eq!(labels[6], hidden);
}

#[tokio::test]
async fn a_label_is_made_changed_and_removed() {
    let house = House::open().await;
    let alice = house.alice().await;
    let made =
        alice.post("/labels", json!({"name": "Family/Kids", "labelListVisibility": "labelShowIfUnread"})).await.ok();
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("Label_"), "{id}");
    let expected = json!({"id": id, "labelListVisibility": "labelShowIfUnread", "messageListVisibility": "show", "name": "Family/Kids", "type": "user"});
    assert_eq!(made, expected);
    let color = json!({"textColor": "#ffffff", "backgroundColor": "#000000"});
    let patched =
        alice.patch(&format!("/labels/{id}"), json!({"color": color, "messageListVisibility": "hide"})).await.ok();
    assert_eq!(
        (&patched["color"], &patched["name"], &patched["messageListVisibility"]),
        (&color, &json!("Family/Kids"), &json!("hide"))
    );
    let updated = alice.put(&format!("/labels/{id}"), json!({"name": "Kids"})).await.ok();
    assert_eq!((&updated["name"], updated.get("color")), (&json!("Kids"), None));

    let message =
        alice.insert(&mail("x@y.test", "alice@sandbox.test", "s", "t")).await["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/messages/{message}/modify"), json!({"addLabelIds": [id]})).await.ok();
    let counted = alice.get(&format!("/labels/{id}")).await.ok();
    let counts =
        ["messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread"].map(|name| counted[name].as_u64());
    assert_eq!(counts, [Some(1); 4]);
    alice.delete(&format!("/labels/{id}")).await.empty();
    let told = alice.get(&format!("/messages/{message}?format=minimal")).await.ok();
    assert_eq!(texts(&told["labelIds"]), ["INBOX", "UNREAD"]);
    alice.get(&format!("/labels/{id}")).await.refused(404, "notFound", "Requested entity was not found.");
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_and_an_impossible_one_is_not() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.post("/labels", json!({"name": "Work"})).await.ok();
    let told = alice.post("/labels", json!({"name": "work"})).await;
    told.refused(409, "aborted", "Label name exists or conflicts");
    assert_eq!(told.json()["error"]["status"], "ABORTED");
    for name in ["", "inbox"] {
        alice.post("/labels", json!({"name": name})).await.refused(400, "invalidArgument", "Invalid label name");
    }
    let other = alice.post("/labels", json!({"name": "Play"})).await.ok()["id"].as_str().unwrap().to_owned();
    alice.patch(&format!("/labels/{other}"), json!({"name": "WORK"})).await.refused(
        409,
        "aborted",
        "Label name exists or conflicts",
    );
}

#[tokio::test]
async fn system_labels_stay_as_they_are() {
    let house = House::open().await;
    let alice = house.alice().await;
    alice.delete("/labels/INBOX").await.refused(400, "invalidArgument", "Invalid delete request");
    alice.patch("/labels/INBOX", json!({"name": "x"})).await.refused(400, "invalidArgument", "Invalid update request");
}
