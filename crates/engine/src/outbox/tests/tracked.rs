//! The marks of what is sent stay those it was composed with, through attempts, crashes and time.

use mail::compose::Outgoing;
use model::event::EventType;
use model::tracking::{Tracking, Visit};

use super::*;
use crate::testing::Stall;

fn tracked(subject: &str) -> Composition {
    let mail = mail(subject);
    let outgoing = Outgoing { body: "<a href='https://x.test/'>x</a>".into(), ..mail.outgoing };
    let tracking = Tracking { opens: true, links: true, ..Tracking::default() };
    Composition { outgoing, tracking: Some(tracking), ..mail }
}

async fn sending(post: &Post, wish: Wish) -> tokio::task::JoinHandle<Result<Sent>> {
    let (engine, grant) = (post.engine().clone(), post.bench.grant().await);
    tokio::spawn(async move { engine.send_message(&grant, tracked("tracked"), wish).await })
}

/// The token in the marks of what went out.
fn token(post: &Post) -> String {
    let raw = post.bench.world.state().sent[0].clone();
    mail::parse::parse(&raw).body.text.split_once("/t/").unwrap().1[..32].to_owned()
}

/// Whether the marks of what went out lead somewhere and are told of.
async fn speaks(post: &Post) {
    let webhook = post.bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let (token, visit) = (token(post), Visit { at: post.bench.clock_now(), ip: None, user_agent: None });
    assert_eq!(post.engine().follow(&token, "0", None).await.unwrap(), "https://x.test/");
    post.engine().note_opening(&token, visit).await;
    let heard = post.bench.heard(webhook).await;
    let sent = post.all().await[0].message_id.clone().unwrap().0;
    assert_eq!(heard, [(EventType::MessageOpened, sent)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_survive_a_crash_wherever_it_happens() {
    for (method, at) in [("create_draft", Stall::Before), ("create_draft", Stall::After), ("send_draft", Stall::After)]
    {
        let post = Post::open().await;
        post.bench.world.stall(method, at);
        let sending = sending(&post, keyed("k", 1)).await;
        post.stalled(1).await;
        sending.abort();
        let _ = sending.await;
        let post = post.crashed().await;
        assert_eq!(states(&post.settled().await), [SubmissionState::Done], "{method} {at:?}");
        speaks(&post).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_scheduled_has_its_marks_from_the_beginning_and_they_speak_at_the_end() {
    let post = Post::open().await;
    let wish = Wish { send_at: Some(post.bench.in_seconds(3_600)), ..Wish::default() };
    let waiting = sending(&post, wish).await.await.unwrap().unwrap().submission;
    assert_eq!(waiting.echo["tracking_options"]["opens"], true);
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    speaks(&post).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_with_a_draft_shows_it_as_it_was_written() {
    let post = Post::open().await;
    let wish = Wish { send_at: Some(post.bench.in_seconds(3_600)), use_draft: true, ..Wish::default() };
    let waiting = sending(&post, wish).await.await.unwrap().unwrap().submission;
    let draft = waiting.draft_id.unwrap();
    let held = post.engine().reads().draft(post.bench.grant, &draft).await.unwrap().unwrap();
    assert!(held.body.text.contains("/t/"));
    let shown = post.engine().unmarked(post.bench.grant, held.body.text.clone()).await.unwrap();
    assert_eq!(shown.trim_end(), "<a href='https://x.test/'>x</a>");
    let tracked = post.engine().tracked_draft(post.bench.grant, &draft, &held.body.text).await.unwrap().unwrap();
    assert!(tracked.tracking.opens);
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    speaks(&post).await;
    // What was sent stays as it was sent, quoted or not.
    let quoted = post.engine().unmarked(post.bench.grant, held.body.text.clone()).await.unwrap();
    assert_eq!(quoted, held.body.text);
}
