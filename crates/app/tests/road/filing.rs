//! Messages are tagged, and copied where a message lies in one folder.

use model::Provider;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::over_all;

over_all!(categories_are_shown_replaced_and_followed);

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
