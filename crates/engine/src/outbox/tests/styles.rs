//! Where no draft may be saved: what can be looked up afterwards is, and what cannot is never sent again by itself.

use providers::SendStyle;

use super::*;
use crate::testing::Stall;

const DAYS: Duration = Duration::from_secs(3 * 24 * 3600);

async fn post(style: SendStyle, tells_what_it_sent: bool) -> Post {
    let post = Post::open().await;
    {
        let mut state = post.bench.world.state();
        state.send_style = style;
        state.tells_what_it_sent = tells_what_it_sent;
    }
    post
}

fn asks_operator(all: &[Submission]) -> bool {
    !all.is_empty() && all.iter().all(|one| one.why == Some(Wait::Operator))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_at_once_is_one_call_and_no_draft() {
    for style in [SendStyle::SendThenLook, SendStyle::Blind] {
        let post = post(style, true).await;
        let sent = post.send("at once", Wish::default()).await.unwrap();
        assert_eq!((sent.submission.state, post.went_out("at once")), (SubmissionState::Done, 1));
        assert!(sent.message.is_some(), "the provider said what came of it");
        let calls = |method| post.bench.world.calls(method);
        assert_eq!((calls("send"), calls("create_draft"), calls("send_draft"), calls("find_sent")), (1, 0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_looked_for_among_the_sent() {
    let post = post(SendStyle::SendThenLook, false).await;
    post.bench.world.fail_late("send", unknown_outcome());
    post.bench.world.state().sent_lag = 2;
    let sent = post.send("lost", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("lost")), (SubmissionState::Done, 1));
    assert_eq!((post.bench.world.calls("send"), post.bench.world.calls("find_sent")), (1, 3));
    assert!(sent.message.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_found_is_no_proof_so_only_an_operator_sends_it_again() {
    let post = post(SendStyle::SendThenLook, false).await;
    post.bench.world.fail("send", unknown_outcome());
    let fault = post.send("unknown", Wish::default()).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::LookFirst);
    let all = post.until(asks_operator).await;
    post.bench.clock.advance(DAYS);
    let later = post.until(|all| asks_operator(all) && all[0].looks > 3).await;
    assert_eq!((post.bench.world.calls("send"), later[0].attempts), (1, 1), "days later it was not sent again");
    post.engine().resend_submission(&post.bench.grant().await, all[0].id).await.unwrap();
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!((post.bench.world.calls("send"), post.went_out("unknown")), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_appears_late_ends_it_after_all() {
    let post = post(SendStyle::SendThenLook, false).await;
    post.bench.world.fail_late("send", unknown_outcome());
    post.bench.world.state().sent_lag = 5;
    assert!(post.send("slow", Wish::default()).await.is_err());
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!((post.bench.world.calls("send"), post.went_out("slow")), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_looked_up_the_outcome_stays_unknown_for_the_operator() {
    for late in [false, true] {
        let post = post(SendStyle::Blind, false).await;
        let webhook = post.bench.listen("http://127.0.0.1:9/", |_| {}).await;
        match late {
            true => post.bench.world.fail_late("send", unknown_outcome()),
            false => post.bench.world.fail("send", unknown_outcome()),
        }
        let sending = post.sending("blind", Wish::default()).await;
        post.until(asks_operator).await;
        // The clock stands still by now: nobody waits for what never comes.
        let fault = sending.await.unwrap().unwrap_err();
        assert_eq!(fault.verdict, Verdict::LookFirst, "{}", fault.message);
        assert!(fault.message.contains("owner"), "it says who can look: {}", fault.message);
        let told = post.bench.heard(webhook).await;
        assert!(told.iter().any(|(kind, _)| *kind == model::event::EventType::MessageSendFailed), "{told:?}");
        post.bench.clock.advance(DAYS);
        tokio::task::yield_now().await;
        let all = post.until(asks_operator).await;
        let calls = |method| post.bench.world.calls(method);
        assert_eq!((calls("send"), calls("find_sent"), calls("find_draft")), (1, 0, 0));
        assert_eq!(post.went_out("blind"), usize::from(late));
        post.engine().discard_submission(&post.bench.grant().await, all[0].id).await.unwrap();
        assert_eq!(states(&post.settled().await), [SubmissionState::Discarded]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certain_refusal_ends_it_and_a_throttle_is_waited_out() {
    let post = post(SendStyle::Blind, false).await;
    post.bench.world.fail("send", Fault::new(FaultKind::SenderNotAllowed, "not yours"));
    assert_eq!(post.send("refused", Wish::default()).await.unwrap_err().kind, FaultKind::SenderNotAllowed);
    let until = post.bench.in_seconds(20);
    post.bench.world.fail("send", Fault::new(FaultKind::RateLimitedUser, "").with_verdict(Verdict::At(until)));
    let sent = post.send("patient", Wish::default()).await.unwrap();
    assert_eq!(
        (sent.submission.state, post.went_out("patient"), post.went_out("refused")),
        (SubmissionState::Done, 1, 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_during_the_call_is_looked_up_where_it_can_be() {
    for (style, at) in [
        (SendStyle::SendThenLook, Stall::Before),
        (SendStyle::SendThenLook, Stall::After),
        (SendStyle::Blind, Stall::Before),
        (SendStyle::Blind, Stall::After),
    ] {
        let post = post(style, false).await;
        post.bench.world.stall("send", at);
        let sending = post.sending("crashed", keyed("k", 1)).await;
        post.stalled(1).await;
        sending.abort();
        let _ = sending.await;
        let post = post.crashed().await;
        let found = (style, at) == (SendStyle::SendThenLook, Stall::After);
        match found {
            true => assert_eq!(states(&post.settled().await), [SubmissionState::Done]),
            false => {
                assert_eq!(states(&post.until(asks_operator).await), [SubmissionState::Uncertain], "{style:?} {at:?}")
            }
        }
        assert_eq!(post.went_out("crashed"), usize::from(at == Stall::After), "{style:?} {at:?}");
        // The stalled call counts when it comes through.
        assert!(post.bench.world.calls("send") <= 1, "{style:?} {at:?}: it was not sent again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_does_not_name_is_answered_by_its_message_id_and_brought_by_sync() {
    let post = post(SendStyle::SendThenLook, false).await;
    post.bench.world.state().sent_lag = 1;
    let sent = post.send("nameless", keyed("k", 1)).await.unwrap();
    assert_eq!(
        (sent.submission.state, sent.message.is_none(), sent.submission.message_id),
        (SubmissionState::Done, true, None)
    );
    let raw = post.bench.world.state().sent[0].clone();
    let answer = sent.submission.answer.unwrap();
    assert_eq!(answer["id"].as_str(), mail::parse::parse(&raw).message_id.as_deref());
    assert_eq!(answer["subject"], "nameless");
    let again = post.send("nameless", keyed("k", 1)).await.unwrap();
    assert!(again.replayed && again.submission.answer == Some(answer));
    post.bench.sync().await;
    post.bench.assert_equal().await;
    assert_eq!((post.bench.mirrored().await.len(), post.went_out("nameless")), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_handed_over_is_not_sent_again_once_drafts_may_be_saved() {
    for style in [SendStyle::SendThenLook, SendStyle::Blind] {
        let post = post(style, false).await;
        post.bench.world.stall("send", Stall::After);
        post.bench.world.state().sent_lag = 1_000;
        let sending = post.sending("once", Wish::default()).await;
        post.stalled(1).await;
        sending.abort();
        let _ = sending.await;
        // The person lets more be done before anybody looked.
        post.bench.clock.advance(Duration::from_secs(1));
        post.bench.world.state().send_style = SendStyle::DraftThenSend;
        post.bench.regrant().await;
        let post = post.crashed().await;
        let all = post.until(|all| asks_operator(all) || states(all) == [SubmissionState::Done]).await;
        assert_eq!((states(&all), post.went_out("once")), (vec![SubmissionState::Uncertain], 1), "{style:?}");
        // What is listed in the end settles it.
        post.bench.world.state().sent_lag = 0;
        assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
        assert_eq!(post.went_out("once"), 1, "{style:?}");
    }
}
