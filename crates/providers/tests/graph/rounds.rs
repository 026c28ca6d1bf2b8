//! Rounds through the changes that are broken off: nothing is learned twice, nothing is lost, and each comes to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::sync::{Change, NativeQuery, SyncCursor};
use model::{MessageId, Verdict};
use serde_json::{Value, json};

use super::fake::{Asked, Fake, Said, error, message, ok};
use super::following::{begun, gone, kinds, page, tree};

fn throttled() -> Said {
    Said::Throttled(429, "20", json!({ "error": { "code": "TooManyRequests" } }))
}

/// What is told of until the end, when every call is broken off after so many requests and begins at the cursor kept last.
async fn followed(fake: &Fake, cursor: &SyncCursor, left: &AtomicUsize, each: usize) -> (Vec<Change>, usize) {
    let (client, mut cursor, mut told) = (fake.client(), cursor.clone(), Vec::new());
    for turns in 1..200 {
        left.store(each, Ordering::SeqCst);
        // A turn goes on until it is refused.
        let mut next = None;
        while let Ok(page) = client.changes(&cursor, next).await {
            told.extend(page.changes);
            cursor = page.cursor;
            next = page.next;
            if next.is_none() {
                return (told, turns);
            }
        }
    }
    panic!("it never ends");
}

#[tokio::test]
async fn a_mailbox_that_answers_once_in_a_while_is_followed_to_the_end() {
    for each in 1..4 {
        let script = begun(vec![
            ("", "t1", tree(json!([]), "t2")),
            ("A", "end-a", page(json!([message("n1", "A"), gone("moved"), gone("gone")]), "A", "a1")),
            ("A", "a1", page(json!([message("n2", "A"), {"id": "b", "isRead": true}]), "A", "end-a2")),
            ("B", "end-b", page(json!([message("n3", "B")]), "B", "b1")),
            ("B", "b1", page(json!([gone("n1")]), "B", "end-b2")),
        ]);
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        let (meter, answered) = (left.clone(), Arc::new(AtomicUsize::new(0)));
        let counted = answered.clone();
        let fake = Fake::start(move |asked: &Asked| {
            if meter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                return throttled();
            }
            counted.fetch_add(1, Ordering::SeqCst);
            script.answer(asked)
        })
        .await;
        let cursor = fake.client().profile().await.unwrap().cursor;
        answered.store(0, Ordering::SeqCst);
        let (told, turns) = followed(&fake, &cursor, &left, each).await;
        let expected = ["deleted b", "deleted gone", "moved in B", "n1 in A", "n2 in A", "n3 in B"];
        assert_eq!(kinds(&told), expected, "{each} at a time");
        // The tree, four pages, three that are asked for: each answered once, however often it was refused.
        assert_eq!(answered.load(Ordering::SeqCst), 8, "{each} at a time, {turns} turns");
    }
}

#[tokio::test]
async fn more_that_left_than_a_page_holds_are_asked_for_on_the_way() {
    let many = |from: usize| -> Value { (from..from + 700).map(|i| gone(&format!("m{i}"))).collect() };
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(many(0), "A", "a1")),
        ("A", "a1", page(many(700), "A", "a2")),
        ("A", "a2", page(many(1400), "A", "end-a2")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let cursor = fake.client().profile().await.unwrap().cursor;
    let (told, turns) = followed(&fake, &cursor, &AtomicUsize::new(0), 0).await;
    assert_eq!((told.len(), turns), (2100, 1));
    assert!(told.iter().all(|change| matches!(change, Change::Deleted(_))));
}

#[tokio::test]
async fn a_link_that_died_between_two_pages_costs_its_folder_alone() {
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(json!([message("n1", "A")]), "A", "a1")),
        ("A", "a1", json!("SyncStateNotFound")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let begun_again = Arc::new(AtomicUsize::new(0));
    let again = begun_again.clone();
    let fake = Fake::start(move |asked| {
        let second = asked.path.ends_with("=end-a") && again.fetch_add(1, Ordering::SeqCst) == 1;
        if second { ok(page(json!([message("n1", "A")]), "A", "end-a2")) } else { script.answer(asked) }
    })
    .await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let told = client.changes(&cursor, None).await.unwrap();
    assert_eq!((kinds(&told.changes), told.next), (vec!["n1 in A".to_owned()], None));
    assert!(told.cursor.0.contains("end-a2") && told.cursor.0.contains("end-b2"));
    assert_eq!(fake.counted().iter().filter(|asked| asked.path.ends_with("=end-b")).count(), 1);
}

#[tokio::test]
async fn a_link_that_dies_again_is_a_lost_place() {
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(json!([message("n1", "A")]), "A", "a1")),
        ("A", "a1", json!("SyncStateNotFound")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let answers = AtomicUsize::new(0);
    let fake = Fake::start(move |asked| {
        assert!(answers.fetch_add(1, Ordering::SeqCst) < 50, "it goes round in circles");
        script.answer(asked)
    })
    .await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    assert_eq!(client.changes(&cursor, None).await.unwrap_err().verdict, Verdict::Resync);
}

#[tokio::test]
async fn a_message_that_cannot_be_asked_for_holds_up_no_round_and_is_asked_for_with_the_next() {
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("", "t2", tree(json!([]), "t3")),
        ("A", "end-a", page(json!([{"id": "slow", "isRead": true}, {"id": "closed", "isRead": true}]), "A", "end-a2")),
        ("A", "end-a2", page(json!([message("n", "A")]), "A", "end-a3")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
        ("B", "end-b2", page(json!([]), "B", "end-b3")),
    ]);
    let slow = Arc::new(AtomicUsize::new(0));
    let asked_for = slow.clone();
    let fake = Fake::start(move |asked| match asked.path.split('?').next() {
        Some("/me/messages/slow") if slow.fetch_add(1, Ordering::SeqCst) == 0 => error(504, "UnknownError"),
        Some("/me/messages/slow") => ok(message("slow", "B")),
        Some("/me/messages/closed") => error(403, "ErrorAccessDenied"),
        _ => script.answer(asked),
    })
    .await;
    let client = fake.client();
    let begin = client.profile().await.unwrap().cursor;
    let first = client.changes(&begin, None).await.unwrap();
    assert_eq!((first.changes, first.next), (vec![], None), "the round is over");
    let second = client.changes(&first.cursor, None).await.unwrap();
    assert_eq!((kinds(&second.changes), second.next), (vec!["n in A".to_owned(), "slow in B".to_owned()], None));
    assert_eq!(asked_for.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn pages_without_an_end_end_a_call() {
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(json!([]), "A", "on")),
        ("A", "on", page(json!([]), "A", "on")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let begin = fake.client().profile().await.unwrap().cursor;
    let before = fake.counted().len();
    assert!(fake.client().changes(&begin, None).await.unwrap().next.is_some());
    assert!(fake.counted().len() - before < 200);
}

/// Deleted Items with a folder in it, and another in that.
fn with_deleted_folder(asked: &Asked) -> Option<Said> {
    let folder = |id: &str, children: u64| json!({ "id": id, "childFolderCount": children });
    let path = asked.path.split('?').next()?;
    Some(ok(match path {
        "/me/mailFolders/deleteditems" => folder("TRASH", 1),
        "/me/mailFolders/TRASH/childFolders" => json!({ "value": [folder("A", 1)] }),
        "/me/mailFolders/A/childFolders" => json!({ "value": [folder("DEEP", 0)] }),
        _ => return None,
    }))
}

#[tokio::test]
async fn mail_in_a_deleted_folder_is_hidden() {
    let script = begun(vec![]);
    let fake = Fake::start(move |asked| match asked.path.split('?').next() {
        Some("/me/messages") => ok(json!({ "value": [message("a", "A"), message("b", "B"), message("d", "DEEP")] })),
        _ => with_deleted_folder(asked).unwrap_or_else(|| script.answer(asked)),
    })
    .await;
    let all = NativeQuery { include_hidden: true, ..NativeQuery::default() };
    let listed = fake.client().list(all, None, 10).await.unwrap().glimpses.0;
    let hidden = ["a", "b", "d"].map(|id| listed[&MessageId::from(id)].placement.hidden);
    assert_eq!(hidden, [true, false, true]);
    assert_eq!(fake.client().list(NativeQuery::default(), None, 10).await.unwrap().ids, ["b".into()]);
}

#[tokio::test]
async fn a_folder_that_is_deleted_asks_for_a_comparison_and_a_renamed_one_does_not() {
    let moved = |parent: &str, name: &str| json!([{"id": "A", "displayName": name, "parentFolderId": parent}]);
    let script = begun(vec![
        ("", "t1", tree(moved("R", "renamed"), "t2")),
        ("", "t2", tree(moved("TRASH", "renamed"), "t3")),
        ("A", "end-a", page(json!([]), "A", "end-a2")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let deleted = Arc::new(AtomicUsize::new(0));
    let state = deleted.clone();
    let fake = Fake::start(move |asked| {
        let found = (state.load(Ordering::SeqCst) > 0).then(|| with_deleted_folder(asked)).flatten();
        found.unwrap_or_else(|| script.answer(asked))
    })
    .await;
    let client = fake.client();
    let begin = client.profile().await.unwrap().cursor;
    let renamed = client.changes(&begin, None).await.unwrap();
    assert!(renamed.folders_changed && renamed.next.is_none());
    deleted.store(1, Ordering::SeqCst);
    let fault = client.changes(&renamed.cursor, None).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::Resync);
}
