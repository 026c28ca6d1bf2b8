//! The pool: gives turns to grants.
//!
//! Due grants are claimed from the store by a short lease, at most `sync_workers` at a time. Grants hinted at (a push, a
//! change of ours) have as many workers of their own, so that a row of first syncs does not keep new mail waiting.
//! Subscribe before looking: the bell keeps a ring that came while the store was read.

use std::sync::Arc;
use std::time::Duration;

use model::grant::{Grant, GrantStatus};
use model::sync::{SyncPhase, SyncState};
use model::{GrantId, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::schedule::LEASE;
use super::turn::Turn;
use crate::at_rest::AtRest;
use crate::timer::later;
use crate::{Inner, Result};

/// The safety net: look into the store at least this often (another process may have written there).
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pause when the store could not be read, or gave nothing though something was due.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
/// How long turns in hand may finish at the end.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until stopped.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    let mut pool = Pool { inner: inner.clone(), claimed: JoinSet::new(), hinted: JoinSet::new() };
    inner.board.serve(true);
    while !stop.is_cancelled() {
        let look_at = pool.give_turns().await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = inner.board.rung() => {}
            Some(ended) = pool.claimed.join_next() => log_broken(ended),
            Some(ended) = pool.hinted.join_next() => log_broken(ended),
            () = inner.wait_until(look_at) => {}
        }
    }
    inner.board.serve(false);
    pool.wind_up().await;
}

struct Pool {
    inner: Arc<Inner>,
    claimed: JoinSet<()>,
    hinted: JoinSet<()>,
}

impl Pool {
    fn workers(&self) -> usize {
        self.inner.settings().sync_workers.max(1)
    }

    /// Gives out what there is to give; returns when to look again.
    async fn give_turns(&mut self) -> Timestamp {
        while self.hinted.len() < self.workers()
            && let Some(grant) = self.inner.board.next_hint()
        {
            self.hinted.spawn(hinted_turn(self.inner.clone(), grant));
        }
        self.claim().await.unwrap_or_else(|fault| {
            tracing::error!(raw = fault.raw.as_deref(), "due syncs could not be claimed: {fault}");
            later(self.inner.now(), AFTER_TROUBLE)
        })
    }

    async fn claim(&mut self) -> Result<Timestamp> {
        let now = self.inner.now();
        let net = later(now, LOOK_EVERY);
        let free = self.workers().saturating_sub(self.claimed.len());
        if free == 0 {
            return Ok(net);
        }
        match self.inner.store().next_sync_at().await.at_rest()? {
            Some(due) if due <= now => {}
            due => return Ok(due.map_or(net, |due| due.min(net))),
        }
        let claimed = self.inner.store().claim_due_syncs(now, later(now, LEASE), free).await.at_rest()?;
        let look_again = if claimed.is_empty() { later(now, AFTER_TROUBLE) } else { now };
        let full = claimed.len() >= free;
        for (grant, state) in claimed {
            self.claimed.spawn(claimed_turn(self.inner.clone(), grant, state));
        }
        Ok(if full { net } else { look_again })
    }

    /// Lets turns finish for a moment, then breaks them off. Their grants are due at once after the next start.
    async fn wind_up(mut self) {
        let all_done = async {
            while self.claimed.join_next().await.is_some() {}
            while self.hinted.join_next().await.is_some() {}
        };
        tokio::select! {
            () = all_done => {}
            () = self.inner.wait(GRACE) => {}
        }
        let broken_off = self.inner.board.running();
        self.claimed.shutdown().await;
        self.hinted.shutdown().await;
        for grant in broken_off {
            if let Err(fault) = self.give_back(grant).await {
                tracing::warn!(%grant, raw = fault.raw.as_deref(), "a sync broken off stays leased for a moment: {fault}");
            }
        }
    }

    /// Ends a grant's lease: a state that is due now does.
    async fn give_back(&self, grant: GrantId) -> Result<()> {
        let Some(state) = self.inner.store().sync_state(grant).await.at_rest()? else { return Ok(()) };
        let due = SyncState { next_at: self.inner.now(), ..state };
        self.inner.store().set_sync_state(grant, due).await.at_rest()
    }
}

fn log_broken(ended: std::result::Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a sync turn broke");
    }
}

async fn claimed_turn(inner: Arc<Inner>, grant: Grant, state: SyncState) {
    if let Some(running) = inner.board.begin(grant.id) {
        Turn::new(inner, grant, state, running).take().await;
    }
}

/// A turn without a claim: two writes less between a push and its webhook. First syncs take the ordinary way.
async fn hinted_turn(inner: Arc<Inner>, grant: GrantId) {
    let Some(running) = inner.board.begin(grant) else { return };
    match known(&inner, grant).await {
        Ok(Some((grant, state))) if state.phase == SyncPhase::Live => {
            Turn::new(inner, grant, state, running).take().await;
        }
        Ok(Some(_)) => {
            drop(running);
            if inner.store().wake_sync(grant, inner.now()).await.is_ok() {
                inner.board.ring();
            }
        }
        Ok(None) => {}
        Err(fault) => tracing::error!(%grant, raw = fault.raw.as_deref(), "a hinted sync could not begin: {fault}"),
    }
}

async fn known(inner: &Inner, grant: GrantId) -> Result<Option<(Grant, SyncState)>> {
    let grant = inner.store().grant(grant).await.at_rest()?.filter(|grant| grant.status == GrantStatus::Valid);
    let Some(grant) = grant else { return Ok(None) };
    let state = inner.store().sync_state(grant.id).await.at_rest()?;
    Ok(state.map(|state| (grant, state)))
}
