//! Messages are tagged, and copied where a message lies in one folder.

use model::Provider;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::mirror::{in_mirror, in_sandbox};
use crate::over_all;

over_all!(categories_are_shown_replaced_and_followed, a_copy_is_there_at_once_and_once);

async fn categories_are_shown_replaced_and_followed(road: Road) {
    let email = road.mailbox("ada");
    let id = road.sandbox.world().deliver("ben@example.com", &email, b"Subject: Tag me\r\n\r\nx").unwrap();
    let grant = road.connect(&email).await;
    road.live(&grant).await;
    let path = format!("/v3/grants/{}/messages/{id}", grant.id);
    let shown = async || road.get(&path).await["data"]["categories"].clone();
    let (status, answer) = road.put(&path, &json!({ "categories": ["Red category", "To do"], "unread": false })).await;
    if road.provider == Provider::Google {
        assert_eq!((status, &answer["error"]["fault"]["field"]), (400, &json!("categories")), "{answer}");
        let unread = &road.get(&path).await["data"]["unread"];
        assert_eq!((shown().await, unread), (Value::Null, &json!(true)), "all of it was refused");
        return road.end().await;
    }
    assert_eq!((status, &answer["data"]["categories"]), (200, &json!(["Red category", "To do"])), "{answer}");
    assert_eq!(shown().await, json!(["Red category", "To do"]));
    let list = road.get(&format!("/v3/grants/{}/messages?select=categories", grant.id)).await;
    assert_eq!((&list["data"][0]["categories"], &list["data"][0]["subject"]), (&shown().await, &Value::Null));

    let (status, answer) = road.put(&path, &json!({ "categories": ["a", "b, c"] })).await;
    assert_eq!((status, &answer["error"]["fault"]["field"]), (400, &json!("categories[1]")), "{answer}");
    assert_eq!(shown().await, json!(["Red category", "To do"]), "what is refused changes nothing");

    // Somebody takes one away and puts another with another program.
    assert!(road.sandbox.world().relabel(&email, &id, &["Blue"], &["To do"]).unwrap());
    road.engine().sync_now(grant.id).await.unwrap();
    road.until("the change arrives", async || shown().await == json!(["Red category", "Blue"])).await;

    let thread = road.get(&path).await["data"]["thread_id"].as_str().unwrap().to_owned();
    let (status, answer) =
        road.put(&format!("/v3/grants/{}/threads/{thread}", grant.id), &json!({ "categories": [] })).await;
    assert_eq!((status, &answer["data"]["latest_draft_or_message"]["categories"]), (200, &json!([])), "{answer}");
    road.end().await;
}

async fn a_copy_is_there_at_once_and_once(road: Road) {
    let email = road.mailbox("ada");
    let id = road.sandbox.world().deliver("ben@example.com", &email, b"Subject: Copy me\r\n\r\nx").unwrap();
    let grant = road.connect(&email).await;
    road.live(&grant).await;
    let mail = format!("/v3/grants/{}", grant.id);
    let kept = road.post(&format!("{mail}/folders"), &json!({ "name": "Kept" })).await["data"]["id"].clone();
    let (path, wish) = (format!("{mail}/messages/{id}/copy"), json!({ "folder_id": kept }));
    for (wrong, field) in [(json!({}), "folder_id"), (json!({ "folder_id": "Kept!" }), "folder_id")] {
        let (status, answer) = road.ask(&path, Some(&wrong)).await;
        assert_eq!((status, &answer["error"]["fault"]["field"]), (400, &json!(field)), "{answer}");
    }
    if road.provider == Provider::Google {
        let (status, answer) = road.ask(&path, Some(&wish)).await;
        assert_eq!((status, &answer["error"]["fault"]["kind"]), (404, &json!("unsupported")), "{answer}");
        return road.end().await;
    }
    let statuses = [road.post_keyed(&path, &wish, "k1").await, road.post_keyed(&path, &wish, "k1").await];
    assert_eq!(statuses, [200, 200]);
    let copies = road.list(&format!("{mail}/messages?in={}", kept.as_str().unwrap())).await;
    let [copy] = &copies[..] else { panic!("one request under one key makes one copy: {copies:?}") };
    assert!(copy["id"] != json!(id) && copy["subject"] == "Copy me" && copy["folders"] == json!([kept]), "{copy}");
    let another = road.post(&format!("{path}?select=folders"), &wish).await["data"].clone();
    assert_eq!((&another["folders"], &another["subject"]), (&json!([kept]), &Value::Null));
    assert!(another["id"] != copy["id"] && another["id"] != json!(id));
    road.engine().sync_now(grant.id).await.unwrap();
    road.until("the mirror equals the mailbox", async || in_sandbox(&road, &email) == in_mirror(&road, &grant).await)
        .await;
    assert_eq!(in_mirror(&road, &grant).await.len(), 3);
    let (status, answer) = road.ask(&format!("{mail}/messages/nowhere/copy"), Some(&wish)).await;
    assert_eq!(status, 404, "{answer}");
    road.end().await;
}
