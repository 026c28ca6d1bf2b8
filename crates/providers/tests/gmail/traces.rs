//! Finding what was saved or sent when the answer to it was lost.

use model::{FaultKind, Timestamp};
use providers::{DraftState, Trace};
use serde_json::{Value, json};

use super::fake::{Asked, Fake, Said, json};
use super::reading::batch;

const SINCE: &str = "2026-11-01T11:59:00Z";

pub fn since() -> Timestamp {
    SINCE.parse().unwrap()
}

/// A message in metadata form: sent `ago` seconds before [`since`], with a mark or without.
fn marked(id: &str, ago: i64, mark: Option<&str>) -> Value {
    let headers: Vec<Value> = mark.iter().map(|mark| json!({"name": "x-postroad-submission", "value": mark})).collect();
    let date = (since().as_second() - ago) * 1000;
    json!({"id": id, "threadId": format!("t-{id}"), "internalDate": date.to_string(), "payload": {"headers": headers}})
}

/// Lists `ids`, newest first, as messages or drafts, and answers each read by `read`.
fn mailbox(
    ids: &'static [&'static str],
    read: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Said {
    move |asked| match asked.path.split('?').next().unwrap() {
        "/gmail/v1/users/me/messages" => {
            let list: Vec<Value> = ids.iter().map(|id| json!({"id": id, "threadId": format!("t-{id}")})).collect();
            json(200, json!({ "messages": list }))
        }
        "/gmail/v1/users/me/drafts" => {
            let list: Vec<Value> =
                ids.iter().map(|id| json!({"id": format!("r-{id}"), "message": {"id": id}})).collect();
            json(200, json!({ "drafts": list }))
        }
        "/batch" => batch(asked, &read),
        path => {
            let (status, body) = read(path.rsplit('/').next().unwrap());
            json(status, body)
        }
    }
}

fn trace(thread: Option<&str>) -> Trace {
    Trace { marker: "s-1".into(), thread: thread.map(Into::into), since: since() }
}

#[tokio::test]
async fn a_sent_message_is_found_by_its_mark_whoever_wrote_the_headers_name() {
    let read = |id: &str| (200, marked(id, -5, (id == "b").then_some("s-1")));
    let fake = Fake::start(mailbox(&["a", "b", "c"], read)).await;
    let found = fake.client().find_sent(&trace(None)).await.unwrap().unwrap();
    assert_eq!((found.message_id, found.thread_id, found.draft_id), ("b".into(), "t-b".into(), None));
    let listing = &fake.asked()[0].path;
    assert!(listing.contains("labelIds=SENT") && !listing.contains("q="), "a search lags behind: {listing}");
}

#[tokio::test]
async fn the_mark_of_another_is_no_proof_and_a_gone_message_no_trouble() {
    let read = |id: &str| match id {
        "gone" => (404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
        id => (200, marked(id, -5, Some("s-2"))),
    };
    let fake = Fake::start(mailbox(&["a", "gone"], read)).await;
    assert_eq!(fake.client().find_sent(&trace(None)).await.unwrap(), None);
    assert_eq!(fake.client().find_sent(&trace(Some("t-a"))).await.unwrap(), None, "it bears another's mark");
}

#[tokio::test]
async fn without_a_mark_the_thread_and_the_time_decide() {
    let fake =
        Fake::start(mailbox(&["new", "old"], |id| (200, marked(id, if id == "new" { -5 } else { 5 }, None)))).await;
    let found = fake.client().find_sent(&trace(Some("t-new"))).await.unwrap();
    assert_eq!(found.map(|receipt| receipt.message_id), Some("new".into()));
    assert_eq!(fake.client().find_sent(&trace(Some("t-old"))).await.unwrap(), None, "it was there before");
    assert_eq!(fake.client().find_sent(&trace(None)).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_too_old_ends_the_search() {
    const IDS: [&str; 25] = ["m"; 25];
    let fake = Fake::start(mailbox(&IDS, |id| (200, marked(id, 3600, None)))).await;
    assert_eq!(fake.client().find_sent(&trace(None)).await.unwrap(), None);
    assert_eq!(fake.asked().len(), 2, "one listing, and the newest ten");
}

#[tokio::test]
async fn one_that_cannot_be_read_may_be_the_one_so_nothing_is_answered() {
    let read = |id: &str| match id {
        "b" => (500, json!({"error": {"code": 500, "errors": [{"reason": "backendError"}]}})),
        id => (200, marked(id, -5, None)),
    };
    let fake = Fake::start(mailbox(&["a", "b"], read)).await;
    assert_eq!(fake.client().find_sent(&trace(None)).await.unwrap_err().kind, FaultKind::TransientBackend);
}

#[tokio::test]
async fn a_draft_is_found_by_its_mark_with_the_id_it_is_sent_by() {
    let read = |id: &str| (200, marked(id, -5, (id == "a").then_some("s-1")));
    let fake = Fake::start(mailbox(&["b", "a"], read)).await;
    let found = fake.client().find_draft("s-1", since()).await.unwrap().unwrap();
    assert_eq!((found.message_id, found.draft_id), ("a".into(), Some("r-a".into())));
    assert_eq!(fake.client().find_draft("s-9", since()).await.unwrap(), None);
}

#[tokio::test]
async fn only_a_404_says_that_a_draft_is_gone() {
    let fake = Fake::start(|asked: &Asked| match asked.path.split('?').next().unwrap() {
        "/gmail/v1/users/me/drafts/here" => json(200, json!({"id": "here"})),
        "/gmail/v1/users/me/drafts/gone" => {
            json(404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}}))
        }
        _ => json(503, json!({"error": {"code": 503, "errors": [{"reason": "backendError"}]}})),
    })
    .await;
    assert_eq!(fake.client().draft_state(&"here".into()).await.unwrap(), DraftState::There);
    assert_eq!(fake.client().draft_state(&"gone".into()).await.unwrap(), DraftState::Gone);
    assert!(fake.client().draft_state(&"other".into()).await.is_err());
}
