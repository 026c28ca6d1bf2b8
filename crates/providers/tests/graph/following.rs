use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::sync::{Change, SyncCursor};
use model::{FaultKind, MessageId, Verdict};
use serde_json::{Value, json};

use super::fake::{Asked, Fake, Said, error, known, message, ok};

/// What the folders' changes are, by folder and the place they are asked from.
pub struct Script {
    pages: Mutex<Vec<(&'static str, &'static str, Value)>>,
}

const ROOT: &str = "https://graph.microsoft.com/v1.0";

pub fn page(values: Value, folder: &str, next: &str) -> Value {
    let name = if next.starts_with("end") { "@odata.deltaLink" } else { "@odata.nextLink" };
    json!({ "value": values, name: format!("{ROOT}/me/mailFolders/{folder}/messages/delta?$token={next}") })
}

pub fn tree(values: Value, next: &str) -> Value {
    json!({ "value": values, "@odata.deltaLink": format!("{ROOT}/me/mailFolders/delta?$token={next}") })
}

impl Script {
    fn new(pages: Vec<(&'static str, &'static str, Value)>) -> Self {
        Self { pages: Mutex::new(pages) }
    }

    pub fn answer(&self, asked: &Asked) -> Said {
        if let Some(said) = known(asked) {
            return said;
        }
        if asked.is("GET", "/me") {
            return ok(json!({ "mail": "ada@x.test" }));
        }
        let token = asked.path.split_once("$token=").map_or("", |(_, token)| token);
        let pages = self.pages.lock().unwrap();
        let found = pages.iter().find(|(folder, from, _)| {
            let path = match *folder {
                "" => "/me/mailFolders/delta".to_owned(),
                folder => format!("/me/mailFolders/{folder}/messages/delta"),
            };
            asked.is("GET", &path) && token == *from
        });
        match found {
            Some((_, _, Value::String(code))) => error(410, code),
            Some((_, _, value)) => ok(value.clone()),
            None if asked.path.starts_with("/me/messages/moved?") => ok(message("moved", "B")),
            None if asked.path.starts_with("/me/messages/") => error(404, "ErrorItemNotFound"),
            None => panic!("nobody expects {}", asked.path),
        }
    }
}

fn folders() -> Value {
    json!([{"id": "A", "displayName": "A", "parentFolderId": "R", "totalItemCount": 3}, {"id": "B", "displayName": "B", "parentFolderId": "R", "totalItemCount": 4}])
}

pub fn begun(mut more: Vec<(&'static str, &'static str, Value)>) -> Script {
    more.extend([
        ("", "", tree(folders(), "t1")),
        ("A", "", page(json!([message("a", "A")]), "A", "a0")),
        ("A", "a0", page(json!([]), "A", "end-a")),
        ("B", "", page(json!([message("b", "B")]), "B", "end-b")),
    ]);
    Script::new(more)
}

pub fn gone(id: &str) -> Value {
    json!({ "id": id, "@removed": { "reason": "deleted" } })
}

pub fn kinds(changes: &[Change]) -> Vec<String> {
    let mut told: Vec<String> = changes
        .iter()
        .map(|change| match change {
            Change::Created(id) => format!("created {id}"),
            Change::Placed(id, placement) => format!("{id} in {}", placement.folders[0]),
            Change::Deleted(id) => format!("deleted {id}"),
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn the_cursor_is_the_end_of_every_folders_changes() {
    let script = begun(Vec::new());
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let profile = fake.client().profile().await.unwrap();
    assert_eq!((profile.email.as_str(), profile.messages_total), ("ada@x.test", Some(7)));
    for link in ["delta?$token=end-a", "delta?$token=end-b", "delta?$token=t1"] {
        assert!(profile.cursor.0.contains(link), "{link} in {}", profile.cursor.0);
    }
    assert!(!profile.cursor.0.contains("https:"), "no host is kept");
    let begin = fake.counted().into_iter().find(|asked| asked.path.contains("/A/messages/delta?$select")).unwrap();
    assert!(begin.path.contains("isRead") && begin.prefer.contains("odata.maxpagesize=1000"), "{begin:?}");
}

#[tokio::test]
async fn a_throttle_on_the_way_to_the_cursor_does_not_begin_it_anew() {
    let (script, refusals) = (begun(Vec::new()), AtomicUsize::new(2));
    let throttled = json!({ "error": { "code": "TooManyRequests", "message": "Please retry again later." } });
    let fake = Fake::start(move |asked| {
        let brakes = asked.path.contains("$token=a0")
            && refusals.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if brakes { Said::Throttled(429, "2", throttled.clone()) } else { script.answer(asked) }
    })
    .await;
    let profile = fake.client().profile().await.unwrap();
    assert!(profile.cursor.0.contains("end-a") && profile.cursor.0.contains("end-b"));
    let of = |part: &str| fake.counted().iter().filter(|asked| asked.path.contains(part)).count();
    assert_eq!((of("/A/messages/delta?$select"), of("$token=a0"), of("/B/messages/delta")), (1, 3, 1));
}

#[tokio::test]
async fn a_throttle_that_stays_is_told() {
    let script = begun(Vec::new());
    let throttled = json!({ "error": { "code": "TooManyRequests", "message": "Please retry again later." } });
    let fake = Fake::start(move |asked| match asked.path.contains("$token=a0") {
        true => Said::Throttled(429, "2", throttled.clone()),
        false => script.answer(asked),
    })
    .await;
    assert_eq!(fake.client().profile().await.unwrap_err().kind, FaultKind::AccountThrottled);
    assert_eq!(fake.counted().iter().filter(|asked| asked.path.contains("$token=a0")).count(), 3);
}

#[tokio::test]
async fn a_round_through_the_folders_tells_moved_from_deleted() {
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        // `x` moves from A to B; `gone` is deleted; `moved` leaves A, and B tells of it only later.
        ("A", "end-a", page(json!([gone("x"), gone("gone"), gone("moved")]), "A", "end-a2")),
        ("B", "end-b", page(json!([message("new", "B")]), "B", "b1")),
        ("B", "b1", page(json!([message("x", "B"), {"id": "b", "isRead": true}]), "B", "end-b2")),
    ]);
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let before = fake.counted().len();
    let page = client.changes(&cursor, None).await.unwrap();
    // `b` was told of in part only and is asked for; it is gone by then.
    assert_eq!(kinds(&page.changes), ["deleted b", "deleted gone", "moved in B", "new in B", "x in B"]);
    assert_eq!((page.next, page.folders_changed), (None, false));
    assert_eq!(page.glimpses.0[&MessageId::from("new")].thread_id.as_str(), "c-new");
    for link in ["end-a2", "end-b2", "t2"] {
        assert!(page.cursor.0.contains(link), "{link}");
    }
    // The tree, three pages, the three that are asked for: no request more.
    assert_eq!(fake.counted().len() - before, 1 + 3 + 3);
}

#[tokio::test]
async fn a_new_folder_is_followed_from_its_beginning_and_counts_are_no_news() {
    let recounted = json!([{"id": "A", "displayName": "A", "parentFolderId": "R", "totalItemCount": 99}]);
    let new = json!([{"id": "C", "displayName": "C", "parentFolderId": "R"}]);
    let script = begun(vec![
        ("", "t1", tree(recounted, "t2")),
        ("", "t2", tree(new, "t3")),
        ("A", "end-a", page(json!([]), "A", "end-a")),
        ("B", "end-b", page(json!([]), "B", "end-b")),
        ("C", "", page(json!([message("c", "C")]), "C", "end-c")),
    ]);
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let page = client.changes(&cursor, None).await.unwrap();
    assert!(!page.folders_changed && page.changes.is_empty());
    let page = client.changes(&page.cursor, None).await.unwrap();
    assert_eq!((page.folders_changed, kinds(&page.changes)), (true, vec!["c in C".to_owned()]));
}

#[tokio::test]
async fn a_message_moved_into_a_folder_made_a_moment_ago_is_not_gone() {
    let new = json!([{"id": "C", "displayName": "C", "parentFolderId": "R"}]);
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("", "t2", tree(new, "t3")),
        // The folder is made, and `x` and `purged` are taken away, after the tree was asked for.
        ("A", "end-a", page(json!([gone("x"), gone("purged")]), "A", "end-a2")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
        ("C", "", page(json!([message("x", "C")]), "C", "end-c")),
    ]);
    let fake = Fake::start(move |asked| match asked.path.split('?').next() {
        Some("/me/messages/x") => ok(message("x", "C")),
        // What was deleted for good is found for a while where an administrator may look.
        Some("/me/messages/purged") => ok(message("purged", "RECOVERABLE")),
        _ => script.answer(asked),
    })
    .await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let first = client.changes(&cursor, None).await.unwrap();
    assert_eq!(kinds(&first.changes), ["deleted purged", "x in C"]);
    let second = client.changes(&first.cursor, first.next).await.unwrap();
    assert_eq!((kinds(&second.changes), second.next), (vec!["x in C".to_owned()], None));
    for link in ["t3", "end-a2", "end-b2", "end-c"] {
        assert!(second.cursor.0.contains(link), "{link}");
    }
}

#[tokio::test]
async fn a_lost_place_and_a_lost_folder_ask_for_a_comparison() {
    let lost = [
        ("A", "end-a", json!("SyncStateNotFound")),
        ("", "t1", json!("resyncRequired")),
        ("", "t1", tree(json!([{"id": "B", "@removed": {"reason": "deleted"}}]), "t2")),
    ];
    for scene in lost {
        let script =
            begun(vec![scene, ("", "t1", tree(json!([]), "t2")), ("B", "end-b", page(json!([]), "B", "end-b"))]);
        let fake = Fake::start(move |asked| script.answer(asked)).await;
        let client = fake.client();
        let cursor = client.profile().await.unwrap().cursor;
        let fault = client.changes(&cursor, None).await.unwrap_err();
        assert_eq!((fault.kind, fault.verdict), (FaultKind::SyncStateExpired, Verdict::Resync));
    }
    let fake = Fake::start(|_| panic!("nothing may be asked")).await;
    let fault = fake.client().changes(&SyncCursor("12345".into()), None).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::Resync, "a cursor of another provider");
}

#[tokio::test]
async fn what_one_folder_is_refused_costs_the_others_nothing() {
    let refusals = AtomicUsize::new(0);
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(json!([message("n", "A")]), "A", "end-a2")),
        ("B", "end-b", page(json!([]), "B", "end-b2")),
    ]);
    let fake = Fake::start(move |asked| {
        let throttled = asked.path.contains("end-b") && refusals.fetch_add(1, Ordering::SeqCst) == 0;
        let body = json!({ "error": { "code": "TooManyRequests" } });
        if throttled { Said::Throttled(429, "2.5", body) } else { script.answer(asked) }
    })
    .await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let page = client.changes(&cursor, None).await.unwrap();
    assert_eq!((kinds(&page.changes), page.next), (vec!["n in A".to_owned()], None));
    let asked = fake.counted();
    assert_eq!(asked.iter().filter(|asked| asked.path.contains("end-a")).count(), 1, "A is not asked twice");
}

#[tokio::test]
async fn many_changes_come_in_pages() {
    let many = |from: usize| -> Value { (from..from + 700).map(|i| message(&format!("m{i}"), "A")).collect() };
    let script = begun(vec![
        ("", "t1", tree(json!([]), "t2")),
        ("A", "end-a", page(many(0), "A", "a1")),
        ("A", "a1", page(many(700), "A", "a2")),
        ("A", "a2", page(many(1400), "A", "end-a2")),
        ("B", "end-b", page(json!([gone("m5")]), "B", "end-b2")),
    ]);
    let fake = Fake::start(move |asked| script.answer(asked)).await;
    let client = fake.client();
    let cursor = client.profile().await.unwrap().cursor;
    let first = client.changes(&cursor, None).await.unwrap();
    assert_eq!(first.changes.len(), 1400);
    let last = client.changes(&cursor, first.next).await.unwrap();
    assert_eq!((last.changes.len(), last.next), (700, None), "what left B lies in A");
    assert!(last.cursor.0.contains("end-a2"));
}
