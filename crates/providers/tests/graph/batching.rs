//! Batches: refusals inside them, cuts, answers in part.

use std::sync::Arc;

use model::quota::{Level, Limited};
use model::{FaultKind, MessageId, ThreadId};
use serde_json::json;

use super::counting::Counting;
use super::fake::{Fake, Said, error, known, message, metered, ok};

fn places(n: usize) -> Vec<(MessageId, Option<ThreadId>)> {
    (0..n).map(|i| (MessageId(format!("m{i}")), None)).collect()
}

fn id(path: &str) -> String {
    path.trim_start_matches("/me/messages/").split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn twenty_go_together_and_come_in_order() {
    let fake =
        Fake::start(|asked| known(asked).unwrap_or_else(|| ok(message(&id(&asked.path), &id(&asked.path))))).await;
    let meter = Arc::new(Counting::default());
    let got = metered(&fake.root, meter.clone()).placements(&places(45)).await.unwrap();
    for (i, placement) in got.into_iter().enumerate() {
        assert_eq!(placement.unwrap().folders, [format!("m{i}").into()]);
    }
    assert_eq!(
        meter.calls(),
        [("mailFolders.get", 2), ("messages.get", 20), ("messages.get", 20), ("messages.get", 5)]
    );
    assert_eq!((meter.total().requests, meter.total().units), (47, 0));
    assert!(meter.ends().iter().all(|end| end.failed == 0 && end.refused.is_empty() && end.bytes_up > 0));
}

#[tokio::test]
async fn a_batch_is_cut_to_what_may_go() {
    let fake = Fake::start(|asked| known(asked).unwrap_or_else(|| ok(message(&id(&asked.path), "IN")))).await;
    let meter = Arc::new(Counting::cutting(4));
    assert!(metered(&fake.root, meter.clone()).placements(&places(9)).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(meter.calls()[1..], [("messages.get", 4), ("messages.get", 4), ("messages.get", 1)]);
}

#[tokio::test]
async fn inner_refusals_are_reported_each_to_its_quota() {
    let fake = Fake::start(|asked| {
        let throttled = |message: &str| json!({ "error": { "code": "ApplicationThrottled", "message": message } });
        known(asked).unwrap_or_else(|| match id(&asked.path).as_str() {
            "m0" => Said::Throttled(429, "3.5", throttled("Application is over its MailboxConcurrency limit.")),
            "m1" | "m2" => Said::Throttled(429, "2", throttled("Please retry again later.")),
            "m3" => error(503, "ServiceUnavailable"),
            "m4" => error(404, "ErrorItemNotFound"),
            "m5" => Said::Bytes(503, Vec::new()),
            other => ok(message(other, "IN")),
        })
    })
    .await;
    let meter = Arc::new(Counting::default());
    let got = metered(&fake.root, meter.clone()).placements(&places(8)).await.unwrap();
    assert_eq!(got.iter().filter(|entry| entry.is_ok()).count(), 2);
    let concurrency = got[0].as_ref().unwrap_err();
    assert_eq!(concurrency.kind, FaultKind::ConcurrencyLimited);
    assert_eq!(concurrency.retry_at(), Some("2026-11-01T12:00:03.5Z".parse().unwrap()));
    let end = &meter.ends()[1];
    assert_eq!((end.answered, end.failed), (3, 2));
    let mut refused: Vec<_> = end.refused.iter().map(|one| (one.calls, one.fault.quota.unwrap())).collect();
    refused.sort_by_key(|(calls, _)| *calls);
    assert_eq!((refused[0].0, refused[0].1.level, refused[0].1.what), (1, Level::Mailbox, Limited::Concurrency));
    assert_eq!((refused[1].0, refused[1].1.level, refused[1].1.what), (2, Level::ProjectMailbox, Limited::General));
}

#[tokio::test]
async fn a_batch_refused_as_a_whole_is_one_fault_and_counts_with_all_its_calls() {
    let fake = Fake::start(|_| panic!("no part is reached")).await;
    // The outer request itself is refused: an address that answers 429 to everything.
    drop(fake);
    let wall = axum::Router::new().fallback(|| async {
        (axum::http::StatusCode::TOO_MANY_REQUESTS, "{\"error\":{\"code\":\"TooManyRequests\"}}")
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}/v1.0", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, wall).await.unwrap() });
    let meter = Arc::new(Counting::default());
    let fault = metered(&root, meter.clone()).placements(&places(5)).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::AccountThrottled);
    assert_eq!(meter.ends()[0].refused[0].calls, 2, "both names of bins");
}
