//! Every crash point: the process dies between any two steps, and what was accepted goes out exactly once.

use super::*;
use crate::testing::Stall;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_dies_the_mail_goes_out_once() {
    let points = [
        ("create_draft", Stall::Before),
        ("create_draft", Stall::After),
        ("send_draft", Stall::Before),
        ("send_draft", Stall::After),
    ];
    for (method, at) in points {
        let post = Post::open().await;
        post.bench.world.stall(method, at);
        let sending = post.sending("survivor", keyed("k", 1)).await;
        post.stalled(1).await;
        sending.abort();
        let _ = sending.await;
        let post = post.crashed().await;
        let all = post.settled().await;
        assert_eq!(states(&all), [SubmissionState::Done], "{method} {at:?}");
        assert_eq!(post.went_out("survivor"), 1, "{method} {at:?}");
        assert!(post.bench.world.state().drafts.is_empty(), "{method} {at:?}");
        // Whoever asks again with the same key hears of it, and nothing is sent.
        let again = post.send("survivor", keyed("k", 1)).await.unwrap();
        assert!(again.replayed && again.submission.answer.is_some());
        assert_eq!(post.went_out("survivor"), 1);
        post.bench.sync().await;
        post.bench.assert_equal().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_while_looking_is_looked_up_again() {
    let post = Post::open().await;
    post.bench.world.fail_late("send_draft", unknown_outcome());
    post.bench.world.state().sent_lag = 1;
    let sending = post.sending("twice", Wish::default()).await;
    post.until(|all| all.iter().any(|one| one.state == SubmissionState::Uncertain)).await;
    sending.abort();
    let _ = sending.await;
    let post = post.crashed().await;
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("twice"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_hangs_up_changes_nothing() {
    let post = Post::open().await;
    post.bench.world.stall("create_draft", Stall::Before);
    let sending = post.sending("gone", Wish::default()).await;
    post.stalled(1).await;
    sending.abort();
    let _ = sending.await;
    let post = post.crashed().await;
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("gone"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_crashes_in_a_row_lose_and_double_nothing() {
    let mut post = Post::open().await;
    let methods = ["create_draft", "send_draft"];
    for round in 0..12 {
        let at = if round % 4 < 2 { Stall::Before } else { Stall::After };
        post.bench.world.stall(methods[round % 2], at);
        let before = post.bench.world.calls("stalled");
        let sending = post.sending(&format!("mail-{round}"), Wish::default()).await;
        // Earlier ones stall as well.
        while post.all().await.len() <= round {
            tokio::task::yield_now().await;
        }
        post.stalled(before + 1).await;
        sending.abort();
        let _ = sending.await;
        post = post.crashed().await;
    }
    let all = post.settled().await;
    assert_eq!(all.len(), 12);
    assert!(all.iter().all(|one| one.state == SubmissionState::Done));
    for round in 0..12 {
        assert_eq!(post.went_out(&format!("mail-{round}")), 1, "{round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_for_a_saved_draft_do_not_shorten_those_for_the_sent_mail() {
    let post = Post::open().await;
    post.bench.world.fail_late("create_draft", unknown_outcome());
    post.bench.world.fail_late("send_draft", unknown_outcome());
    post.bench.world.state().sent_lag = 2;
    let sending = post.sending("late", Wish::default()).await;
    let rests = |one: &Submission| !one.state.is_open() || one.why == Some(Wait::Operator);
    let all = post.until(|all| !all.is_empty() && all.iter().all(rests)).await;
    assert_eq!(states(&all), [SubmissionState::Done], "an operator is asked too early");
    assert_eq!(post.went_out("late"), 1);
    sending.abort();
}
