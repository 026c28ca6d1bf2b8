//! Tracked mail over a scripted provider: who is told, and when nothing is tracked.

use std::time::Duration;

use model::event::EventType;
use model::message::Placement;
use model::tracking::{Answered, Opened};
use model::{Address, MessageId, ThreadId, WebhookId};
use serde_json::Value;

use super::*;
use crate::messages::Composition;
use crate::outbox::Wish;
use crate::testing::Bench;

fn tracked(tracking: Tracking) -> Composition {
    let outgoing = Outgoing {
        to: vec![Address::bare("ben@there.test")],
        subject: "Minutes".into(),
        body: "<a href='https://x.test/'>x</a>".into(),
        ..Outgoing::default()
    };
    Composition { outgoing, tracking: Some(tracking), ..Composition::default() }
}

fn all() -> Tracking {
    Tracking { opens: true, links: true, replies: true, label: Some("minutes".into()) }
}

fn visit(bench: &Bench) -> Visit {
    Visit { at: bench.clock_now(), ip: None, user_agent: None }
}

/// The token in a message's marks.
fn token(raw: &[u8]) -> String {
    let html = mail::parse::parse(raw).body.text;
    html.split_once("/t/").expect("marks").1[..32].to_owned()
}

async fn told(bench: &Bench, webhook: WebhookId, kind: EventType) -> Vec<Value> {
    let mut deliveries = bench.deliveries(webhook).await;
    deliveries.reverse();
    deliveries.into_iter().filter(|one| one.event.kind == kind).map(|one| one.event.detail).collect()
}

/// A bench that is live and has sent a tracked message; its thread, and its token.
async fn sent(tracking: Tracking) -> (Bench, MessageId, ThreadId, String) {
    let bench = Bench::with(0).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let sent = bench.engine.send_message(&grant, tracked(tracking), Wish::default()).await.unwrap();
    let message = sent.message.unwrap().message;
    let raw = bench.world.state().sent[0].clone();
    let token = if raw.windows(3).any(|three| three == b"/t/") { token(&raw) } else { String::new() };
    (bench, message.id, message.thread_id, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_is_told_and_counted_once_a_minute() {
    let (bench, id, _, token) = sent(all()).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    for seconds in [0, 59, 1] {
        bench.clock.advance(Duration::from_secs(seconds));
        bench.engine.note_opening(&token, visit(&bench)).await;
    }
    bench.engine.note_opening("no token", visit(&bench)).await;
    let told = told(&bench, webhook, EventType::MessageOpened).await;
    let counts: Vec<Opened> = told.into_iter().map(|one| serde_json::from_value(one).unwrap()).collect();
    assert_eq!(counts.iter().map(|one| one.count).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(counts[1].message_id, id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_where_they_led() {
    let (bench, _, _, token) = sent(all()).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let visit = visit(&bench);
    assert_eq!(bench.engine.follow(&token, "0", Some(visit.clone())).await.unwrap(), "https://x.test/");
    assert_eq!(bench.engine.follow(&token, "0", None).await.unwrap(), "https://x.test/");
    assert_eq!(told(&bench, webhook, EventType::MessageLinkClicked).await.len(), 1);
    let unknown = bench.engine.follow(&"0".repeat(32), "0", Some(visit.clone())).await.unwrap_err();
    for (token, link) in [(token.as_str(), "1"), (&token, ""), (&token, "+0"), (&token, "00000"), ("x", "0"), ("", "")]
    {
        let fault = bench.engine.follow(token, link, Some(visit.clone())).await.unwrap_err();
        assert_eq!((fault.kind, fault.message), (unknown.kind, unknown.message.clone()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_elses_answer_is_told_and_ones_own_is_not() {
    let (bench, root, thread, _) = sent(Tracking { opens: false, links: false, ..all() }).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let rfc_id = bench.engine.reads().message(bench.grant, &root).await.unwrap().unwrap().rfc_message_id.unwrap();
    let arrive = |from: &str, folder: &str| {
        let raw = format!("From: {from}\r\nTo: x@y.test\r\nIn-Reply-To: {rfc_id}\r\n\r\nYes.\r\n");
        let placement = Placement { folders: vec![folder.into()], ..Placement::default() };
        bench.world.state().put(raw.into(), placement, Some(&thread))
    };
    arrive("me@example.com", "SENT");
    let answer = arrive("Ben <ben@there.test>", "INBOX");
    bench.clock.advance(Duration::from_secs(30));
    bench.sync().await;
    let told = told(&bench, webhook, EventType::ThreadReplied).await;
    assert_eq!(told.len(), 1);
    let told: Answered = serde_json::from_value(told[0].clone()).unwrap();
    let label = Some("minutes".to_owned());
    let (reply_to_message_id, root_message_id) = (root.clone(), root);
    let count = 1;
    let message_id = answer;
    assert_eq!(told, Answered { message_id, root_message_id, reply_to_message_id, thread_id: thread, label, count });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_address_recipients_can_reach_only_answers_are_tracked() {
    let bench = Bench::set(0, |settings| settings.allow_private_webhooks = false).await;
    bench.sync().await;
    let grant = bench.grant().await;
    let fault = bench.engine.send_message(&grant, tracked(all()), Wish::default()).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::Unsupported, Some("tracking_options")));
    assert!(fault.message.contains("server.public_url"), "{}", fault.message);
    assert_eq!(bench.world.state().sent.len(), 0);
    let replies = Tracking { opens: false, links: false, ..all() };
    bench.engine.send_message(&grant, tracked(replies), Wish::default()).await.unwrap();
}

#[test]
fn addresses_of_this_machine_are_nobody_elses() {
    for (url, reachable) in [
        ("https://mail.example.com", true),
        ("http://10.0.0.7:7678", true),
        ("http://localhost:7678", false),
        ("http://a.localhost", false),
        ("http://127.0.0.1:1", false),
        ("http://0.0.0.0:1", false),
        ("http://[::1]", false),
        ("nonsense", false),
    ] {
        assert_eq!(is_reachable(url), reachable, "{url}");
    }
    assert_eq!(prefix("https://mail.example.com/"), "https://mail.example.com/t/");
}
