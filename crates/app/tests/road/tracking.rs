//! From a tracked send through the recipient's mail program to the sender's webhook.

use model::grant::Grant;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::over_all;
use crate::receiver::Receiver;

/// The raw message in a mailbox's inbox.
fn in_inbox(road: &Road, email: &str) -> Option<Vec<u8>> {
    let kept = road.sandbox.world().snapshot(email).unwrap();
    let inbox = |labels: &[String]| labels.iter().any(|label| label.eq_ignore_ascii_case("inbox"));
    kept.into_iter().find(|kept| inbox(&kept.labels)).map(|kept| kept.raw.to_vec())
}

/// What stands between two texts.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// The object of the notification of this type, once it has arrived.
async fn notified(road: &Road, receiver: &Receiver, kind: &str) -> Value {
    let find = || receiver.got("hook").into_iter().find(|body| body["type"] == kind);
    road.until(&format!("{kind} has arrived"), async || find().is_some()).await;
    let body = find().unwrap();
    assert_eq!(body["source"], "/com/nylas/tracking");
    assert!(body["data"]["grant_id"].is_string());
    body["data"]["object"].clone()
}

/// The id of the folder that mail arrives in.
async fn inbox_of(road: &Road, grant: &Grant) -> String {
    let folders = road.list(&format!("/v3/grants/{}/folders", grant.id)).await;
    let is_inbox = |folder: &&Value| folder["attributes"].as_array().is_some_and(|all| all.contains(&json!("\\Inbox")));
    folders.iter().find(is_inbox).unwrap()["id"].as_str().unwrap().to_owned()
}

over_all!(a_tracked_message_is_opened_followed_and_answered);

async fn a_tracked_message_is_opened_followed_and_answered(road: Road) {
    let (at_ada, at_ben) = (road.mailbox("ada"), road.mailbox("ben"));
    let (ada, ben) = (road.connect(&at_ada).await, road.connect(&at_ben).await);
    road.live(&ada).await;
    let receiver = Receiver::listen().await;
    let kinds = ["message.opened", "message.link_clicked", "thread.replied"];
    road.post("/v3/webhooks", &json!({"trigger_types": kinds, "webhook_url": receiver.url("hook")})).await;

    let wish = json!({
        "to": [{"email": at_ben}], "subject": "Minutes", "body": "<p>Here: <a href='https://x.test/?a=1&amp;b=2'>x</a></p>",
        "tracking_options": {"opens": true, "links": true, "thread_replies": true, "label": "minutes"},
    });
    let sent = road.post(&format!("/v3/grants/{}/messages/send", ada.id), &wish).await;
    let id = sent["data"]["id"].as_str().unwrap().to_owned();

    // Ben's mail program shows it, and Ben follows the link.
    road.until("the mail is in Ben's inbox", async || in_inbox(&road, &at_ben).is_some()).await;
    let raw = in_inbox(&road, &at_ben).unwrap();
    let html = mail::parse::parse(&raw).body.text;
    let (picture, link) = (between(&html, "<img src=\"", "\""), between(&html, "href='", "'"));
    assert_eq!(road.visit(picture).await.headers()["content-type"], "image/gif");
    let opened = notified(&road, &receiver, "message.opened").await;
    assert_eq!((&opened["message_id"], &opened["label"]), (&json!(id), &json!("minutes")));
    assert_eq!(opened["message_data"]["count"], 1);
    assert_eq!(
        (&opened["recents"][0]["ip"], &opened["recents"][0]["user_agent"]),
        (&json!("127.0.0.1"), &json!("Reader/1"))
    );
    let led = road.visit(link).await;
    assert_eq!((led.status().as_u16(), led.headers()["location"].to_str().unwrap()), (302, "https://x.test/?a=1&b=2"));
    let followed = notified(&road, &receiver, "message.link_clicked").await;
    assert_eq!(followed["link_data"], json!([{"count": 1, "url": "https://x.test/?a=1&b=2"}]));
    assert_eq!((&followed["recents"][0]["link_index"], &followed["message_id"]), (&json!("0"), &json!(id)));

    // Ben answers.
    road.live(&ben).await;
    let inbox = format!("/v3/grants/{}/messages?in={}", ben.id, inbox_of(&road, &ben).await);
    road.until("Ben's mirror has it", async || !road.list(&inbox).await.is_empty()).await;
    let parent = road.list(&inbox).await[0]["id"].clone();
    let answer =
        json!({"to": [{"email": at_ada}], "subject": "Re: Minutes", "body": "Yes.", "reply_to_message_id": parent});
    road.post(&format!("/v3/grants/{}/messages/send", ben.id), &answer).await;
    let replied = notified(&road, &receiver, "thread.replied").await;
    assert_eq!((&replied["root_message_id"], &replied["reply_to_message_id"]), (&json!(id), &json!(id)));
    assert_eq!((&replied["reply_data"]["count"], &replied["label"]), (&json!(1), &json!("minutes")));
    assert_eq!(replied["thread_id"], sent["data"]["thread_id"]);
    road.end().await;
}
