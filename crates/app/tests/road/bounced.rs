//! A 200 is not delivery: what comes back is heard by a webhook, whichever provider wrote the report.

use model::Provider;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::over_all;
use crate::receiver::Receiver;

over_all!(mail_that_comes_back_is_heard_of_with_recipient_and_status, mail_that_is_late_is_heard_of_as_late,);

/// What a webhook hears of mail to one address, until it hears of a bounce.
async fn heard_after_sending_to(road: Road, address: &str) -> (Value, Value) {
    let ada = road.mailbox("ada");
    let grant = road.connect(&ada).await;
    road.live(&grant).await;
    let receiver = Receiver::listen().await;
    let hook = json!({ "webhook_url": receiver.url("hook"), "trigger_types": ["message.bounce_detected"] });
    road.post("/v3/webhooks", &hook).await;
    let mail = json!({ "subject": "Minutes", "body": "Here.", "to": [{ "email": address }, { "email": ada }] });
    let sent = road.post(&format!("/v3/grants/{}/messages/send", grant.id), &mail).await;
    road.until("the webhook heard of it", async || !receiver.got("hook").is_empty()).await;
    // What else sync brings after it has had its time by then: the mailbox is read once more.
    let mirrored = async || road.get(&format!("/v3/grants/{}/messages?limit=10", grant.id)).await;
    assert!(mirrored().await["data"].as_array().unwrap().len() >= 2);
    let got = receiver.got("hook");
    assert_eq!(got.len(), 1, "{got:?}");
    road.end().await;
    (sent["data"].clone(), got[0]["data"]["object"].clone())
}

async fn mail_that_comes_back_is_heard_of_with_recipient_and_status(road: Road) {
    // As each writes it: RFC 3463's own number, and Exchange's for an address nobody has.
    let status = if road.provider == Provider::Microsoft { "5.1.10" } else { "5.1.1" };
    let (sent, bounce) = heard_after_sending_to(road, "bounce@sandbox.test").await;
    assert_eq!(bounce["message_id"], sent["id"]);
    assert_eq!(bounce["bounced_addresses"], "bounce@sandbox.test");
    assert_eq!((&bounce["type"], &bounce["code"]), (&json!("mailbox_unavailable"), &json!("550")));
    assert_eq!(bounce["recipients"][0]["status"], status);
    assert_eq!(bounce["origin"]["subject"], "Minutes");
}

async fn mail_that_is_late_is_heard_of_as_late(road: Road) {
    let microsoft = road.provider == Provider::Microsoft;
    let (sent, bounce) = heard_after_sending_to(road, "delayed@sandbox.test").await;
    assert_eq!(bounce["message_id"], sent["id"]);
    assert_eq!((&bounce["type"], &bounce["delayed"]), (&json!("delayed"), &json!(true)));
    assert_eq!(bounce["recipients"][0]["status"], if microsoft { "4.4.7" } else { "4.4.1" });
    // Exchange does not say until when it tries.
    assert!(microsoft || bounce["recipients"][0]["will_retry_until"].is_i64());
}

/// Gmail's notice. Exchange reports each recipient instead, as undeliverable.
#[tokio::test(flavor = "multi_thread")]
async fn mail_past_the_limit_is_heard_of() {
    let road = Road::start().await;
    let (sent, bounce) = heard_after_sending_to(road, "fault+gmail.sending_limit_notice@sandbox.test").await;
    assert_eq!(bounce["message_id"], sent["id"]);
    assert_eq!(bounce["type"], "sending_limit");
}
