//! The gate against a scripted provider.

use std::time::Duration;

use model::event::EventType;
use model::grant::GrantStatus;
use model::{Fault, FaultKind, Verdict};

use super::*;
use crate::testing::{Bench, backend_error};
use crate::timer::later;

async fn read(bench: &Bench, class: Class) -> Result<usize> {
    let grant = bench.grant().await;
    bench.engine.inner.gate.call(&grant, class, |mailbox| async move { Ok(mailbox.folders().await?.len()) }).await
}

/// The stored and the remembered access token are no longer taken.
fn kill_tokens(bench: &Bench) {
    bench.world.state().live_tokens.clear();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_callers_refresh_once() {
    let bench = Bench::with(0).await;
    kill_tokens(&bench);
    let before = bench.world.state().refreshes;
    let callers = (0..100).map(|_| read(&bench, Class::Live));
    for answer in futures_util::future::join_all(callers).await {
        assert_eq!(answer.unwrap(), 2);
    }
    assert_eq!(bench.world.state().refreshes - before, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_about_to_die_is_refreshed_first() {
    let bench = Bench::with(0).await;
    read(&bench, Class::Live).await.unwrap();
    let before = bench.world.state().refreshes;
    bench.clock.advance(Duration::from_secs(3500));
    read(&bench, Class::Live).await.unwrap();
    assert_eq!(bench.world.state().refreshes - before, 0, "still good for more than a minute");
    bench.clock.advance(Duration::from_secs(60));
    read(&bench, Class::Live).await.unwrap();
    assert_eq!(bench.world.state().refreshes - before, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refreshed_token_that_is_refused_again_is_not_refreshed_for_ever() {
    let bench = Bench::with(0).await;
    for _ in 0..2 {
        bench.world.fail("folders", Fault::new(FaultKind::Unauthenticated, "Invalid Credentials"));
    }
    let before = bench.world.state().refreshes;
    assert_eq!(read(&bench, Class::Interactive).await.unwrap_err().kind, FaultKind::Unauthenticated);
    assert_eq!(bench.world.state().refreshes - before, 1);
    assert_eq!(bench.grant().await.status, GrantStatus::Valid, "a refused access token ends no grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_refresh_token_expires_the_grant_until_it_is_authenticated_again() {
    let bench = Bench::with(0).await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    kill_tokens(&bench);
    bench.world.state().refresh_fault =
        Some(Fault::new(FaultKind::ReauthRequired, "Token has been expired or revoked."));
    assert_eq!(read(&bench, Class::Interactive).await.unwrap_err().kind, FaultKind::ReauthRequired);
    assert_eq!(bench.grant().await.status, GrantStatus::Invalid);
    assert_eq!(bench.heard(webhook).await, [(EventType::GrantExpired, bench.grant.to_string())]);
    let calls = bench.world.state().calls.len();
    assert_eq!(read(&bench, Class::Live).await.unwrap_err().kind, FaultKind::ReauthRequired);
    assert_eq!(bench.world.state().calls.len(), calls, "an expired grant is not asked for");
    bench.world.state().refresh_fault = None;
    assert_eq!(bench.regrant().await.id, bench.grant);
    assert_eq!(read(&bench, Class::Live).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_mailbox_wants_of_the_next_token_is_asked_for() {
    let bench = Bench::with(0).await;
    let claims = r#"{"access_token":{"nbf":{"essential":true}}}"#;
    let challenge = Some(claims.into());
    let refused = Fault { challenge, ..Fault::new(FaultKind::Unauthenticated, "Continuous access evaluation.") };
    bench.world.fail("folders", refused);
    read(&bench, Class::Interactive).await.unwrap();
    assert_eq!(bench.world.state().challenges, [claims]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_in_vain_is_asked_for_at_the_next_sign_in() {
    let bench = Bench::with(0).await;
    let claims = r#"{"access_token":{"nbf":{"essential":true}}}"#;
    let challenge = Some(claims.into());
    let refused = Fault { challenge, ..Fault::new(FaultKind::Unauthenticated, "Continuous access evaluation.") };
    bench.world.fail("folders", refused);
    // The platform says that the session is over, and nothing of the claims.
    bench.world.state().refresh_fault = Some(Fault::new(FaultKind::ReauthRequired, "The grant was revoked."));
    assert_eq!(read(&bench, Class::Interactive).await.unwrap_err().kind, FaultKind::ReauthRequired);
    let held = bench.engine.inner.store().credential(bench.grant).await.unwrap().unwrap();
    let held = crate::gate::Refreshable::open(&bench.engine.inner.parts.sealer, bench.grant, &held).unwrap();
    assert_eq!(held.challenge.as_deref(), Some(claims));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_refresh_token_is_stored_and_is_the_next_one_used() {
    let bench = Bench::with(0).await;
    bench.world.state().latest = Some(String::new());
    for _ in 0..3 {
        kill_tokens(&bench);
        read(&bench, Class::Live).await.unwrap();
        bench.engine.inner.gate.forget(bench.grant).await;
    }
    let latest = bench.world.state().latest.clone().unwrap();
    assert!(latest.ends_with("+++"), "{latest}");
    assert_eq!(bench.grant().await.status, GrantStatus::Valid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_renewed_meanwhile_is_not_expired_by_its_old_credential() {
    let bench = Bench::with(0).await;
    let before = bench.grant().await;
    bench.clock.advance(Duration::from_secs(1));
    bench.regrant().await;
    let dead = Fault::new(FaultKind::ReauthRequired, "Token has been expired or revoked.");
    bench.engine.inner.gate.heed(&before, &dead).await;
    assert_eq!(bench.grant().await.status, GrantStatus::Valid);
    bench.engine.inner.gate.heed(&bench.grant().await, &dead).await;
    assert_eq!(bench.grant().await.status, GrantStatus::Invalid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_mistakes_and_outages_end_no_grant() {
    use FaultKind::*;
    // A permission that an administrator has to give is none of the person's.
    let permission = Fault::new(InsufficientScope, "no").with_verdict(Verdict::Never);
    let mistakes = [OauthClientMisconfigured, DomainPolicy, ApiDisabled].map(|kind| Fault::new(kind, "no"));
    for fault in mistakes.into_iter().chain([permission]) {
        let (bench, kind) = (Bench::with(0).await, fault.kind);
        kill_tokens(&bench);
        bench.world.state().refresh_fault = Some(fault);
        assert_eq!(read(&bench, Class::Interactive).await.unwrap_err().kind, kind);
        assert_eq!(bench.grant().await.status, GrantStatus::Valid, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consent_that_the_person_took_back_ends_the_grant() {
    let bench = Bench::with(0).await;
    kill_tokens(&bench);
    let fault = Fault::new(FaultKind::InsufficientScope, "no").with_verdict(Verdict::AfterReauth);
    bench.world.state().refresh_fault = Some(fault);
    assert_eq!(read(&bench, Class::Interactive).await.unwrap_err().kind, FaultKind::InsufficientScope);
    assert_eq!(bench.grant().await.status, GrantStatus::Invalid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_connector_is_the_operators_matter() {
    let bench = Bench::with(0).await;
    kill_tokens(&bench);
    bench.engine.remove_connector(bench.application, model::Provider::Google).await.unwrap();
    let fault = read(&bench, Class::Interactive).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::OauthClientMisconfigured);
    assert_eq!(bench.grant().await.status, GrantStatus::Valid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttle_answers_people_at_once_and_sends_nothing_out() {
    let bench = Bench::with(0).await;
    let at = bench.in_seconds(300);
    bench.world.fail("folders", Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(at)));
    for class in [Class::Interactive, Class::Live, Class::Backfill, Class::Send] {
        let told = read(&bench, class).await.unwrap_err().retry_at();
        assert!(told.is_some_and(|told| is_soon_after(told, at)), "{class:?}: {told:?}");
    }
    assert_eq!(bench.world.calls("folders"), 1);
    bench.clock.advance_to(later(at, Duration::from_secs(5)));
    assert_eq!(read(&bench, Class::Live).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn background_work_waits_out_a_short_throttle() {
    let bench = Bench::with(0).await;
    let at = bench.in_seconds(5);
    bench.world.fail("folders", Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(at)));
    let waiting = read(&bench, Class::Live);
    let moving = async {
        let until = bench.clock.asleep(1).await;
        assert!(is_soon_after(until, at), "{until}");
        assert_eq!(bench.world.calls("folders"), 1);
        bench.clock.advance_to(until);
    };
    let (answer, ()) = tokio::join!(waiting, moving);
    assert_eq!(answer.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sending_cap_leaves_reading_alone() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    let at = bench.in_seconds(3600);
    let cap = Fault::new(FaultKind::SendingQuotaExceeded, "enough").with_verdict(Verdict::At(at));
    bench.engine.inner.gate.heed(&grant, &cap).await;
    let send = |mailbox: Mailbox| async move { mailbox.send("x".into(), None).await };
    let sent = bench.engine.inner.gate.once(&grant, Class::Send, send).await;
    assert_eq!(sent.unwrap_err().kind, FaultKind::SendingQuotaExceeded);
    assert_eq!(bench.world.calls("send"), 0);
    assert_eq!(read(&bench, Class::Interactive).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projects_throttle_holds_every_mailbox_of_it() {
    let bench = Bench::with(0).await;
    let at = bench.in_seconds(3600);
    bench.world.fail("folders", Fault::new(FaultKind::DailyQuotaExhausted, "tomorrow").with_verdict(Verdict::At(at)));
    read(&bench, Class::Live).await.unwrap_err();
    bench.world.state().identity =
        providers::Identity { subject: "sub-2".into(), email: "other@example.com".into(), name: None };
    let other = bench.regrant().await;
    assert_ne!(other.id, bench.grant);
    let answer =
        bench.engine.inner.gate.call(&other, Class::Live, |mailbox| async move { mailbox.folders().await }).await;
    assert_eq!(answer.unwrap_err().kind, FaultKind::DailyQuotaExhausted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_are_tried_three_times_with_pauses_of_a_second_and_more() {
    let bench = Bench::with(0).await;
    let begun = bench.clock_now();
    for _ in 0..2 {
        bench.world.fail("folders", backend_error());
    }
    let answer = tokio::select! {
        answer = read(&bench, Class::Interactive) => answer,
        () = bench.keep_moving() => unreachable!(),
    };
    assert_eq!(answer.unwrap(), 2);
    let waited = bench.clock_now().duration_since(begun).as_secs_f64();
    // One to two seconds, then one to four.
    assert!((2.0..=6.0).contains(&waited), "{waited}");
    for _ in 0..3 {
        bench.world.fail("folders", backend_error());
    }
    let answer = tokio::select! {
        answer = read(&bench, Class::Interactive) => answer,
        () = bench.keep_moving() => unreachable!(),
    };
    assert_eq!(answer.unwrap_err().kind, FaultKind::TransientBackend);
    assert_eq!(bench.world.calls("folders"), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sends_are_never_repeated() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    for fault in [backend_error(), backend_error().with_verdict(Verdict::LookFirst)] {
        bench.world.fail("folders", fault);
        let once = bench.engine.inner.gate.once(&grant, Class::Send, |mailbox| async move { mailbox.folders().await });
        once.await.unwrap_err();
    }
    assert_eq!(bench.world.calls("folders"), 2);
}

/// Fetches, and notes its class when the fetch has come through.
async fn turn_of(bench: &Bench, class: Class, order: &std::sync::Mutex<Vec<Class>>) -> Result<()> {
    let grant = bench.grant().await;
    let gate = &bench.engine.inner.gate;
    gate.call(&grant, class, |mailbox| async move { mailbox.fetch(&[]).await }).await?;
    crate::lock::lock(order).push(class);
    Ok(())
}

/// A mailbox that is asked one thing at a time.
async fn narrow_bench() -> Bench {
    let bench = Bench::set(0, |settings| settings.quota.concurrency = Some(1)).await;
    bench.world.fetch_gate.forget_permits(usize::MAX >> 3);
    bench
}

/// A throttle's instant is a floor: the pacer comes back a little later, so that not everybody does at once.
fn is_soon_after(instant: Timestamp, floor: Timestamp) -> bool {
    floor <= instant && instant <= later(floor, Duration::from_secs(5))
}

async fn until(mut is: impl FnMut() -> bool) {
    while !is() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_pass_before_background_work() {
    let bench = narrow_bench().await;
    let order = std::sync::Mutex::new(Vec::new());
    let (grant, call) = (bench.grant().await, |class| turn_of(&bench, class, &order));
    let line = |of: fn([u32; Class::COUNT]) -> bool| {
        let pace = bench.engine.inner.gate.pace();
        let key = super::pace::Key::mailbox(&grant);
        move || pace.view(&key).is_some_and(|view| of(view.waiting))
    };
    let others = async {
        until(|| bench.world.state().under_way == 1).await;
        let script = async {
            until(line(|counts| counts == [1, 0, 1, 1])).await;
            bench.world.fetch_gate.add_permits(4);
        };
        tokio::join!(call(Class::Backfill), call(Class::Live), call(Class::Interactive), script)
    };
    let (first, (backfill, live, interactive, ())) = tokio::join!(call(Class::Backfill), others);
    for answer in [first, backfill, live, interactive] {
        answer.unwrap();
    }
    assert_eq!(*crate::lock::lock(&order), [Class::Backfill, Class::Interactive, Class::Live, Class::Backfill]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_ends_with_the_callers_patience() {
    let bench = narrow_bench().await;
    let order = std::sync::Mutex::new(Vec::new());
    let script = async {
        until(|| bench.world.state().under_way == 1).await;
        tokio::select! {
            answer = read(&bench, Class::Interactive) => answer,
            () = bench.keep_moving() => unreachable!(),
        }
    };
    let begun = bench.clock_now();
    let answer = tokio::select! {
        _ = turn_of(&bench, Class::Backfill, &order) => unreachable!(),
        answer = script => answer,
    };
    assert_eq!(answer.unwrap_err().kind, FaultKind::GatewayTimeout);
    assert!(bench.clock_now() >= later(begun, Duration::from_secs(90)), "not before the caller's patience ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_provider_is_not_stormed_with_retries() {
    const READS: usize = 60;
    let bench = Bench::with(0).await;
    for _ in 0..READS * 3 {
        bench.world.fail("folders", backend_error());
    }
    let reads = async {
        for _ in 0..READS {
            read(&bench, Class::Live).await.unwrap_err();
        }
    };
    tokio::select! {
        () = reads => {}
        () = bench.keep_moving() => unreachable!(),
    }
    let asked = bench.world.calls("folders");
    // Three tries each would be 180. The budget: a tenth of the calls, and a few on credit.
    assert!((READS + 5..=READS + 5 + READS / 10).contains(&asked), "{asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_died_while_its_call_waited_for_leave_is_not_sent() {
    let bench = narrow_bench().await;
    let order = std::sync::Mutex::new(Vec::new());
    read(&bench, Class::Live).await.unwrap();
    bench.clock.advance(Duration::from_secs(3500));
    let grant = bench.grant().await;
    let before = bench.world.state().refreshes;
    let script = async {
        until(|| bench.world.state().under_way == 1).await;
        let script = async {
            let pace = bench.engine.inner.gate.pace();
            let key = super::pace::Key::mailbox(&grant);
            until(|| pace.view(&key).is_some_and(|view| view.waiting == [0, 0, 1, 0])).await;
            bench.clock.advance(Duration::from_secs(60));
            kill_tokens(&bench);
            bench.world.fetch_gate.add_permits(2);
        };
        tokio::join!(turn_of(&bench, Class::Live, &order), script).0
    };
    let (first, second) = tokio::join!(turn_of(&bench, Class::Backfill, &order), script);
    first.unwrap();
    second.unwrap();
    assert_eq!(bench.world.state().refreshes - before, 1);
    assert_eq!(bench.world.calls("fetch"), 2, "none was refused for its token and made again");
}

/// A credential as somebody else writes it, with an access token that opens the mailbox.
fn credential(bench: &Bench, refresh_token: &str, access_token: &str) -> model::grant::Credential {
    bench.world.state().live_tokens.insert(access_token.to_owned());
    let refreshable = Refreshable { refresh_token: refresh_token.to_owned(), credential_id: None, challenge: None };
    let bought = providers::Tokens {
        access_token: access_token.to_owned().into(),
        expires_at: bench.in_seconds(3600),
        refresh_token: None,
        scopes: None,
        id_token: None,
    };
    sealed_credential(&bench.engine.inner.parts.sealer, bench.grant, &refreshable, &bought).unwrap()
}

/// A refresh is under way while `meanwhile` happens.
async fn during_a_refresh(bench: &Bench, meanwhile: impl AsyncFnOnce()) {
    kill_tokens(bench);
    bench.engine.inner.gate.forget(bench.grant).await;
    bench.world.refresh_gate.forget_permits(usize::MAX >> 3);
    let before = bench.world.calls("refresh");
    let script = async {
        until(|| bench.world.calls("refresh") > before).await;
        meanwhile().await;
        bench.world.refresh_gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(read(bench, Class::Live), script);
    answer.unwrap();
    bench.world.refresh_gate.add_permits(100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_leaves_what_was_authenticated_meanwhile_alone() {
    let bench = Bench::with(0).await;
    let newer = credential(&bench, "refresh-9", "access-new");
    let store = bench.engine.inner.store();
    during_a_refresh(&bench, async || {
        bench.world.state().live_tokens.insert("access-new".to_owned());
        store.set_credential(bench.grant, newer.clone()).await.unwrap();
        bench.engine.inner.gate.forget(bench.grant).await;
    })
    .await;
    assert_eq!(store.credential(bench.grant).await.unwrap(), Some(newer));
    // Nor is the token kept in memory that was bought with the old one.
    bench.world.state().live_tokens.retain(|token| token == "access-new");
    let asked = |method| bench.world.calls(method);
    let before = (asked("refresh"), asked("folders"));
    read(&bench, Class::Live).await.unwrap();
    assert_eq!((asked("refresh"), asked("folders")), (before.0, before.1 + 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_refresh_token_is_stored_though_the_old_one_was_sealed_anew_meanwhile() {
    let bench = Bench::with(0).await;
    bench.world.state().latest = Some(String::new());
    let resealed = credential(&bench, "refresh-0", "access-same");
    let store = bench.engine.inner.store();
    during_a_refresh(&bench, async || store.set_credential(bench.grant, resealed).await.unwrap()).await;
    kill_tokens(&bench);
    bench.engine.inner.gate.forget(bench.grant).await;
    read(&bench, Class::Live).await.unwrap();
    assert_eq!(bench.world.state().latest.as_deref(), Some("refresh-0++"));
    assert_eq!(bench.grant().await.status, GrantStatus::Valid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_learned_and_could_not_be_kept_is_offered_again() {
    let bench = Bench::with(0).await;
    let (gate, grant) = (&bench.engine.inner.gate, bench.grant().await);
    read(&bench, Class::Live).await.unwrap();
    gate.keep().await;
    let at = bench.in_seconds(300);
    bench.world.fail("folders", Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::At(at)));
    read(&bench, Class::Interactive).await.unwrap_err();
    let counted = gate.pace().minutes_of(grant.id);
    assert!(!counted.is_empty());
    bench.engine.inner.store().close().await.unwrap();
    gate.keep().await;
    assert_eq!(gate.pace().minutes_of(grant.id), counted);
    assert!(gate.pace().learned().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_cannot_be_read_is_not_an_empty_one() {
    let bench = Bench::with(0).await;
    let gate = &bench.engine.inner.gate;
    assert!(!gate.core.remembered.initialized());
    bench.engine.inner.store().close().await.unwrap();
    gate.remember().await;
    assert!(!gate.core.remembered.initialized(), "it is read again before it is written over");
}
