//! Scheduled sends: over restarts and changes of the clock, seen as drafts, taken back.

use model::event::EventType;

use super::*;

fn at(post: &Post, seconds: u64) -> Wish {
    Wish { send_at: Some(post.bench.in_seconds(seconds)), ..Wish::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_out_at_its_time_even_after_a_restart() {
    let post = Post::open().await;
    let webhook = post.bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let due = post.bench.in_seconds(3600);
    let sent = post.sending("later", at(&post, 3600)).await.await.unwrap().unwrap();
    assert_eq!(sent.submission.state, SubmissionState::Scheduled);
    let post = post.crashed().await;
    assert_eq!(post.subjects_out().len(), 0);
    let all = post.settled().await;
    assert_eq!((states(&all), post.went_out("later")), (vec![SubmissionState::Done], 1));
    assert!(all[0].attempted_at.unwrap() >= due);
    let told = post.bench.heard(webhook).await;
    assert!(told.iter().any(|(kind, _)| *kind == EventType::MessageSendSuccess), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_far_forward_sends_what_is_overdue_in_order() {
    let post = Post::open().await;
    for (n, seconds) in [(1, 300), (0, 200), (2, 400)] {
        post.sending(&format!("n{n}"), at(&post, seconds)).await.await.unwrap().unwrap();
    }
    post.bench.clock.advance(Duration::from_secs(7 * 24 * 3600));
    assert!(post.settled().await.iter().all(|one| one.state == SubmissionState::Done));
    let mut out = post.subjects_out();
    out.sort();
    assert_eq!(out, ["n0", "n1", "n2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_taken_back_until_it_is_sent() {
    let post = Post::open().await;
    let grant = post.bench.grant().await;
    let sent = post.sending("undone", at(&post, 60)).await.await.unwrap().unwrap();
    let id = sent.submission.id;
    assert_eq!(post.engine().schedule(&grant, id).await.unwrap().state, SubmissionState::Scheduled);
    post.engine().cancel_schedule(&grant, id).await.unwrap();
    assert!(post.engine().cancel_schedule(&grant, id).await.is_err());
    post.bench.clock.advance(Duration::from_secs(3600));
    post.settled().await;
    assert_eq!(post.went_out("undone"), 0);
    assert!(post.engine().schedule(&grant, model::SubmissionId(uuid::Uuid::nil())).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_use_draft_the_person_sees_it_until_it_is_sent() {
    let post = Post::open().await;
    let wish = Wish { use_draft: true, ..at(&post, 600) };
    let sent = post.sending("seen", wish).await.await.unwrap().unwrap();
    let draft = sent.submission.draft_id.expect("a draft");
    post.bench.sync().await;
    assert!(post.engine().reads().draft(post.bench.grant, &draft).await.unwrap().is_some());
    assert!(post.settled().await.iter().all(|one| one.state == SubmissionState::Done));
    assert_eq!((post.went_out("seen"), post.bench.world.calls("create_draft")), (1, 1));
    post.bench.sync().await;
    post.bench.assert_equal().await;
    assert!(post.engine().reads().draft(post.bench.grant, &draft).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_on_its_way_is_not_shown_as_a_draft_and_strays_are_removed() {
    let post = Post::open().await;
    post.bench.world.stall("send_draft", crate::testing::Stall::Before);
    let sending = post.sending("hidden", Wish::default()).await;
    post.stalled(1).await;
    post.bench.sync().await;
    assert!(post.bench.mirrored().await.is_empty());
    sending.abort();
    let post = post.crashed().await;
    let all = post.settled().await;
    // A draft of an ended submission appears late.
    let raw = format!("X-Postroad-Submission: {}\r\nSubject: stray\r\n\r\nx\r\n", all[0].id);
    {
        let mut state = post.bench.world.state();
        let placement = model::message::Placement { folders: vec!["DRAFT".into()], draft: true, ..Default::default() };
        let message = state.put(raw.into(), placement, None);
        state.drafts.push(("r-stray".into(), message));
    }
    post.bench.sync().await;
    assert!(post.bench.world.state().drafts.is_empty());
    post.bench.sync().await;
    post.bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_are_checked() {
    let post = Post::open().await;
    let past = Wish { send_at: Some(post.bench.clock_now()), ..Wish::default() };
    let far = at(&post, 31 * 24 * 3600);
    let timeless = Wish { use_draft: true, ..Wish::default() };
    for (wish, field) in [(past, "send_at"), (far.clone(), "send_at"), (timeless, "use_draft")] {
        let fault = post.sending("x", wish).await.await.unwrap().unwrap_err();
        assert_eq!(fault.field.as_deref(), Some(field));
    }
    let far = Wish { use_draft: true, ..far };
    assert!(post.sending("x", far).await.await.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_of_the_persons_own_is_sent_at_its_time() {
    let post = Post::open().await;
    let grant = post.bench.grant().await;
    let draft = post.engine().create_draft(&grant, mail("own")).await.unwrap().message.draft_id.unwrap();
    let wish = at(&post, 600);
    post.engine().send_draft(&grant, &draft, wish).await.unwrap();
    post.bench.world.fail_late("send_draft", unknown_outcome());
    assert!(post.settled().await.iter().all(|one| one.state == SubmissionState::Done));
    assert_eq!(post.went_out("own"), 1);
    post.bench.sync().await;
    post.bench.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_grant_holds_what_is_scheduled_until_the_person_returns() {
    let post = Post::open().await;
    post.sending("patient", at(&post, 60)).await.await.unwrap().unwrap();
    let store = post.engine().inner.store();
    let now = post.bench.clock_now();
    store.set_grant_status(post.bench.grant, model::grant::GrantStatus::Invalid, now).await.unwrap();
    let all = post.until(|all| all.iter().any(|one| one.why == Some(Wait::Reauth))).await;
    assert_eq!(states(&all), [SubmissionState::Held]);
    post.bench.regrant().await;
    assert_eq!(states(&post.settled().await), [SubmissionState::Done]);
    assert_eq!(post.went_out("patient"), 1);
}
