//! What operators see of quotas, from inside and from beside.

use std::time::Duration;

use model::quota::{Class, Dimension, Level, Limited, QuotaRefusal, Regime};
use model::standing::Standing;
use model::{Fault, FaultKind, Provider, Verdict};

use crate::testing::Bench;

async fn read(bench: &Bench) -> crate::Result<usize> {
    let grant = bench.grant().await;
    let work = |mailbox: crate::gate::Mailbox| async move { Ok(mailbox.folders().await?.len()) };
    bench.engine.inner.gate.call(&grant, Class::Live, work).await
}

fn units(standing: &Standing) -> (u64, u64) {
    let key = standing.keys.iter().find(|key| key.level == Level::ProjectMailbox).unwrap();
    let window = key.windows.iter().find(|window| window.dimension == Dimension::Units).unwrap();
    (window.used, window.amount)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_never_called_stands_at_its_published_limits() {
    let bench = Bench::with(0).await;
    let standing = bench.engine.quota(&bench.grant().await, 1).await.unwrap();
    assert_eq!((standing.provider, standing.regime), (Provider::Google, Regime::Current));
    assert_eq!(standing.keys.iter().map(|key| key.level).collect::<Vec<_>>(), Level::ALL[..3]);
    assert_eq!(units(&standing), (0, 6000));
    assert_eq!(standing.span.1 - standing.span.0, 60);
    assert!(standing.minutes.is_empty() && standing.keys.iter().all(|key| key.next_at.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_at_rest_and_those_under_way_are_told_together() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    read(&bench).await.unwrap();
    bench.engine.inner.gate.keep().await;
    read(&bench).await.unwrap();
    bench.clock.advance(Duration::from_secs(120));
    read(&bench).await.unwrap();
    let standing = bench.engine.quota(&grant, 2).await.unwrap();
    let calls: Vec<_> = standing.minutes.iter().map(|one| (one.minute - standing.span.1, one.calls)).collect();
    assert_eq!(calls, [(-3, 2), (-1, 1)]);
    let connector = bench.engine.reads().connector(bench.application, Provider::Google).await.unwrap().unwrap();
    let project = bench.engine.project_quota(&connector, 2).await.unwrap();
    assert_eq!(project.minutes, standing.minutes, "the only mailbox is all of the project");
    assert_eq!(project.keys.len(), 1);
    let totals = bench.engine.gate_totals();
    assert_eq!(totals.asked[&(bench.application, Provider::Google, Class::Live)].calls, 3);
    assert!(totals.refused.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttle_is_told_with_its_reason_also_from_beside_and_after_a_restart() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    read(&bench).await.unwrap();
    let at = bench.in_seconds(3600);
    let said = Fault::new(FaultKind::RateLimitedUser, "Google: slow down.").with_verdict(Verdict::At(at));
    let quota = Some(QuotaRefusal::new(Level::ProjectMailbox, Limited::General));
    bench.world.fail("folders", Fault { quota, ..said });
    read(&bench).await.unwrap_err();
    let here = bench.engine.quota(&grant, 1).await.unwrap();
    let closed = here.keys.iter().find(|key| key.level == Level::ProjectMailbox).unwrap();
    let [throttle] = &closed.throttles[..] else { panic!("{closed:?}") };
    assert_eq!((throttle.kind, throttle.message.as_str()), (FaultKind::RateLimitedUser, "Google: slow down."));
    assert!(throttle.until >= at && closed.next_at >= Some(at));
    let totals = bench.engine.gate_totals();
    assert_eq!(totals.keys[Level::ProjectMailbox as usize].throttled, 1);
    assert_eq!(totals.refused[&(bench.application, Provider::Google, FaultKind::RateLimitedUser)], 1);

    bench.engine.inner.gate.keep().await;
    let beside = bench.restarted(vec![("k1".into(), [7; 32])]).await;
    let told = beside.engine.kept_quota(&grant, 1).await.unwrap();
    assert_eq!(told.as_of, beside.clock_now());
    let again = told.keys.iter().find(|key| key.level == Level::ProjectMailbox).unwrap();
    assert_eq!(again.throttles, closed.throttles);
    assert_eq!(units(&told), units(&here), "what the server counted");
    beside.clock.advance(Duration::from_secs(90));
    assert_eq!(units(&beside.engine.kept_quota(&grant, 1).await.unwrap()).0, 0, "a minute that is over is not told");
    assert_eq!(read(&beside).await.unwrap_err().message, "Google: slow down.", "callers hear the reason, too");
}
