//! The worker: sleeps until the earliest submission is due, wakes when one is accepted, starts what may go.
//!
//! Only what is due is read; a hundred thousand scheduled ones cost nothing but their rows. What is due is found by
//! wall-clock, so restarts and changes of the clock do not matter (the timer looks at the clock at least once a minute).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use model::outbox::{Submission, SubmissionState};
use model::{DraftId, SubmissionId, Timestamp};
use store::Claim;
use tokio_util::sync::CancellationToken;

use super::board::{Board, Crossing};
use super::limits;
use crate::at_rest::AtRest;
use crate::gate::Spent;
use crate::timer::later;
use crate::{Engine, Inner, Result};

/// How long an attempt or look may go without writing what came of it. Longer than all its calls may take together;
/// only a task that broke lets it run out.
pub(super) const LEASE: Duration = Duration::from_secs(15 * 60);
/// The safety net: look into the store at least this often (another process may have written there).
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pause after the store could not be read.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
/// How long attempts in hand may finish at the end.
const GRACE: Duration = Duration::from_secs(5);
/// Claimed together.
const AT_ONCE: usize = 64;

/// Sends until stopped.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let look_at = pump(&inner).await.unwrap_or_else(|fault| {
            tracing::error!(raw = fault.raw.as_deref(), "due submissions could not be claimed: {fault}");
            later(inner.now(), AFTER_TROUBLE)
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = inner.outbox.bell.notified() => {}
            () = inner.wait_until(look_at) => {}
        }
    }
    inner.outbox.tasks.close();
    tokio::select! {
        () = inner.outbox.tasks.wait() => {}
        () = inner.wait(GRACE) => {}
    }
    // What is still under way is looked up after the next start.
    inner.outbox.halt.cancel();
}

/// What a crash or a stop broke off goes on where it was. Once, and before anything is accepted or claimed: an attempt of
/// this process taken for one that was broken off would be made twice.
pub(super) async fn recovered(inner: &Inner) -> Result<()> {
    inner.outbox.recovered.get_or_try_init(|| recover(inner)).await.map(drop)
}

async fn recover(inner: &Inner) -> Result<()> {
    let count = inner.store().recover_submissions(inner.now()).await.at_rest()?;
    if count > 0 {
        tracing::info!(count, "sends were under way when Postroad ended; looking what became of them");
    }
    Ok(())
}

/// Starts what is due and may go; returns when to look again.
pub(super) async fn pump(inner: &Arc<Inner>) -> Result<Timestamp> {
    recovered(inner).await?;
    loop {
        let now = inner.now();
        let net = later(now, LOOK_EVERY);
        let workers = inner.settings().outbox_workers.max(1);
        let free = workers.saturating_sub(inner.outbox.flying.load(Ordering::Acquire));
        if free == 0 || inner.outbox.halt.is_cancelled() {
            return Ok(net);
        }
        match inner.store().next_submission_at().await.at_rest()? {
            Some(due) if due <= now => {}
            due => return Ok(due.map_or(net, |due| due.min(net))),
        }
        let claim =
            Claim { now, lease_until: later(now, LEASE), limit: free.min(AT_ONCE), limits: limits(inner.settings()) };
        let claimed = inner.store().claim_submissions(claim).await.at_rest()?;
        for held in claimed.held {
            // Whoever waits for it, or behind it, may not have to wait for the end of their patience to be told so.
            inner.outbox.board.tell_all(held.grant_id);
        }
        for submission in claimed.due {
            start(inner, submission);
        }
    }
}

/// Does what was claimed, as a task of its own; afterwards whoever waited behind it.
pub(super) fn start(inner: &Arc<Inner>, submission: Submission) {
    let airborne = Airborne::begin(inner.clone());
    let halt = inner.outbox.halt.clone();
    // At once, so that whoever waits can call it off from the beginning.
    let crossing = inner.outbox.board.begin(submission.id);
    // Counted for the caller who waits, if one does.
    inner.outbox.tasks.spawn(Spent::carried(async move {
        tokio::select! {
            biased;
            () = halt.cancelled() => {}
            () = fly(&airborne.0, submission, crossing) => {}
        }
    }));
}

async fn fly(inner: &Arc<Inner>, submission: Submission, crossing: Option<Arc<Crossing>>) {
    let (id, board) = (submission.id, &inner.outbox.board);
    let (crossing, waited) = match crossing {
        Some(crossing) => (crossing, false),
        // What ended a moment ago is tidied up next, or its lease ran out.
        None => (board.begin_next(id).await, true),
    };
    let _end = End { board, id };
    // What was claimed before another attempt ended speaks of the past.
    if waited && !still_claimed(inner, &submission).await {
        return;
    }
    let engine = Engine { inner: inner.clone() };
    if let Err(fault) = engine.work_on(submission, &crossing).await {
        // Its lease runs out, then it is looked up.
        tracing::error!(submission = %id, raw = fault.raw.as_deref(), "a submission could not go on: {fault}");
    }
}

/// Whether nothing was written about a submission since it was claimed. When that cannot be read its lease runs out.
async fn still_claimed(inner: &Inner, claimed: &Submission) -> bool {
    match inner.store().submission_by_id(claimed.id).await.at_rest() {
        Ok(now) => now.is_some_and(|now| standing(&now) == standing(claimed)),
        Err(fault) => {
            tracing::error!(submission = %claimed.id, "a submission could not be read again: {fault}");
            false
        }
    }
}

/// What every step of it changes.
fn standing(one: &Submission) -> (SubmissionState, u32, Option<&DraftId>) {
    (one.state, one.attempts, one.draft_id.as_ref())
}

/// Clears the board, however the attempt ends.
struct End<'a> {
    board: &'a Board,
    id: SubmissionId,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.board.end(self.id);
    }
}

/// One task under way; the worker is woken when it ends.
struct Airborne(Arc<Inner>);

impl Airborne {
    fn begin(inner: Arc<Inner>) -> Self {
        inner.outbox.flying.fetch_add(1, Ordering::AcqRel);
        Self(inner)
    }
}

impl Drop for Airborne {
    fn drop(&mut self) {
        self.0.outbox.flying.fetch_sub(1, Ordering::AcqRel);
        self.0.outbox.bell.notify_one();
    }
}
