//! Idempotency keys: races, replays, refusals.

use model::folder::FolderEdit;
use serde_json::json;

use super::super::Keyed;
use super::*;
use crate::testing::{Stall, backend_error};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_sent() {
    let post = Post::open().await;
    let mut sends = Vec::new();
    for _ in 0..12 {
        sends.push(post.sending("race", keyed("k", 1)).await);
    }
    let (mut sent, mut replayed, mut busy) = (0, 0, 0);
    for send in sends {
        match send.await.unwrap() {
            Ok(one) if one.replayed => replayed += 1,
            Ok(_) => sent += 1,
            Err(fault) => {
                assert_eq!(fault.kind, FaultKind::ConflictOrPrecondition);
                assert!(fault.retry_at().is_some());
                busy += 1;
            }
        }
    }
    assert_eq!((sent, sent + replayed + busy), (1, 12));
    assert_eq!(post.went_out("race"), 1);
    let again = post.send("race", keyed("k", 1)).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.submission.answer.unwrap()["subject"], "race");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_for_one_request_and_one_hour() {
    let post = Post::open().await;
    post.send("first", keyed("k", 1)).await.unwrap();
    let other = post.send("second", keyed("k", 2)).await.unwrap_err();
    assert_eq!((other.kind, other.retry_at()), (FaultKind::ConflictOrPrecondition, None));
    assert_eq!(other.field.as_deref(), Some("Idempotency-Key"));
    for bad in [String::new(), "x".repeat(257)] {
        let wish = Wish { key: Some((bad, [0; 32])), ..Wish::default() };
        assert_eq!(post.send("bad", wish).await.unwrap_err().kind, FaultKind::InvalidRequest);
    }
    post.bench.clock.advance(Duration::from_secs(3601));
    assert!(!post.send("second", keyed("k", 2)).await.unwrap().replayed);
    assert_eq!(post.subjects_out(), ["first", "second"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_repeated_and_a_withdrawal_frees_the_key() {
    let post = Post::open().await;
    post.bench.world.fail("send_draft", Fault::invalid("to", "Invalid To header"));
    post.send("refused", keyed("a", 1)).await.unwrap_err();
    let again = post.send("refused", keyed("a", 1)).await.unwrap();
    assert_eq!((again.replayed, again.submission.state), (true, SubmissionState::Failed));
    let until = post.bench.in_seconds(600);
    let throttle = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(until));
    post.bench.world.fail("send_draft", throttle);
    post.send("later", keyed("b", 1)).await.unwrap_err();
    post.settled().await;
    post.bench.clock.advance_to(until);
    let sent = post.send("later", keyed("b", 1)).await.unwrap();
    assert_eq!((sent.replayed, post.went_out("later")), (false, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_under_a_key_is_made_once() {
    let post = Post::open().await;
    let grant = post.bench.grant().await;
    let key = || Some(("k".to_owned(), [7; 32]));
    let make = |n: u32| async move { Ok(json!({ "made": n })) };
    let first = post.engine().keyed(&grant, key(), make(1)).await.unwrap();
    let second = post.engine().keyed(&grant, key(), make(2)).await.unwrap();
    assert_eq!((first.replayed, second.replayed, second.answer), (false, true, json!({ "made": 1 })));
    let failing = async { Err(Fault::invalid("name", "no")) };
    let other = || Some(("other".to_owned(), [7; 32]));
    assert!(post.engine().keyed(&grant, other(), failing).await.is_err());
    assert!(!post.engine().keyed(&grant, other(), make(3)).await.unwrap().replayed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_is_unknown_the_key_is_in_use() {
    let post = Post::open().await;
    post.bench.world.stall("send_draft", Stall::After);
    let first = post.sending("slow", keyed("k", 1)).await;
    post.stalled(1).await;
    post.lose_patience();
    assert_eq!(first.await.unwrap().unwrap_err().verdict, Verdict::LookFirst);
    let again = post.sending("slow", keyed("k", 1)).await.await.unwrap().unwrap_err();
    assert_eq!(again.kind, FaultKind::ConflictOrPrecondition);
    let post = post.crashed().await;
    post.settled().await;
    assert!(post.sending("slow", keyed("k", 1)).await.await.unwrap().unwrap().replayed);
    assert_eq!(post.went_out("slow"), 1);
}

/// Saves a draft under a key.
async fn save(post: &Post, key: &str) -> Result<Keyed> {
    let (grant, key) = (post.bench.grant().await, Some((key.to_owned(), [7; 32])));
    let make =
        async { Ok(json!({ "draft": post.engine().create_draft(&grant, mail("draft")).await?.message.draft_id })) };
    post.engine().keyed(&grant, key, make).await
}

fn drafts(post: &Post) -> usize {
    post.bench.world.state().drafts.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_whose_answer_was_lost_is_not_saved_again_under_its_key() {
    let post = Post::open().await;
    let lost = Fault::new(FaultKind::Network, "the connection broke");
    for (n, fault) in [backend_error(), lost].into_iter().enumerate() {
        let key = format!("k{n}");
        post.bench.world.fail_late("create_draft", fault);
        assert_eq!(save(&post, &key).await.unwrap_err().verdict, Verdict::LookFirst);
        let again = save(&post, &key).await.unwrap_err();
        assert_eq!((again.kind, again.verdict), (FaultKind::ConflictOrPrecondition, Verdict::LookFirst));
        assert_eq!(drafts(&post), n + 1, "a second draft");
    }
    post.bench.clock.advance(Duration::from_secs(3599));
    assert!(save(&post, "k0").await.is_err(), "an hour is not over");
    post.bench.clock.advance(Duration::from_secs(1));
    assert!(!save(&post, "k0").await.unwrap().replayed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_certainly_made_nothing_frees_the_key() {
    let post = Post::open().await;
    let until = post.bench.in_seconds(600);
    let refused = Fault::invalid("to", "Invalid To header");
    let throttled = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(until));
    for (fault, verdict) in [(refused, Verdict::Never), (throttled, Verdict::At(until))] {
        post.bench.world.fail("create_draft", fault);
        assert_eq!(save(&post, "k").await.unwrap_err().verdict, verdict);
    }
    // Held back by our own pacing: nothing went out.
    let asked = post.bench.world.calls("create_draft");
    assert!(save(&post, "k").await.unwrap_err().retry_at() >= Some(until));
    assert_eq!(post.bench.world.calls("create_draft"), asked);
    // The pacer comes back somewhat later than the instant, at random; whoever asks before that waits for a clock that stands.
    post.bench.clock.advance_to(later(until, Duration::from_secs(600)));
    assert!(!save(&post, "k").await.unwrap().replayed);
    assert_eq!(drafts(&post), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_may_have_been_made_is_not_made_again_under_its_key() {
    let post = Post::open().await;
    let grant = post.bench.grant().await;
    let make = || async {
        let edit = FolderEdit { name: Some("Work".into()), ..FolderEdit::default() };
        Ok(json!({ "folder": post.engine().create_folder(&grant, edit).await?.folder.id }))
    };
    let key = |name: &str| Some((name.to_owned(), [7; 32]));
    post.bench.world.fail_late("create_folder", backend_error());
    assert_eq!(post.engine().keyed(&grant, key("a"), make()).await.unwrap_err().verdict, Verdict::LookFirst);
    let again = post.engine().keyed(&grant, key("a"), make()).await.unwrap_err();
    assert_eq!((again.kind, post.bench.world.calls("create_folder")), (FaultKind::ConflictOrPrecondition, 1));
    // Made, and then not to be read back.
    post.bench.world.fail("folders", Fault::new(FaultKind::InsufficientScope, "no"));
    assert_eq!(post.engine().keyed(&grant, key("b"), make()).await.unwrap_err().verdict, Verdict::LookFirst);
    assert!(post.engine().keyed(&grant, key("b"), make()).await.is_err());
    assert_eq!(post.bench.world.calls("create_folder"), 2);
}
