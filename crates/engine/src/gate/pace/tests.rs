//! Refusals that name no instant: what callers are told of the pause that the pacer makes of them.

use std::time::Duration;

use model::quota::{Class, Level, Limited, QuotaRefusal};
use model::{Fault, FaultKind, Verdict};

use crate::Result;
use crate::gate::Mailbox;
use crate::testing::Bench;

/// A refusal for a while that names no instant.
fn untold(what: Limited) -> Fault {
    let fault = Fault::new(FaultKind::RateLimitedUser, "slow down").with_verdict(Verdict::Backoff);
    Fault { quota: Some(QuotaRefusal::new(Level::ProjectMailbox, what)), ..fault }
}

async fn list(mailbox: Mailbox) -> Result<usize> {
    Ok(mailbox.folders().await?.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_without_an_instant_is_told_with_the_end_of_our_own_pause() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    bench.world.fail("folders", untold(Limited::General));
    let fault = bench.engine.inner.gate.once(&grant, Class::Interactive, list).await.unwrap_err();
    let until = fault.retry_at().expect("the pacer knows how long it waits");
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::RateLimitedUser, "slow down"));
    assert!((bench.in_seconds(1)..bench.in_seconds(5)).contains(&until), "{until}");
    bench.clock.advance_to(until);
    assert_eq!(bench.engine.inner.gate.once(&grant, Class::Interactive, list).await.unwrap(), 2, "it was no lie");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_is_given_up_because_of_a_long_pause_tells_its_end() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    for _ in 0..20 {
        bench.world.fail("folders", untold(Limited::General));
    }
    let mut longest = Duration::ZERO;
    while longest < Duration::from_secs(6) {
        let told = tokio::select! {
            answer = bench.engine.inner.gate.call(&grant, Class::Interactive, list) => answer.unwrap_err(),
            () = bench.keep_moving() => unreachable!(),
        };
        let until = told.retry_at().expect("told, however it ended");
        longest = longest.max(Duration::try_from(until.duration_since(bench.clock_now())).unwrap());
        assert!(bench.world.calls("folders") < 20, "pauses do not grow");
        // Before that every call would be refused like this one, and nothing be learned.
        bench.clock.advance_to(until);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_at_once_has_no_instant() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    bench.world.fail("folders", untold(Limited::Concurrency));
    let fault = bench.engine.inner.gate.once(&grant, Class::Interactive, list).await.unwrap_err();
    assert_eq!(fault.verdict, Verdict::Backoff, "fewer at once is the remedy; the next may go at once");
    assert_eq!(bench.engine.inner.gate.once(&grant, Class::Interactive, list).await.unwrap(), 2);
}
