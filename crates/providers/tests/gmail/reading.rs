use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::folder::FolderRole;
use model::sync::{Change, NativeQuery, SyncCursor};
use model::{FaultKind, MessageId, Verdict};
use providers::{PushAddress, Wanted};
use serde_json::json;

use super::fake::{Asked, Fake, Said, json};

fn raw_of(id: &str) -> Vec<u8> {
    format!("Subject: {id}\r\n\r\n{}", "x".repeat(id.len() * 7)).into_bytes()
}

/// Ids asked for in a batch, in order.
fn batch_ids(asked: &Asked) -> Vec<(String, String)> {
    let text = asked.text();
    let mut pairs = Vec::new();
    let mut item = String::new();
    for line in text.lines() {
        if let Some(id) = line.strip_prefix("Content-ID: <") {
            item = id.trim_end_matches('>').to_owned();
        } else if let Some(path) = line.strip_prefix("GET /gmail/v1/users/me/messages/") {
            pairs.push((item.clone(), path.split('?').next().unwrap_or_default().to_owned()));
        }
    }
    pairs
}

/// Answers a batch as Gmail does: status 200, whatever happened inside.
pub fn batch(asked: &Asked, inner: impl Fn(&str) -> (u16, serde_json::Value)) -> Said {
    let mut out = String::new();
    // Answers in another order than asked, which the protocol allows.
    for (item, id) in batch_ids(asked).into_iter().rev() {
        let (status, body) = inner(&id);
        let body = serde_json::to_string_pretty(&body).unwrap();
        out.push_str(&format!(
            "--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-{item}>\r\n\r\nHTTP/1.1 {status} Reason\r\n\
             Content-Type: application/json; charset=UTF-8\r\nContent-Length: {}\r\n\r\n{body}\r\n",
            body.len()
        ));
    }
    out.push_str("--batch_x--\r\n");
    (200, "multipart/mixed; boundary=batch_x".into(), out.into_bytes())
}

pub fn message(id: &str) -> serde_json::Value {
    json!({"id": id, "threadId": format!("t{id}"), "labelIds": ["UNREAD", "INBOX"], "internalDate": "1700000000000",
        "raw": URL_SAFE_NO_PAD.encode(raw_of(id))})
}

/// Messages of which no listing showed anything.
pub fn wanted(ids: &[MessageId]) -> Vec<Wanted> {
    ids.iter().cloned().map(Wanted::from).collect()
}

pub fn ids(n: usize) -> Vec<MessageId> {
    (0..n).map(|i| MessageId(format!("{i:016x}"))).collect()
}

#[tokio::test]
async fn messages_are_fetched_in_batches_and_come_in_order() {
    let fake = Fake::start(|asked| batch(asked, |id| (200, message(id)))).await;
    let ids = ids(120);
    let got = fake.client().fetch(&wanted(&ids)).await.unwrap();
    assert_eq!(got.len(), 120);
    for (id, message) in ids.iter().zip(got) {
        let message = message.unwrap();
        assert_eq!((&message.id, message.raw.as_ref()), (id, raw_of(id.as_str()).as_slice()));
        assert_eq!(message.thread_id.as_str(), format!("t{id}"));
        assert!(message.placement.unread && message.received_at.as_second() == 1_700_000_000);
    }
    let asked = fake.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked[0].path == "/batch" && asked[0].authorization == "Bearer ya29.token");
    assert!(asked[0].text().contains("?format=raw&fields="));
}

#[tokio::test]
async fn one_failing_message_spoils_only_its_own_entry() {
    let fake = Fake::start(|asked| {
        batch(asked, |id| match id {
            "b" => (404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
            "c" => (
                429,
                json!({"error": {"code": 429, "message": "Too many concurrent requests for user.",
                "errors": [{"reason": "rateLimitExceeded"}]}}),
            ),
            id => (200, message(id)),
        })
    })
    .await;
    let got = fake.client().fetch(&wanted(&["a".into(), "b".into(), "c".into(), "..".into()])).await.unwrap();
    assert!(got[0].is_ok());
    let kind = |i: usize| got[i].as_ref().map(|_| ()).map_err(|f| f.kind);
    assert_eq!(kind(1), Err(FaultKind::NotFound));
    assert_eq!(kind(2), Err(FaultKind::ConcurrencyLimited));
    assert_eq!(kind(3), Err(FaultKind::NotFound));
}

#[tokio::test]
async fn a_batch_refused_throughout_is_one_fault() {
    let refusal = || json!({"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}});
    let fake = Fake::start(move |asked| batch(asked, |_| (403, refusal()))).await;
    let fault = fake.client().fetch(&wanted(&ids(3))).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::RateLimitedUser);
}

#[tokio::test]
async fn a_batch_that_breaks_off_gives_what_is_complete() {
    let fake = Fake::start(|asked| {
        let (status, kind, mut body) = batch(asked, |id| (200, message(id)));
        body.truncate(body.len() * 2 / 3);
        (status, kind, body)
    })
    .await;
    let got = fake.client().fetch(&wanted(&ids(9))).await.unwrap();
    let complete = got.iter().filter(|m| m.is_ok()).count();
    assert!((4..9).contains(&complete), "{complete}");
    let fault = got.iter().find_map(|m| m.as_ref().err()).unwrap();
    assert_eq!((fault.kind, &fault.verdict), (FaultKind::TransientBackend, &Verdict::Backoff));
}

#[tokio::test]
async fn a_single_message_is_asked_for_plainly() {
    let fake = Fake::start(|asked| {
        assert!(asked.path.starts_with("/gmail/v1/users/me/messages/a%2Fb?format=raw"), "{}", asked.path);
        json(200, message("a/b"))
    })
    .await;
    let got = fake.client().fetch(&wanted(&["a/b".into()])).await.unwrap();
    assert_eq!(got[0].as_ref().unwrap().raw.as_ref(), raw_of("a/b"));
}

#[tokio::test]
async fn placements_are_read_without_bodies() {
    let fake =
        Fake::start(|asked| batch(asked, |id| (200, json!({"id": id, "threadId": id, "labelIds": ["SPAM"]})))).await;
    let asked: Vec<_> = ids(2).into_iter().map(|id| (id, None)).collect();
    let got = fake.client().placements(&asked).await.unwrap();
    assert!(got.iter().all(|p| p.as_ref().is_ok_and(|p| p.hidden)));
    assert!(fake.asked()[0].text().contains("format=minimal"));
}

#[tokio::test]
async fn listings_carry_their_query() {
    let fake = Fake::start(|asked| match asked.path.contains("pageToken") {
        false => json(200, json!({"messages": [{"id": "2"}, {"id": "1"}], "nextPageToken": "p"})),
        true => json(200, json!({"resultSizeEstimate": 0})),
    })
    .await;
    let query = NativeQuery { query: Some("from:a b&c".into()), folder: Some("INBOX".into()), include_hidden: true };
    let page = fake.client().list(query.clone(), None, 9000).await.unwrap();
    assert_eq!((page.ids, page.next.as_deref()), (vec!["2".into(), "1".into()], Some("p")));
    let last = fake.client().list(query, Some("p".into()), 1).await.unwrap();
    assert!(last.ids.is_empty() && last.next.is_none());
    let first = &fake.asked()[0].path;
    for piece in ["maxResults=500", "q=from%3Aa+b%26c", "labelIds=INBOX", "includeSpamTrash=true"] {
        assert!(first.contains(piece), "{piece} in {first}");
    }
}

#[tokio::test]
async fn changes_come_with_their_cursor_and_a_lost_one_says_so() {
    let fake = Fake::start(|asked| match asked.path.contains("startHistoryId=5&") {
        true => json(200, json!({"history": [{"id": "6", "messagesAdded": [{"message": {"id": "a", "threadId": "a"}}]}], "historyId": "9"})),
        false => json(404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}], "status": "NOT_FOUND"}})),
    })
    .await;
    let page = fake.client().changes(&SyncCursor("5".into()), None).await.unwrap();
    assert_eq!(
        (page.changes, page.cursor, page.next),
        (vec![Change::Created("a".into())], SyncCursor("9".into()), None)
    );
    let fault = fake.client().changes(&SyncCursor("1".into()), None).await.unwrap_err();
    assert_eq!((fault.kind, fault.verdict), (FaultKind::SyncStateExpired, Verdict::Resync));
}

#[tokio::test]
async fn the_cursor_between_two_pages_is_the_last_record_and_not_where_the_mailbox_is() {
    let record = |id: &str| json!({"id": id, "messagesAdded": [{"message": {"id": id, "threadId": "t"}}]});
    let pages = json!({"history": [record("6"), record("7")], "historyId": "99", "nextPageToken": "p"});
    let fake = Fake::start(move |_| json(200, pages.clone())).await;
    let page = fake.client().changes(&SyncCursor("5".into()), None).await.unwrap();
    assert_eq!((page.changes.len(), page.cursor, page.next.as_deref()), (2, SyncCursor("7".into()), Some("p")));
}

#[tokio::test]
async fn profile_folders_senders_and_watches_are_read() {
    let fake = Fake::start(|asked| match asked.path.as_str() {
        "/gmail/v1/users/me/profile" => {
            json(200, json!({"emailAddress": "a@x.test", "messagesTotal": 3, "threadsTotal": 2, "historyId": "77"}))
        }
        "/gmail/v1/users/me/labels" => {
            json(200, json!({"labels": [{"id": "INBOX", "name": "INBOX", "type": "system"}]}))
        }
        "/gmail/v1/users/me/settings/sendAs" => json(
            200,
            json!({"sendAs": [
            {"sendAsEmail": "a@x.test", "displayName": "", "isPrimary": true, "isDefault": true},
            {"sendAsEmail": "b@x.test", "displayName": "B", "verificationStatus": "accepted"},
            {"sendAsEmail": "c@x.test", "verificationStatus": "pending"}]}),
        ),
        "/gmail/v1/users/me/watch" => json(200, json!({"historyId": "1", "expiration": "1700000000000"})),
        "/gmail/v1/users/me/stop" => (204, String::new(), Vec::new()),
        other => panic!("{other}"),
    })
    .await;
    let client = fake.client();
    let profile = client.profile().await.unwrap();
    assert_eq!(
        (profile.email.as_str(), profile.cursor.0.as_str(), profile.messages_total),
        ("a@x.test", "77", Some(3))
    );
    assert_eq!(client.folders().await.unwrap()[0].role, Some(FolderRole::Inbox));
    let senders = client.send_as().await.unwrap();
    assert_eq!(senders.len(), 2);
    assert!(senders[0].primary && senders[0].default && senders[0].address.name.is_none());
    let mut address = PushAddress {
        topic: Some("projects/p/topics/t".into()),
        callback: "https://x.test/push".into(),
        secret: "s".to_owned().into(),
    };
    let watching = client.watch(&address, None).await.unwrap().unwrap();
    assert_eq!((watching.handle, watching.ends_at.as_second()), (None, 1_700_000_000));
    assert_eq!(fake.asked()[3].json(), json!({"topicName": "projects/p/topics/t"}));
    client.stop_watch(None).await.unwrap();
    address.topic = None;
    assert_eq!(client.watch(&address, None).await.unwrap(), None, "Gmail speaks topics alone");
    assert_eq!(fake.asked().len(), 5);
}
