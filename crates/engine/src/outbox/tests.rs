//! The outbox over the scripted provider and the hand-driven clock.

mod crashes;
mod keys;
mod outcomes;
mod queues;
mod schedules;
mod styles;
mod tracked;

use std::time::Duration;

use futures_util::FutureExt as _;
use model::outbox::{Submission, SubmissionState, Wait};
use model::{Address, Fault, FaultKind, Timestamp, Verdict};
use store::SubmissionFilter;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::worker::LEASE;
use super::{Sent, Wish, run};
use crate::messages::Composition;
use crate::testing::Bench;
use crate::timer::later;
use crate::{Engine, Result};

/// A bench whose worker runs.
struct Post {
    bench: Bench,
    stop: DropGuard,
    worker: tokio::task::JoinHandle<()>,
}

impl Post {
    async fn open() -> Self {
        Self::set(|_| {}).await
    }

    async fn set(change: impl FnOnce(&mut crate::Settings)) -> Self {
        let bench = Bench::set(0, change).await;
        bench.sync().await;
        Self::over(bench)
    }

    fn over(bench: Bench) -> Self {
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.engine.inner.clone(), stop.clone()));
        Self { bench, stop: stop.drop_guard(), worker }
    }

    fn engine(&self) -> &Engine {
        &self.bench.engine
    }

    /// The process dies where it stands, and another starts over the same folder.
    async fn crashed(self) -> Self {
        self.worker.abort();
        let _ = self.worker.await;
        drop(self.stop);
        self.bench.engine.inner.outbox.crash().await;
        self.bench.world.go_on();
        Self::over(self.bench.restarted(vec![("k1".into(), [7; 32])]).await)
    }

    /// Sends in the background.
    async fn sending(&self, subject: &str, wish: Wish) -> tokio::task::JoinHandle<Result<Sent>> {
        let (engine, grant) = (self.engine().clone(), self.bench.grant().await);
        let composition = mail(subject);
        tokio::spawn(async move { engine.send_message(&grant, composition, wish).await })
    }

    /// Sends, moving the clock on whenever something waits for it.
    async fn send(&self, subject: &str, wish: Wish) -> Result<Sent> {
        let sending = self.sending(subject, wish).await;
        tokio::select! {
            sent = sending => sent.unwrap(),
            () = self.move_on() => unreachable!(),
        }
    }

    /// Lets things happen, moving the clock, until every submission has ended.
    async fn settled(&self) -> Vec<Submission> {
        self.until(|all| all.iter().all(|one| !one.state.is_open() && one.next_at.is_none())).await
    }

    /// Lets things happen, moving the clock, until something is so. The clock moves only on what was looked at: a state that
    /// passes is not missed.
    async fn until(&self, reached: impl Fn(&[Submission]) -> bool) -> Vec<Submission> {
        loop {
            let all = self.all().await;
            if reached(&all) {
                return all;
            }
            self.step(&all);
            tokio::task::yield_now().await;
        }
    }

    async fn move_on(&self) {
        self.until(|_| false).await;
    }

    /// Moves the clock to what is due next, when nothing is under way; and to whatever is waited for at the gate. While a
    /// caller waits it moves in steps, so that what the caller is told does not come from a leap over its patience.
    fn step(&self, all: &[Submission]) {
        let now = self.bench.clock_now();
        let due = all.iter().filter(|one| waits(one, now)).filter_map(|one| one.next_at).min();
        let inner = &self.engine().inner;
        let flying = inner.outbox.flying.load(std::sync::atomic::Ordering::Acquire);
        let to = match (flying, due, inner.gate.pace().waits_until()) {
            (0, Some(due), _) if inner.outbox.board.is_awaited() => {
                self.bench.clock.asleep(1).now_or_never().map(|step| due.min(step))
            }
            (0, due, _) => due,
            (1.., _, turn) => turn,
        };
        to.into_iter().for_each(|to| self.bench.clock.advance_to(to));
    }

    async fn all(&self) -> Vec<Submission> {
        let mut all =
            self.engine().submissions(SubmissionFilter { limit: 1000, ..SubmissionFilter::default() }).await.unwrap();
        all.reverse();
        all
    }

    /// How often a subject went out.
    fn went_out(&self, subject: &str) -> usize {
        let line = format!("Subject: {subject}\r\n");
        let state = self.bench.world.state();
        state.sent.iter().filter(|raw| String::from_utf8_lossy(raw).contains(&line)).count()
    }

    fn subjects_out(&self) -> Vec<String> {
        let state = self.bench.world.state();
        state.sent.iter().map(|raw| mail::parse::parse(raw).subject).collect()
    }

    /// The caller's time goes by.
    fn lose_patience(&self) {
        self.bench.clock.advance(Duration::from_secs(81));
    }

    /// Waits until calls stand still.
    async fn stalled(&self, count: usize) {
        while self.bench.world.calls("stalled") < count {
            tokio::task::yield_now().await;
        }
    }
}

/// It waits for its time; what was claimed this instant is leased, which is no waiting.
fn waits(one: &Submission, now: Timestamp) -> bool {
    let leased = one.next_at == Some(later(now, LEASE));
    match one.state {
        SubmissionState::Sending => false,
        SubmissionState::Scheduled | SubmissionState::Held => true,
        SubmissionState::Uncertain => one.why == Some(Wait::Operator) || !leased,
        _ => !leased,
    }
}

fn mail(subject: &str) -> Composition {
    let outgoing = mail::compose::Outgoing {
        to: vec![Address::bare("you@example.com")],
        subject: subject.into(),
        body: "Hello".into(),
        ..Default::default()
    };
    Composition { outgoing, ..Composition::default() }
}

fn unknown_outcome() -> Fault {
    Fault::new(FaultKind::GatewayTimeout, "no answer").with_verdict(Verdict::LookFirst)
}

fn keyed(key: &str, request: u8) -> Wish {
    Wish { key: Some((key.into(), [request; 32])), ..Wish::default() }
}

fn states(all: &[Submission]) -> Vec<SubmissionState> {
    all.iter().map(|one| one.state).collect()
}
