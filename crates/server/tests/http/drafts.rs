//! Drafts: saved, changed in part, sent.

use serde_json::json;

use crate::house::House;

fn last(house: &House) -> String {
    String::from_utf8(house.google.taken().pop().unwrap()).unwrap()
}

#[tokio::test]
async fn a_draft_needs_nothing() {
    let house = House::new().await;
    let answer = house.post(&house.mail("drafts"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    assert_eq!((&answer.json()["data"]["object"], &answer.json()["data"]["id"]), (&json!("draft"), &json!("d-1")));
}

#[tokio::test]
async fn a_change_keeps_what_it_leaves_out_attachments_included() {
    let house = House::new().await;
    let answer = house.put(&house.mail("drafts/d-1"), json!({"subject": "Changed"})).await;
    assert_eq!(answer.status, 200, "{}", answer.message());
    let raw = last(&house);
    assert!(raw.contains("Subject: Changed"), "{raw}");
    assert!(raw.contains("ada@example.com") && raw.contains("Text 11"), "{raw}");
    assert!(raw.contains("notes.txt"), "{raw}");
}

#[tokio::test]
async fn attachments_that_are_given_replace_the_old_ones() {
    let house = House::new().await;
    let files = json!({"attachments": [{"content": "bmV3", "filename": "new.txt"}]});
    house.put(&house.mail("drafts/d-1"), files).await;
    let raw = last(&house);
    assert!(raw.contains("new.txt") && !raw.contains("notes.txt"), "{raw}");
    // The draft lies in the mirror as it was saved.
    house.put(&house.mail("drafts/d-1"), json!({"attachments": []})).await;
    assert!(!last(&house).contains("new.txt"));
}

#[tokio::test]
async fn drafts_that_do_not_exist_are_404() {
    let house = House::new().await;
    assert_eq!(house.put(&house.mail("drafts/nosuch"), json!({"subject": "x"})).await.status, 404);
    assert_eq!(house.post(&house.mail("drafts/nosuch"), json!({})).await.status, 404);
    assert_eq!(house.post(&house.mail("drafts/d-1"), json!({"send_at": 5})).await.field(), "send_at");
}
