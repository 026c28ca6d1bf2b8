//! Lost answers, failures that pass, throttles: what the caller hears, and how often the mail goes out.

use providers::{DraftState, Receipt};

use super::*;
use crate::gate::{Class, Mailbox};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_is_a_draft_and_then_gone() {
    let post = Post::open().await;
    let sent = post.send("plain", Wish::default()).await.unwrap();
    assert_eq!(sent.submission.state, SubmissionState::Done);
    assert!(sent.message.is_some());
    assert_eq!((post.bench.world.calls("create_draft"), post.bench.world.calls("send_draft")), (1, 1));
    assert_eq!(post.went_out("plain"), 1);
    assert!(post.bench.world.state().drafts.is_empty());
    assert_eq!(post.engine().reads().submission_raw(sent.submission.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_looked_up_and_never_sent_twice() {
    for (late, method) in [(false, "create_draft"), (true, "create_draft"), (false, "send_draft"), (true, "send_draft")]
    {
        let post = Post::open().await;
        let fault = if method == "send_draft" { unknown_outcome() } else { crate::testing::backend_error() };
        match late {
            true => post.bench.world.fail_late(method, fault),
            false => post.bench.world.fail(method, fault),
        }
        let sent = post.send("lost", Wish::default()).await.unwrap();
        assert_eq!(sent.submission.state, SubmissionState::Done, "{method} {late}");
        assert_eq!(post.went_out("lost"), 1, "{method} {late}");
        post.settled().await;
        assert!(post.bench.world.state().drafts.is_empty(), "{method} {late}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sent_message_listed_late_is_waited_for() {
    let post = Post::open().await;
    post.bench.world.fail_late("send_draft", unknown_outcome());
    post.bench.world.state().sent_lag = 2;
    let sent = post.send("late", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("late")), (SubmissionState::Done, 1));
    assert_eq!(post.bench.world.calls("find_sent"), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_that_gets_through_late_is_found_when_the_draft_is_used_up() {
    let post = Post::open().await;
    // The first answer is lost while the provider is still at it; the second finds the draft gone.
    let mut sends = 0;
    post.bench.world.hook(move |state, method| {
        if method != "send_draft" {
            return;
        }
        sends += 1;
        match sends {
            1 => state.fail("send_draft", unknown_outcome()),
            _ => {
                let draft = state.drafts[0].0.clone();
                state.send_draft(&draft);
            }
        }
    });
    let sent = post.send("overtaken", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("overtaken")), (SubmissionState::Done, 1));
    assert_eq!(post.bench.world.calls("send_draft"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_lost_answer_nobody_is_told_that_nothing_was_sent() {
    let post = Post::open().await;
    // The second attempt sends nothing for certain; what became of the first, nobody knows.
    let faults = [unknown_outcome(), crate::testing::backend_error()];
    for fault in faults {
        post.bench.world.fail("send_draft", fault);
    }
    let sending = post.sending("doubtful", Wish::default()).await;
    post.until(|all| all.iter().any(|one| one.attempts == 2 && one.state == SubmissionState::Uncertain)).await;
    post.lose_patience();
    assert_eq!(sending.await.unwrap().unwrap_err().verdict, Verdict::LookFirst);
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("doubtful"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_at_the_gate_can_still_be_called_off() {
    let post = Post::set(|settings| settings.quota.concurrency = Some(1)).await;
    let grant = post.bench.grant().await;
    let draft = post.engine().create_draft(&grant, mail("own")).await.unwrap().message.draft_id.unwrap();
    post.bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    let (engine, owner) = (post.engine().clone(), grant.clone());
    let occupied = tokio::spawn(async move {
        let fetch = |mailbox: Mailbox| async move { mailbox.fetch(&[]).await };
        engine.inner.gate.call(&owner, Class::Interactive, fetch).await
    });
    while post.bench.world.state().under_way == 0 {
        tokio::task::yield_now().await;
    }
    let (engine, owner) = (post.engine().clone(), grant.clone());
    let sending = tokio::spawn(async move { engine.send_draft(&owner, &draft, Wish::default()).await });
    let key = crate::gate::Key::mailbox(&grant);
    let in_line = || post.engine().inner.gate.pace().view(&key).is_some_and(|view| view.waiting[1] == 1);
    while !in_line() {
        tokio::task::yield_now().await;
    }
    post.lose_patience();
    assert_ne!(sending.await.unwrap().unwrap_err().verdict, Verdict::LookFirst);
    assert_eq!(states(&post.all().await), [SubmissionState::Cancelled]);
    post.bench.world.fetch_gate.add_permits(8);
    occupied.await.unwrap().unwrap();
    post.settled().await;
    assert_eq!((post.went_out("own"), post.bench.world.state().drafts.len()), (0, 1), "the person keeps the draft");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_looking_does_not_settle_is_told_and_left_to_an_operator() {
    let post = Post::open().await;
    let webhook = post.bench.listen("http://127.0.0.1:9/", |_| {}).await;
    post.bench.world.fail_late("send_draft", unknown_outcome());
    post.bench.world.state().sent_lag = usize::MAX;
    let sending = post.sending("unknown", Wish::default()).await;
    let stuck = |all: &[Submission]| !all.is_empty() && all.iter().all(|one| one.why == Some(Wait::Operator));
    post.until(stuck).await;
    post.lose_patience();
    let fault = sending.await.unwrap().unwrap_err();
    assert_eq!(fault.verdict, Verdict::LookFirst);
    let all = post.all().await;
    assert!(fault.message.contains(&all[0].id.to_string()), "{}", fault.message);
    assert_eq!(states(&all), [SubmissionState::Uncertain]);
    let told = post.bench.heard(webhook).await;
    assert!(told.iter().any(|(kind, _)| *kind == model::event::EventType::MessageSendFailed), "{told:?}");
    let grant = post.bench.grant().await;
    post.engine().discard_submission(&grant, all[0].id).await.unwrap();
    assert_eq!(states(&post.all().await), [SubmissionState::Discarded]);
    assert!(post.engine().resend_submission(&grant, all[0].id).await.is_err());
    assert_eq!(post.went_out("unknown"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_may_send_an_unknown_one_again() {
    let post = Post::open().await;
    // The person removes the draft at the very moment its answer is lost.
    let mut removed = false;
    post.bench.world.hook(move |state, method| {
        if method == "send_draft" && !std::mem::replace(&mut removed, true) {
            state.drafts.clear();
            state.fail("send_draft", unknown_outcome());
        }
    });
    let sending = post.sending("again", Wish::default()).await;
    let all = post.until(|all| all.iter().any(|one| one.why == Some(Wait::Operator))).await;
    post.lose_patience();
    assert_eq!(sending.await.unwrap().unwrap_err().verdict, Verdict::LookFirst);
    assert_eq!(post.went_out("again"), 0);
    post.engine().resend_submission(&post.bench.grant().await, all[0].id).await.unwrap();
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("again"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_the_answer_and_leaves_no_draft() {
    let post = Post::open().await;
    post.bench.world.fail("send_draft", Fault::invalid("to", "Invalid To header"));
    let fault = post.send("refused", Wish::default()).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("to")));
    assert_eq!(states(&post.settled().await), [SubmissionState::Failed]);
    assert!(post.bench.world.state().drafts.is_empty());
    assert_eq!(post.went_out("refused"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_throttle_is_answered_and_the_message_withdrawn() {
    let post = Post::open().await;
    let until = post.bench.in_seconds(3600);
    let throttle = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(until));
    post.bench.world.fail("send_draft", throttle);
    let fault = post.send("throttled", Wish::default()).await.unwrap_err();
    assert_eq!((fault.kind, fault.retry_at()), (FaultKind::RateLimitedUser, Some(until)));
    let all = post.settled().await;
    assert_eq!(states(&all), [SubmissionState::Cancelled]);
    assert_eq!(post.went_out("throttled"), 0);
    assert!(post.bench.world.state().drafts.is_empty(), "its draft is removed once the mailbox may be asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_throttle_is_waited_out() {
    let post = Post::open().await;
    let until = post.bench.in_seconds(20);
    let throttle = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(until));
    post.bench.world.fail("send_draft", throttle);
    let sent = post.send("patient", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("patient")), (SubmissionState::Done, 1));
    assert!(post.bench.clock_now() >= until);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_is_renewed_on_the_way() {
    let post = Post::open().await;
    post.bench.world.state().live_tokens.clear();
    let sent = post.send("token", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("token")), (SubmissionState::Done, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_never_answers_is_given_up_on_while_the_outbox_goes_on() {
    let post = Post::open().await;
    post.bench.world.stall("send_draft", crate::testing::Stall::After);
    let sending = post.sending("slow", Wish::default()).await;
    post.stalled(1).await;
    post.lose_patience();
    let fault = sending.await.unwrap().unwrap_err();
    assert_eq!(fault.verdict, Verdict::LookFirst);
    let post = post.crashed().await;
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("slow"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_not_begun_when_the_callers_time_is_over_is_not_sent_later() {
    let post = Post::open().await;
    post.bench.world.stall("create_draft", crate::testing::Stall::Before);
    let sending = post.sending("never", Wish::default()).await;
    post.stalled(1).await;
    post.lose_patience();
    let fault = sending.await.unwrap().unwrap_err();
    assert_ne!(fault.verdict, Verdict::LookFirst);
    assert_eq!(states(&post.all().await), [SubmissionState::Cancelled]);
    post.bench.world.go_on();
    post.settled().await;
    assert_eq!(post.went_out("never"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_draft_itself_tells_is_believed_before_anything_is_listed() {
    let post = Post::open().await;
    post.bench.world.fail_late("send_draft", unknown_outcome());
    // Listings never show it; the draft, which is the message, does.
    post.bench.world.state().sent_lag = usize::MAX;
    post.bench.world.hook(|state, method| {
        if method == "draft_state" {
            let (id, message) =
                state.messages.iter().next_back().map(|(_, one)| (one.id.clone(), one.clone())).unwrap();
            let receipt = Receipt { message_id: id, thread_id: message.thread_id, draft_id: None };
            state.draft_state = Some(DraftState::Sent(receipt));
        }
    });
    let sent = post.send("told", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("told")), (SubmissionState::Done, 1));
    assert_eq!((post.bench.world.calls("find_sent"), post.bench.world.calls("send_draft")), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_deleted_after_a_lost_answer_is_not_sent_again() {
    let post = Post::open().await;
    post.bench.world.fail("send_draft", unknown_outcome());
    post.bench.world.state().draft_state = Some(DraftState::Removed);
    let fault = post.send("deleted", Wish::default()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert!(fault.message.contains("nothing was sent"), "{}", fault.message);
    assert_eq!(states(&post.settled().await), [SubmissionState::Failed]);
    assert_eq!((post.went_out("deleted"), post.bench.world.calls("send_draft")), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_throttle_left_half_saved_does_not_stay_among_the_drafts() {
    let post = Post::open().await;
    let throttled = Fault::new(FaultKind::RateLimitedUser, "no more files now").with_verdict(Verdict::LookFirst);
    post.bench.world.fail_late("create_draft", throttled);
    let sent = post.send("large", Wish::default()).await.unwrap();
    assert_eq!((sent.submission.state, post.went_out("large")), (SubmissionState::Done, 1));
    post.settled().await;
    assert!(post.bench.world.state().drafts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_nowhere_on_its_way_is_not_told_to_be_deleted() {
    for arrives in [true, false] {
        let post = Post::open().await;
        let bench = &post.bench;
        while bench.sync().await.phase != model::sync::SyncPhase::Live {}
        bench.world.state().drafts_stay = true;
        let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
        let id = post.send("under way", Wish::default()).await.unwrap().submission.message_id.unwrap();
        let mail = {
            let mut state = bench.world.state();
            let mail = state.find(&id).cloned().unwrap();
            state.remove(&id);
            mail
        };
        let deletions = async || {
            let heard = bench.heard(webhook).await;
            heard.iter().filter(|(kind, _)| *kind == model::event::EventType::MessageDeleted).count()
        };
        bench.sync().await;
        assert_eq!((bench.mirrored().await, deletions().await), (vec![id.clone()], 0));
        if arrives {
            let mut state = bench.world.state();
            state.messages.insert(u64::MAX, mail);
            state.log.push(id.clone());
        }
        bench.sync().await;
        assert_eq!(deletions().await, 0);
        bench.clock.advance(Duration::from_secs(300));
        bench.sync().await;
        bench.assert_equal().await;
        assert_eq!(deletions().await, usize::from(!arrives), "what never arrives was deleted");
    }
}
