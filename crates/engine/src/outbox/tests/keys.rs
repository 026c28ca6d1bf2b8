//! Idempotency keys: races, replays, refusals.

use serde_json::json;

use super::*;
use crate::testing::Stall;

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
