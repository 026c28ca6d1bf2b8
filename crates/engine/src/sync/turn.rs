//! One turn of one grant: what its phase asks for, then when the next one is due.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use model::grant::Grant;
use model::sync::{Announce, Applied, MirrorBatch, Mirrored, Moment, SyncPhase, SyncState};
use model::{Fault, FaultKind, MessageId, Timestamp, Verdict};
use providers::Wanted;

use super::board::Running;
use super::drafts::Drafts;
use super::fetch::{Fetched, fetch_all};
use super::schedule;
use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::timer::later;
use crate::{Inner, Result};

/// A turn under way.
pub(crate) struct Turn {
    pub(super) inner: Arc<Inner>,
    pub(super) grant: Grant,
    pub(super) state: SyncState,
    pub(super) running: Running,
    pub(super) drafts: Drafts,
    /// When a long first sync gives others a chance.
    pub(super) slice_ends: Timestamp,
    lost_cursor: bool,
    /// Messages that were removed, as far as changes were followed.
    pub(super) removed: usize,
    /// Until when the provider tells of changes by itself.
    pub(super) told_until: Option<Timestamp>,
    /// While batches are fetched ahead: messages whose changes were followed meanwhile.
    pub(super) touched: Option<HashSet<MessageId>>,
}

/// How long a first sync may keep a worker at a time.
const SLICE: Duration = Duration::from_secs(30);

/// How long a mailbox rests that may not be read.
const UNREADABLE: Duration = Duration::from_secs(24 * 3600);

/// Whether a piece of work came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Done,
    /// It goes on with the next turn, which is due at once.
    Paused,
}

impl Turn {
    pub(crate) fn new(inner: Arc<Inner>, grant: Grant, state: SyncState, running: Running) -> Self {
        let slice_ends = later(inner.now(), SLICE);
        let (drafts, lost_cursor) = (Drafts::default(), false);
        Self {
            inner,
            grant,
            state,
            running,
            drafts,
            slice_ends,
            lost_cursor,
            removed: 0,
            told_until: None,
            touched: None,
        }
    }

    /// Takes turns until nothing more is hinted at. Returns the state as written last.
    pub(crate) async fn take(mut self) -> SyncState {
        loop {
            self.take_one().await;
            if !self.running.take_hint() || self.state.failures > 0 {
                return self.state;
            }
        }
    }

    /// Takes one turn; whatever came of it is written into the state.
    async fn take_one(&mut self) {
        let now = self.inner.now();
        self.state.next_at = later(now, schedule::LEASE);
        if crate::readable(&self.grant).is_err() {
            // Nothing fails, and nothing is asked: another permission begins it anew.
            self.state.next_at = later(now, UNREADABLE);
            return self.save().await;
        }
        let result = self.work().await;
        let now = self.inner.now();
        match result {
            Ok(End::Done) => return,
            Ok(End::Paused) => self.state.next_at = now,
            Err(fault) if fault.kind == FaultKind::NotFound && self.is_removed().await => return,
            Err(fault) => self.fail(&fault, now),
        }
        self.save().await;
    }

    /// Works through the phases until the mirror is live and up to date.
    async fn work(&mut self) -> Result<End> {
        loop {
            let phase = self.state.phase;
            let step = match phase {
                SyncPhase::New => self.begin().await,
                SyncPhase::Backfill => self.backfill().await,
                SyncPhase::Resync => self.reset().await,
                SyncPhase::Live => self.live_turn().await,
            };
            match step {
                Ok(End::Done) if phase != SyncPhase::Live => {}
                Ok(end) => return Ok(end),
                Err(fault) if fault.verdict == Verdict::Resync => self.lose_cursor(fault).await?,
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn lose_cursor(&mut self, fault: Fault) -> Result<()> {
        if std::mem::replace(&mut self.lost_cursor, true) {
            // Twice in one turn: the provider forgets faster than we list.
            return Err(fault.with_verdict(Verdict::Backoff));
        }
        tracing::info!(grant = %self.grant.id, "the sync cursor is lost; the mirror is being reconciled");
        let lost = SyncState { phase: SyncPhase::Resync, cursor: None, backfill_token: None, ..self.renewed() };
        self.advance(self.silent(), lost).await
    }

    fn fail(&mut self, fault: &Fault, now: Timestamp) {
        schedule::after_failure(&mut self.state, fault, now);
        tracing::warn!(
            grant = %self.grant.id, kind = fault.kind.as_str(), raw = fault.raw.as_deref(), next = %self.state.next_at,
            "sync failed: {}", fault.message
        );
    }

    async fn save(&self) {
        if let Err(error) = self.inner.store().set_sync_state(self.grant.id, self.state.clone()).await {
            tracing::warn!(grant = %self.grant.id, %error, "could not write the sync state");
        }
    }

    async fn is_removed(&self) -> bool {
        matches!(self.inner.store().grant(self.grant.id).await, Ok(None))
    }

    // ---- what all phases use ----

    /// A batch that is news to webhooks.
    pub(super) fn live(&self) -> MirrorBatch {
        MirrorBatch::empty(Announce::Live, self.inner.now())
    }

    /// A batch that is no news: the mail was there before we were.
    pub(super) fn silent(&self) -> MirrorBatch {
        MirrorBatch::empty(Announce::Silent, self.inner.now())
    }

    pub(super) async fn apply(&mut self, mut batch: MirrorBatch) -> Result<Applied> {
        let empty = batch.upserts.is_empty()
            && batch.placements.is_empty()
            && batch.deletions.is_empty()
            && batch.unmirrored.is_empty()
            && batch.state.is_none();
        if empty {
            return Ok(Applied::default());
        }
        self.name_drafts(&mut batch.upserts).await?;
        batch.upserts = self.inner.without_strays(&self.grant, batch.upserts).await?;
        let applied = self.inner.apply(self.grant.id, batch).await?;
        self.state.mirrored += applied.created as u64;
        Ok(applied)
    }

    /// Fetches messages; `shown` as of [`fetch_all`].
    pub(super) async fn fetch(
        &self,
        class: Class,
        wanted: Vec<impl Into<Wanted>>,
        shown: Option<Moment>,
    ) -> Result<Fetched> {
        if wanted.is_empty() {
            return Ok(Fetched::default());
        }
        fetch_all(&self.inner, &self.grant, class, wanted, shown).await
    }

    pub(super) async fn missing(&self, ids: Vec<MessageId>) -> Result<Vec<MessageId>> {
        if ids.is_empty() {
            return Ok(ids);
        }
        self.inner.store().missing(self.grant.id, ids).await.at_rest()
    }

    /// Mirrors the folders as the provider lists them now.
    pub(super) async fn mirror_folders(&self, class: Class, announce: Announce) -> Result<()> {
        let list = self.inner.list_folders(&self.grant, class).await?;
        self.inner.mirror_folders(self.grant.id, list, announce).await
    }

    /// Splits messages into those that came after the grant was made, which are news, and those that were there before.
    pub(super) fn by_age(&self, upserts: Vec<Mirrored>) -> (Vec<Mirrored>, Vec<Mirrored>) {
        upserts.into_iter().partition(|one| crate::ingest::is_news(&self.grant, one.message.date))
    }

    /// Applies a batch together with the state it leads to. The state moves only if the batch is applied: a place that
    /// ran ahead of its messages would lose them.
    pub(super) async fn advance(&mut self, mut batch: MirrorBatch, next: SyncState) -> Result<()> {
        let mirrored = self.state.mirrored;
        batch.state = Some(SyncState { mirrored, ..next.clone() });
        let applied = self.apply(batch).await?;
        self.state = SyncState { mirrored: mirrored + applied.created as u64, ..next };
        Ok(())
    }

    /// The state with its lease renewed, to be changed and written along with a batch.
    pub(super) fn renewed(&self) -> SyncState {
        SyncState { next_at: later(self.inner.now(), schedule::LEASE), failures: 0, ..self.state.clone() }
    }
}
