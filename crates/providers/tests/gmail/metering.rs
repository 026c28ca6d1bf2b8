//! What the meter is told: every method's documented price, what was moved, what was refused.

use std::sync::Arc;

use bytes::Bytes;
use model::folder::FolderEdit;
use model::message::{MessageEdit, Placement};
use model::quota::{Dimension, Level, Limited, Regime};
use model::sync::{NativeQuery, SyncCursor};
use model::{FaultKind, MessageId};
use providers::{ProviderClient, PushAddress, Trace};
use serde_json::{Value, json};

use super::counting::Counting;
use super::fake::{Asked, Fake, Said, json, metered};
use super::reading::{batch, ids, message, wanted};
use super::traces::since;

/// A mailbox in which everything succeeds.
fn agreeable(asked: &Asked) -> Said {
    let placed = json!({"id": "a", "threadId": "t", "labelIds": ["INBOX"]});
    let path = asked.path.split('?').next().unwrap_or_default().replace("/upload", "");
    let path = path.trim_start_matches("/gmail/v1/users/me").to_owned();
    match (asked.method.as_str(), path.as_str()) {
        ("DELETE", _) | (_, "/stop" | "/messages/batchModify") => (204, String::new(), Vec::new()),
        (_, "/batch") => batch(asked, |id| (200, message(id))),
        (_, "/profile") => json(200, json!({"emailAddress": "a@x.test", "historyId": "7"})),
        (_, "/watch") => json(200, json!({"historyId": "1", "expiration": "1700000000000"})),
        (_, "/history") => json(200, json!({"historyId": "9"})),
        (_, "/settings/sendAs" | "/messages" | "/threads") => json(200, json!({})),
        ("GET", "/labels" | "/drafts") => json(200, json!({})),
        (_, path) if path.starts_with("/labels") => json(200, json!({"id": "Label_1", "name": "Work"})),
        ("GET", path) if path.starts_with("/threads/") => json(
            200,
            json!({"messages": [
            {"id": "a", "labelIds": ["INBOX"]}, {"id": "b", "labelIds": ["SENT"]}, {"id": "c"}]}),
        ),
        (_, path) if path.starts_with("/threads/") => json(200, json!({"messages": [placed]})),
        (_, "/drafts/send") => json(200, placed),
        (_, path) if path.starts_with("/drafts") => json(200, json!({"id": "r1", "message": placed})),
        ("GET", _) => json(200, message("a")),
        _ => json(200, placed),
    }
}

/// A call of the trait, its answer dropped.
macro_rules! call {
    ($client:ident => $call:expr) => {
        |$client: Box<dyn ProviderClient>| -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
            Box::pin(async move {
                $call.await.unwrap();
            })
        }
    };
    // What the client refuses by itself.
    ($client:ident => $call:expr, refused) => {
        |$client: Box<dyn ProviderClient>| -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
            Box::pin(async move {
                $call.await.unwrap_err();
            })
        }
    };
}

type Step = fn(Box<dyn ProviderClient>) -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

fn placed(labels: &[&str]) -> Placement {
    Placement { folders: labels.iter().map(|l| (*l).into()).collect(), ..Default::default() }
}

fn starring() -> MessageEdit {
    MessageEdit { starred: Some(true), ..Default::default() }
}

fn thread_of(count: usize, drafts: usize) -> Vec<(MessageId, Placement)> {
    let draft = |i: usize| Placement { draft: i < drafts, ..placed(&["INBOX"]) };
    ids(count).into_iter().enumerate().map(|(i, id)| (id, draft(i))).collect()
}

const RAW: Bytes = Bytes::from_static(b"To: b@x.test, c@x.test\r\nBcc: d@x.test\r\n\r\nx");

/// A method, the calls it makes, and their price together before May 2026 and since.
type Priced = (Step, &'static [(&'static str, u32)], u32, u32);

/// Every method of the trait.
#[rustfmt::skip] // one row is one method
fn methods() -> Vec<Priced> {
    vec![
        (call!(c => c.profile()), &[("getProfile", 1)], 1, 1),
        (call!(c => c.folders()), &[("labels.list", 1)], 1, 1),
        (call!(c => c.create_folder(FolderEdit { name: Some("x".into()), parent_id: Some("Label_1".into()), ..Default::default() })),
            &[("labels.get", 1), ("labels.create", 1)], 6, 6),
        (call!(c => c.update_folder(&"Label_1".into(), FolderEdit { name: Some("y".into()), ..Default::default() })),
            &[("labels.patch", 1)], 5, 5),
        (call!(c => c.delete_folder(&"Label_1".into())), &[("labels.delete", 1)], 5, 5),
        (call!(c => c.list(NativeQuery::default(), None, 500)), &[("messages.list", 1)], 5, 5),
        (call!(c => c.list_threads(NativeQuery::default(), None, 500)), &[("threads.list", 1)], 10, 10),
        (call!(c => c.fetch(&wanted(&ids(1)))), &[("messages.get", 1)], 5, 20),
        (call!(c => c.fetch(&wanted(&ids(60)))), &[("messages.get", 50), ("messages.get", 10)], 300, 1200),
        (call!(c => c.placements(&[("a".into(), None)])), &[("messages.get", 1)], 5, 20),
        (call!(c => c.placements(&["a", "b", "c"].map(|id| (id.into(), Some("t".into()))))), &[("threads.get", 1)], 10, 40),
        (call!(c => c.placements(&["a", "b"].map(|id| (id.into(), Some("t".into()))))), &[("messages.get", 2)], 10, 40),
        (call!(c => c.changes(&SyncCursor("5".into()), None)), &[("history.list", 1)], 2, 2),
        (call!(c => c.update(&"a".into(), &placed(&["INBOX"]), &starring())), &[("messages.modify", 1)], 5, 5),
        (call!(c => c.trash(&"a".into(), &placed(&["INBOX"]))), &[("messages.modify", 1)], 5, 5),
        (call!(c => c.delete(&"a".into())), &[("messages.delete", 1)], 10, 10),
        (call!(c => c.copy(&"a".into(), &"Label_1".into()), refused), &[], 0, 0),
        (call!(c => c.update_thread(&"t".into(), &thread_of(1, 0), &starring())), &[("threads.modify", 1)], 10, 10),
        (call!(c => c.update_thread(&"t".into(), &thread_of(3, 1), &starring())),
            &[("messages.modify", 1), ("messages.modify", 1)], 10, 10),
        (call!(c => c.update_thread(&"t".into(), &thread_of(20, 1), &starring())), &[("messages.batchModify", 1)], 50, 50),
        (call!(c => c.trash_thread(&"t".into(), &thread_of(3, 1))), &[("threads.modify", 1)], 10, 10),
        (call!(c => c.send(RAW, None)), &[("messages.send", 1)], 100, 100),
        (call!(c => c.drafts()), &[("drafts.list", 1)], 5, 5),
        (call!(c => c.create_draft(RAW, None)), &[("drafts.create", 1)], 10, 10),
        (call!(c => c.update_draft(&"r1".into(), RAW, None)), &[("drafts.update", 1)], 15, 15),
        (call!(c => c.delete_draft(&"r1".into())), &[("drafts.delete", 1)], 10, 10),
        (call!(c => c.send_draft(&"r1".into(), 3)), &[("drafts.send", 1)], 100, 100),
        (call!(c => c.find_draft("s-1", since())), &[("drafts.list", 1)], 5, 5),
        (call!(c => c.draft_state(&"r1".into())), &[("drafts.get", 1)], 5, 20),
        (call!(c => c.find_sent(&Trace { marker: "s-1".into(), thread: None, since: since() })), &[("messages.list", 1)], 5, 5),
        (call!(c => c.send_as()), &[("settings.sendAs.list", 1)], 1, 1),
        (call!(c => c.watch(&topic(), None)), &[("watch", 1)], 100, 100),
        (call!(c => c.stop_watch(None)), &[("stop", 1)], 50, 50),
    ]
}

fn topic() -> PushAddress {
    let (topic, secret) = (Some("projects/p/topics/t".into()), "s".to_owned().into());
    PushAddress { topic, callback: "https://x.test/push".into(), secret }
}

/// Methods of the trait, counted where it is written: who adds one has to name its price above.
#[test]
fn every_method_has_its_price() {
    let source = include_str!("../../src/client.rs");
    let client = source.split("pub trait ProviderClient").nth(1).unwrap();
    let names = client.lines().filter_map(|line| line.trim().strip_prefix("async fn ")?.split('(').next());
    let here = include_str!("metering.rs");
    let missing: Vec<&str> = names.filter(|name| !here.contains(&format!("call!(c => c.{name}("))).collect();
    assert!(missing.is_empty(), "no price for {missing:?}");
}

#[tokio::test]
async fn every_method_costs_what_is_documented() {
    let fake = Fake::start(agreeable).await;
    for (step, calls, previous, current) in methods() {
        for (regime, units) in [(Regime::Previous, previous), (Regime::Current, current)] {
            let meter = Arc::new(Counting::new(regime));
            let before = fake.asked().len();
            step(metered(&fake.root, meter.clone())).await;
            assert_eq!(meter.calls(), calls, "{regime:?}");
            assert_eq!(meter.total().units, units, "{regime:?}: {calls:?}");
            assert_eq!(meter.total().requests, calls.iter().map(|(_, n)| n).sum::<u32>(), "{calls:?}");
            // One request per pass, and every pass ended well.
            assert_eq!(fake.asked().len() - before, calls.len(), "{calls:?}");
            let ends = meter.ends();
            assert_eq!(
                ends.iter().map(|end| end.answered).collect::<Vec<_>>(),
                calls.iter().map(|(_, n)| *n).collect::<Vec<_>>()
            );
            assert!(ends.iter().all(|end| end.failed == 0 && end.refused.is_empty()), "{calls:?}");
        }
    }
}

#[tokio::test]
async fn sends_count_messages_and_recipients_and_both_ways_count_bytes() {
    let fake = Fake::start(agreeable).await;
    let meter = Arc::new(Counting::default());
    let client = metered(&fake.root, meter.clone());
    client.send(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (1, 3));
    assert_eq!(meter.total().bytes_up, fake.asked()[0].body.len() as u64);
    assert!(meter.ends()[0].bytes_up == meter.total().bytes_up && meter.ends()[0].bytes_down > 0);
    client.send_draft(&"r1".into(), 7).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (2, 10));
    client.create_draft(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (2, 10));
    client.fetch(&wanted(&ids(2))).await.unwrap();
    let (batch, asked) = (&meter.ends()[3], &fake.asked()[3]);
    assert!(batch.bytes_up == asked.body.len() as u64 && batch.bytes_down > 300);
}

#[tokio::test]
async fn a_batch_is_cut_to_what_may_go_and_goes_on() {
    let fake = Fake::start(agreeable).await;
    let meter = Arc::new(Counting::cutting(4));
    let wished = ids(10);
    let got = metered(&fake.root, meter.clone()).fetch(&wanted(&wished)).await.unwrap();
    let came: Vec<_> = got.into_iter().map(|message| message.unwrap().id).collect();
    assert_eq!(came, wished);
    assert_eq!(meter.calls(), [("messages.get", 4), ("messages.get", 4), ("messages.get", 2)]);
    // One at a time goes without a batch around it.
    let meter = Arc::new(Counting::cutting(1));
    let got = metered(&fake.root, meter.clone()).fetch(&wanted(&["a".into(), "a".into()])).await.unwrap();
    assert!(got.iter().all(Result::is_ok) && fake.asked().last().unwrap().method == "GET");
}

#[tokio::test]
async fn what_came_before_the_meter_closed_is_kept() {
    let fake = Fake::start(agreeable).await;
    let got = metered(&fake.root, Arc::new(Counting::closing(2, 3))).fetch(&wanted(&ids(10))).await.unwrap();
    assert_eq!(got.iter().filter(|message| message.is_ok()).count(), 6);
    assert!(got[6..].iter().all(|m| m.as_ref().is_err_and(|fault| fault.message == "closed")));
    let fault = metered(&fake.root, Arc::new(Counting::closing(0, 3))).fetch(&wanted(&ids(10))).await.unwrap_err();
    assert_eq!(fault.message, "closed");
    let fault = metered(&fake.root, Arc::new(Counting::closing(0, 1))).profile().await.unwrap_err();
    assert_eq!((fault.message.as_str(), fake.asked().len()), ("closed", 2));
}

fn refused(status: u16, message: &str, metadata: Value) -> (u16, Value) {
    let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "metadata": metadata}]);
    let details = if metadata.is_null() { json!([]) } else { details };
    (
        status,
        json!({"error": {"code": status, "message": message, "details": details,
        "errors": [{"message": message, "reason": "rateLimitExceeded"}]}}),
    )
}

fn units_refused() -> (u16, Value) {
    let metadata = json!({"quota_metric": "gmail.googleapis.com/default", "quota_limit": "defaultPerMinutePerUser",
        "quota_limit_value": "15000", "quota_unit": "1/min/{project}/{user}"});
    refused(403, "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'", metadata)
}

#[tokio::test]
async fn refusals_inside_a_batch_are_reported_each_to_its_quota() {
    let fake = Fake::start(|asked| {
        batch(asked, |id| match id.as_bytes()[15] {
            b'1' | b'2' => units_refused(),
            b'3' => refused(429, "Too many concurrent requests for user.", Value::Null),
            b'4' => (404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
            b'5' => (503, json!({"error": {"code": 503, "errors": [{"reason": "backendError"}]}})),
            _ => (200, message(id)),
        })
    })
    .await;
    let meter = Arc::new(Counting::default());
    let got = metered(&fake.root, meter.clone()).fetch(&wanted(&ids(8))).await.unwrap();
    assert_eq!(got.iter().filter(|message| message.is_ok()).count(), 3);
    let [end] = &meter.ends()[..] else { panic!("one batch") };
    assert_eq!((end.answered, end.failed), (4, 1));
    let mut refusals: Vec<_> = end.refused.iter().map(|r| (r.calls, r.fault.quota.unwrap())).collect();
    refusals.sort_by_key(|(calls, _)| *calls);
    assert_eq!((refusals[0].0, refusals[0].1.level, refusals[0].1.what), (1, Level::Mailbox, Limited::Concurrency));
    assert_eq!((refusals[1].0, refusals[1].1.what), (2, Limited::By(Dimension::Units)));
    assert_eq!((refusals[1].1.regime, refusals[1].1.limit), (Some(Regime::Previous), Some(15_000)));
}

#[tokio::test]
async fn a_batch_refused_as_a_whole_counts_with_all_its_calls() {
    let fake = Fake::start(|_| {
        let (status, body) = units_refused();
        json(status, body)
    })
    .await;
    let meter = Arc::new(Counting::default());
    let fault = metered(&fake.root, meter.clone()).fetch(&wanted(&ids(5))).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::RateLimitedUser);
    let [end] = &meter.ends()[..] else { panic!("one batch") };
    assert_eq!((end.answered, end.failed, end.refused.len(), end.refused[0].calls), (0, 0, 1, 5));
    // And so does a plain call.
    metered(&fake.root, meter.clone()).profile().await.unwrap_err();
    assert_eq!(meter.ends()[1].refused[0].calls, 1);
}

#[tokio::test]
async fn a_call_that_is_given_up_ends_its_pass() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let meter = Arc::new(Counting::default());
    let client = metered(&root, meter.clone());
    tokio::select! {
        _ = client.profile() => panic!("nobody answers"),
        // The request has arrived, so its pass is out.
        _ = listener.accept() => {}
    }
    assert_eq!(meter.ends().iter().map(|end| (end.failed, end.answered)).collect::<Vec<_>>(), [(1, 0)]);
    assert_eq!(meter.calls(), [("getProfile", 1)]);
}

#[tokio::test]
async fn what_a_thread_does_not_show_is_asked_for_by_itself() {
    let fake = Fake::start(|asked| match asked.path.starts_with("/gmail/v1/users/me/threads/t?format=minimal&") {
        true => {
            json(200, json!({"messages": [{"id": "a", "labelIds": ["TRASH"]}, {"id": "b", "labelIds": ["STARRED"]}]}))
        }
        false => json(404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
    })
    .await;
    let meter = Arc::new(Counting::default());
    let asked = ["a", "gone", "b"].map(|id| (id.into(), Some("t".into())));
    let got = metered(&fake.root, meter.clone()).placements(&asked).await.unwrap();
    assert!(got[0].as_ref().unwrap().hidden && got[2].as_ref().unwrap().starred);
    assert_eq!(got[1].as_ref().unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(meter.calls(), [("threads.get", 1), ("messages.get", 1)]);
    assert!(fake.asked()[1].path.contains("/messages/gone?"));
}
