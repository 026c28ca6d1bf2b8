//! Order, caps, and who waits behind whom.

use model::Provider;
use model::outbox::SendCaps;

use super::*;
use crate::testing::Stall;

fn capped(caps: SendCaps) -> impl FnOnce(&mut crate::Settings) {
    move |settings| {
        settings.send_caps.insert(Provider::Google, caps);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_thread_leaves_in_the_order_accepted() {
    let post = Post::open().await;
    let parent = "From: a@example.com\r\nTo: me@example.com\r\nSubject: Plan\r\nMessage-ID: <c@x>\r\n\r\nWell?\r\n";
    let id = post.bench.world.state().put(parent.into(), Default::default(), None);
    post.bench.sync().await;
    post.bench.world.fail("create_draft", crate::testing::backend_error());
    let mut sends = Vec::new();
    for n in 0..6 {
        let (engine, grant) = (post.engine().clone(), post.bench.grant().await);
        let composition = Composition { reply_to_message_id: Some(id.clone()), ..mail(&format!("answer {n}")) };
        sends.push(tokio::spawn(async move { engine.send_message(&grant, composition, Wish::default()).await }));
        // Accepted before the next one is.
        while post.all().await.len() <= n {
            tokio::task::yield_now().await;
        }
    }
    post.until(|all| all.len() == 6 && all.iter().all(|one| one.state == SubmissionState::Done)).await;
    assert_eq!(post.subjects_out(), (0..6).map(|n| format!("answer {n}")).collect::<Vec<_>>());
    for send in sends {
        assert_eq!(send.await.unwrap().unwrap().submission.state, SubmissionState::Done);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_so_many_of_a_mailbox_are_under_way() {
    let post = Post::set(|settings| settings.send_lanes = 2).await;
    post.bench.world.stall("create_draft", Stall::Before);
    let mut sends = Vec::new();
    for n in 0..5 {
        sends.push(post.sending(&format!("n{n}"), Wish::default()).await);
    }
    while post.all().await.len() < 5 {
        tokio::task::yield_now().await;
    }
    post.stalled(2).await;
    let sending = post.all().await.iter().filter(|one| one.state == SubmissionState::Sending).count();
    assert_eq!(sending, 2);
    for send in sends {
        send.abort();
    }
    let post = post.crashed().await;
    assert!(post.settled().await.iter().all(|one| one.state == SubmissionState::Done));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_minute_is_waited_out_and_a_full_day_is_answered_as_scheduled() {
    let caps = SendCaps { messages_per_minute: Some(1), messages_per_day: Some(2), recipients_per_day: None };
    let post = Post::set(capped(caps)).await;
    let begun = post.bench.clock_now();
    assert_eq!(post.send("one", Wish::default()).await.unwrap().submission.state, SubmissionState::Done);
    assert_eq!(post.send("two", Wish::default()).await.unwrap().submission.state, SubmissionState::Done);
    assert!(post.bench.clock_now() >= later(begun, Duration::from_secs(60)));
    let held = post.sending("three", Wish::default()).await.await.unwrap().unwrap().submission;
    assert_eq!((held.state, held.why), (SubmissionState::Held, Some(Wait::Cap)));
    assert_eq!(held.next_at, Some(later(begun, Duration::from_secs(24 * 3600))));
    // Who comes behind it is told the same, and does not overtake.
    let behind = post.sending("four", Wish::default()).await.await.unwrap().unwrap().submission;
    assert_eq!((behind.state, behind.why), (SubmissionState::Held, Some(Wait::Turn)));
    assert_eq!(post.engine().schedules(&post.bench.grant().await).await.unwrap().len(), 2);
    let webhook = post.bench.listen("http://127.0.0.1:9/", |_| {}).await;
    assert!(post.settled().await.iter().all(|one| one.state == SubmissionState::Done));
    assert_eq!(post.subjects_out(), ["one", "two", "three", "four"]);
    let told = post.bench.heard(webhook).await;
    let successes = told.iter().filter(|(kind, _)| *kind == model::event::EventType::MessageSendSuccess).count();
    assert_eq!(successes, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_not_to_wait_is_refused_with_the_instant() {
    let caps = SendCaps { recipients_per_day: Some(1), ..SendCaps::default() };
    let post = Post::set(capped(caps)).await;
    let begun = post.bench.clock_now();
    post.send("one", Wish::default()).await.unwrap();
    let wish = Wish { patience: Some(Duration::ZERO), ..keyed("k", 1) };
    let fault = post.sending("two", wish.clone()).await.await.unwrap().unwrap_err();
    assert_eq!(fault.kind, FaultKind::SendingQuotaExceeded);
    assert_eq!(fault.retry_at(), Some(later(begun, Duration::from_secs(24 * 3600))));
    // It will not be sent, and its key is free.
    post.settled().await;
    let again = post.sending("two", wish).await.await.unwrap().unwrap_err();
    assert_eq!(again.kind, FaultKind::SendingQuotaExceeded);
    assert_eq!(post.subjects_out(), ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_outcome_blocks_its_own_lane_only() {
    let post = Post::open().await;
    post.bench.world.fail_late("send_draft", unknown_outcome());
    post.bench.world.state().sent_lag = usize::MAX;
    let first = post.sending("first", Wish::default()).await;
    post.until(|all| all.iter().any(|one| one.why == Some(Wait::Operator))).await;
    let second = post.sending("second", Wish::default()).await.await.unwrap().unwrap();
    assert_eq!(second.submission.state, SubmissionState::Done);
    first.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_turn_comes_when_the_day_is_full_is_told_at_once() {
    let caps = SendCaps { messages_per_day: Some(1), ..SendCaps::default() };
    let post = Post::set(|settings| {
        capped(caps)(settings);
        settings.send_lanes = 1;
    })
    .await;
    // The first one stands still before anything goes out; the second and the third wait for their turns.
    post.bench.world.state().live_tokens.clear();
    post.engine().inner.gate.forget(post.bench.grant).await;
    post.bench.world.refresh_gate.forget_permits(usize::MAX >> 3);
    let mut sends = Vec::new();
    for (n, subject) in ["one", "two", "three"].into_iter().enumerate() {
        sends.push(post.sending(subject, Wish::default()).await);
        while post.all().await.len() <= n {
            tokio::task::yield_now().await;
        }
    }
    assert!(post.all().await[1..].iter().all(|one| one.why == Some(Wait::Turn)));
    post.bench.world.refresh_gate.add_permits(1);
    // The clock stands still: nobody's patience ends.
    let mut told = Vec::new();
    for send in sends {
        let sent = send.await.unwrap().unwrap().submission;
        told.push((sent.state, sent.why));
    }
    use SubmissionState::{Done, Held};
    assert_eq!(told, [(Done, None), (Held, Some(Wait::Cap)), (Held, Some(Wait::Turn))]);
}
