//! A 200 is not delivery: what comes back is heard by a webhook, whichever provider wrote the report.

use model::Provider;
use model::grant::Grant;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::over_all;
use crate::receiver::Receiver;

over_all!(
    mail_that_comes_back_is_heard_of_with_recipient_and_status,
    mail_that_is_late_is_heard_of_as_late,
    mail_past_the_limit_is_heard_of_and_the_mailbox_rests,
);

/// What a webhook hears of mail to one address, until it hears of a bounce.
async fn heard_after_sending_to(road: Road, address: &str) -> (Value, Value) {
    let ada = road.mailbox("ada");
    let grant = road.connect(&ada).await;
    let heard = heard_after_sending(&road, &grant, json!([{ "email": address }, { "email": ada }])).await;
    road.end().await;
    heard
}

/// The same of mail to these, from a mailbox just connected.
async fn heard_after_sending(road: &Road, grant: &Grant, to: Value) -> (Value, Value) {
    road.live(grant).await;
    let receiver = Receiver::listen().await;
    let hook = json!({ "webhook_url": receiver.url("hook"), "trigger_types": ["message.bounce_detected"] });
    road.post("/v3/webhooks", &hook).await;
    let mail = json!({ "subject": "Minutes", "body": "Here.", "to": to });
    let sent = road.post(&format!("/v3/grants/{}/messages/send", grant.id), &mail).await;
    road.until("the webhook heard of it", async || !receiver.got("hook").is_empty()).await;
    // What else sync brings after it has had its time by then: the mailbox is read once more.
    let mirrored = async || road.get(&format!("/v3/grants/{}/messages?limit=10", grant.id)).await;
    assert!(mirrored().await["data"].as_array().unwrap().len() >= 2);
    let got = receiver.got("hook");
    assert_eq!(got.len(), 1, "{got:?}");
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

/// One notice for the message at Gmail, a report for each recipient at Exchange; either way the mailbox rests.
async fn mail_past_the_limit_is_heard_of_and_the_mailbox_rests(road: Road) {
    let microsoft = road.provider == Provider::Microsoft;
    let fault = if microsoft { "graph.ndr_quota" } else { "gmail.sending_limit_notice" };
    let address = format!("fault+{fault}@sandbox.test");
    let grant = road.connect(&road.mailbox("ada")).await;
    let (sent, bounce) = heard_after_sending(&road, &grant, json!([{ "email": address }])).await;
    assert_eq!((&bounce["message_id"], &bounce["type"]), (&sent["id"], &json!("sending_limit")));
    assert_eq!(bounce["bounced_addresses"], json!(address));
    let again = json!({ "subject": "More", "body": "Here.", "to": [{ "email": "ben@elsewhere.test" }] });
    let path = format!("/v3/grants/{}/messages/send", grant.id);
    let rests = async || {
        let (status, refused) = road.ask(&path, Some(&again)).await;
        status == 429 && refused["error"]["fault"]["kind"] == "sending_quota_exceeded"
    };
    assert!(rests().await, "nothing is sent to a provider that said it is too much");
    assert_eq!(road.sandbox.world().accepted().len(), 1);
    road.end().await;
}
