//! A refusal inside a batch of Microsoft's, with clocks that are moved by hand.

use std::time::Duration;

use model::folder::{FolderEdit, FolderRole};
use model::{FaultKind, MessageId};
use sandbox::world::ImportOptions;
use serde_json::json;

use crate::pushed::{ADELE, Post, until};

/// For how long the refusal asks to be left alone: longer than a turn is claimed for, and not so long that it is a lockout.
const PAUSE: Duration = Duration::from_secs(61);
/// Changes of so many folders are asked for together at least: what Graph lets through at once for a mailbox.
const TOGETHER: usize = 4;

/// A folder, and how the sandbox's import calls it.
struct Place {
    id: String,
    label: &'static str,
}

/// Two folders whose changes are asked for in the same batch: they are asked for by their ids' order.
async fn two_of_one_batch(post: &Post) -> (Place, Place) {
    let folders = post.store().folders(post.grant.id).await.unwrap();
    let mut folders: Vec<_> = folders.into_iter().map(|counted| counted.folder).collect();
    folders.sort_by(|a, b| a.id.cmp(&b.id));
    let mut places = folders.into_iter().take(TOGETHER).filter_map(|folder| {
        let label = match folder.role? {
            FolderRole::Inbox => "INBOX",
            FolderRole::Sent => "SENT",
            FolderRole::Archive => "archive",
            _ => return None,
        };
        Some(Place { id: folder.id.0, label })
    });
    (places.next().expect("a folder for mail"), places.next().expect("another one"))
}

fn put(post: &Post, place: &Place) -> MessageId {
    let options = ImportOptions { labels: vec![place.label.to_owned()], ..ImportOptions::default() };
    let raw = format!("From: ben@example.com\r\nTo: {ADELE}\r\nSubject: {}\r\n\r\nHi\r\n", place.label);
    MessageId(post.sandbox.world().import(ADELE, raw.into_bytes(), options).unwrap())
}

fn star(post: &Post, message: &MessageId) {
    assert!(post.sandbox.world().relabel(ADELE, message.as_str(), &["STARRED"], &[]).unwrap());
}

async fn is_starred(post: &Post, message: &MessageId) -> bool {
    let held = post.store().message(post.grant.id, message).await.unwrap();
    held.expect("it is mirrored").placement.starred
}

/// Requests to the mailbox so far, those inside batches one by one.
fn asked(post: &Post) -> u64 {
    let told = post.sandbox.world().graph_meter().report();
    told["mailboxes"].as_array().unwrap().iter().map(|one| one["asked"].as_u64().unwrap()).sum()
}

/// One turn of sync, to its end. Returns what it asked for.
async fn turn(post: &Post) -> u64 {
    post.pass(Duration::from_secs(1));
    let (before, now) = (asked(post), post.now());
    post.engine().sync_now(post.grant.id).await.unwrap();
    until("the turn is over", async || post.state().await.fresh_at >= Some(now)).await;
    asked(post) - before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_inside_a_batch_keeps_the_other_answers_and_stops_the_mailbox_until_its_instant() {
    let post = Post::open().await;
    // Turns come when the test says so.
    let subscription = post.subscription().await.expect("a subscription");
    post.steer(json!({ "id": subscription["id"], "silent": true })).await;
    let (refused, told) = two_of_one_batch(&post).await;
    let (late, early) = (put(&post, &refused), put(&post, &told));
    turn(&post).await;
    let quiet = turn(&post).await;
    assert!(quiet > TOGETHER as u64, "every folder is asked: {quiet}");

    post.pass(Duration::from_secs(1));
    star(&post, &late);
    star(&post, &early);
    let fault = json!({ "name": "graph.too_many_requests", "with": { "seconds": PAUSE.as_secs().to_string() },
        "method": "graph.messages.delta", "path": format!("*{}*", refused.id.trim_end_matches('=')), "times": 1 });
    post.fault(&fault).await;
    let (before, begun) = (asked(&post), post.now());
    post.engine().sync_now(post.grant.id).await.unwrap();
    let rests = async || {
        let wait = post.state().await.next_at.duration_since(begun).as_secs();
        (61..120).contains(&wait)
    };
    until("sync rests until the instant", rests).await;
    assert!(is_starred(&post, &early).await, "what the batch told beside the refusal is kept");
    assert!(!is_starred(&post, &late).await);

    let until_then = asked(&post);
    let so_far = until_then - before;
    assert!((3..=1 + TOGETHER as u64).contains(&so_far), "the folders' tree and one batch: {so_far}");
    post.pass(PAUSE - Duration::from_secs(10));
    let edit = FolderEdit { name: Some("Later".into()), ..FolderEdit::default() };
    let fault = post.engine().create_folder(&post.grant, edit).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::AccountThrottled);
    assert!(fault.retry_at() >= Some(begun + PAUSE), "{fault:?}");
    assert_eq!(asked(&post), until_then, "nothing goes before the instant");

    // The pacer adds less than a second to the instant. From then on time stands, so that the turn is never claimed anew.
    post.pass(Duration::from_secs(11));
    until("the round has gone on to its end", async || post.state().await.fresh_at >= Some(post.now())).await;
    assert!(is_starred(&post, &late).await);
    assert_eq!(asked(&post) - before, quiet + 1, "what was told is not asked for again, but what was refused");
    post.end().await;
}
