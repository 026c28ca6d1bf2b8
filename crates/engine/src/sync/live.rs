//! Live turns: follow the provider's changes to the end.
//!
//! The cursor is written with every page of changes, in one transaction with them, so that a turn that breaks off costs one
//! page at most. What a page tells of and cannot be fetched yet is written down and fetched by a later turn: a provider that
//! throttles steadily is followed slowly, and not from the beginning again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use model::message::Placement;
use model::sync::{Announce, Change, MirrorBatch, Mirrored, Moment, SyncCursor, SyncPhase, SyncState, Unmirrored};
use model::{Fault, FaultKind, MessageId, ThreadId, Timestamp};
use providers::{ChangePage, Glimpses};

use super::fetch::Fetched;
use super::lately::Happened;
use super::turn::{End, Turn};
use super::{retry, schedule};
use crate::Result;
use crate::at_rest::AtRest;
use crate::gate::{Class, Spent, is_transient};
use crate::timer::later;

/// Changes taken in together: what they bring is held in memory at once.
const AT_ONCE: usize = 100;

/// How often changes are followed during a long listing when nothing hints at them, at most.
const FOLLOW_EVERY: Duration = Duration::from_secs(5);
/// What each call of following costs in time until the next: where changes are told folder by folder, following must not eat
/// up what the listing lives on.
const FOLLOW_PER_CALL: Duration = Duration::from_secs(1);
/// However many folders there are, changes are followed so often.
const FOLLOW_AT_LEAST: Duration = Duration::from_secs(300);

/// So few messages that are asked for together may all fail by themselves: it says nothing of the mailbox.
const FEW: usize = 3;

/// What came of asking where messages lie, beside their places.
#[derive(Default)]
pub(super) struct Refreshed {
    /// Failed by themselves: tried again on later turns.
    pub(super) failed: Vec<Unmirrored>,
    /// What kept some of them from being asked.
    pub(super) held_back: Option<Fault>,
}

/// When a page of changes was asked for.
#[derive(Clone, Copy)]
struct Asked {
    at: Timestamp,
    as_of: Moment,
}

/// Changes sorted by what they ask for.
#[derive(Default)]
struct Sorted {
    created: Vec<MessageId>,
    placed: Vec<(MessageId, Placement)>,
    deleted: Vec<MessageId>,
}

/// What a page of changes amounts to.
struct Learned {
    news: MirrorBatch,
    /// Messages that were there before the grant was, met only now.
    old: Vec<Mirrored>,
    /// Not all could be fetched: what is left is written down among the news, and has to wait for this.
    held_back: Option<Fault>,
}

impl Turn {
    pub(super) async fn live_turn(&mut self) -> Result<End> {
        self.keep_watch().await;
        self.follow().await?;
        self.retry_unmirrored().await?;
        Ok(End::Done)
    }

    /// Follows changes from the state's cursor until there are no more. Returns how many calls that took, without what was
    /// fetched.
    pub(super) async fn follow(&mut self) -> Result<u64> {
        let spent = Arc::new(Spent::default());
        let Some(cursor) = self.state.cursor.clone() else {
            return Err(Fault::new(FaultKind::SyncStateExpired, "The grant has no sync cursor."));
        };
        let mut token = None;
        loop {
            let asked = Asked { at: self.inner.now(), as_of: self.inner.lately.moment() };
            let page = spent.clone().count(self.changes(&cursor, token)).await?;
            token = page.next.clone();
            self.take_in(page, asked, spent.calls()).await?;
            if token.is_none() {
                return Ok(spent.calls());
            }
        }
    }

    /// During a first sync or a reconciliation: follows changes when it is time to, or something hinted at them. Returns
    /// when it is time again.
    pub(super) async fn follow_when(&mut self, due: Timestamp) -> Result<Timestamp> {
        if self.inner.now() < due && !self.running.take_hint() {
            return Ok(due);
        }
        let calls = self.follow().await?;
        Ok(later(self.inner.now(), pause_after(calls)))
    }

    async fn changes(&self, cursor: &SyncCursor, token: Option<String>) -> Result<ChangePage> {
        let token = &token;
        let changes = |mailbox: crate::gate::Mailbox| async move { mailbox.changes(cursor, token.clone()).await };
        self.inner.gate.call(&self.grant, Class::Live, changes).await
    }

    /// Applies a page of changes, the last of those that it took so many calls to learn.
    async fn take_in(&mut self, page: ChangePage, asked: Asked, calls: u64) -> Result<()> {
        if page.folders_changed {
            self.mirror_folders(Class::Live, Announce::Live).await?;
        }
        let mut changes = page.changes;
        let mut held_back = None;
        while changes.len() > AT_ONCE {
            let rest = changes.split_off(AT_ONCE);
            let batch =
                self.learned(std::mem::replace(&mut changes, rest), &page.glimpses, asked, &mut held_back).await?;
            self.apply(batch).await?;
        }
        let batch = self.learned(changes, &page.glimpses, asked, &mut held_back).await?;
        let next = match (&page.next, &held_back) {
            (None, None) => self.reached(page.cursor, asked, calls),
            _ => SyncState { cursor: Some(page.cursor), ..self.renewed() },
        };
        // A place may be used a few times only (of Graph's, the last three are kept): it goes on even when messages wait.
        self.advance(batch, next).await?;
        held_back.map_or(Ok(()), Err)
    }

    /// The batch that some changes amount to. What was there before the grant is applied already, without announcing it.
    async fn learned(
        &mut self,
        changes: Vec<Change>,
        glimpses: &Glimpses,
        asked: Asked,
        held_back: &mut Option<Fault>,
    ) -> Result<MirrorBatch> {
        let learned = self.learn(sorted(changes), glimpses, asked, held_back.take()).await?;
        *held_back = learned.held_back;
        self.apply(MirrorBatch { upserts: learned.old, ..self.silent() }).await?;
        Ok(learned.news)
    }

    /// The state once the last change before `cursor` is applied.
    fn reached(&self, cursor: SyncCursor, asked: Asked, calls: u64) -> SyncState {
        let mut next = SyncState { cursor: Some(cursor), ..self.renewed() };
        if next.phase == SyncPhase::Live {
            next.fresh_at = Some(asked.at);
            next.next_at = schedule::next_poll(self.inner.settings(), self.told_until, calls, self.inner.now());
        }
        next
    }

    /// What some changes amount to. Once something was held back, nothing is fetched: it waits as well.
    async fn learn(
        &mut self,
        changes: Sorted,
        glimpses: &Glimpses,
        asked: Asked,
        held_back: Option<Fault>,
    ) -> Result<Learned> {
        let Sorted { created, mut placed, mut deleted } = changes;
        self.removed += deleted.len();
        if let Some(touched) = &mut self.touched {
            let ids = created.iter().chain(placed.iter().map(|(id, _)| id)).chain(&deleted);
            touched.extend(ids.cloned());
        }
        let known = created.iter().cloned().chain(placed.iter().map(|(id, _)| id.clone())).collect();
        let missing: HashSet<MessageId> = self.missing(known).await?.into_iter().collect();
        let rewritten = self.rewritten(&placed, &missing).await?;
        let wanted: Vec<MessageId> = missing.iter().chain(&rewritten).cloned().collect();
        let mut fetched = self.fetch_or_hold_back(wanted.clone(), glimpses, asked.as_of, held_back).await?;
        // Created and held already: sent or read through by us. Only its place can have changed since.
        let mut held: Vec<_> =
            created.iter().filter(|id| !missing.contains(*id)).map(|id| (id.clone(), None)).collect();
        // Changed by us after these changes were asked for: they may tell of the place before that.
        let overtaken = |(id, _): &mut (MessageId, Placement)| {
            self.inner.lately.since(Happened::Changed, self.grant.id, id, asked.as_of)
        };
        held.extend(placed.extract_if(.., overtaken).map(|(id, _)| (id, None)));
        let Refreshed { failed, held_back } =
            self.refresh(Class::Live, held.clone(), &mut placed, &mut deleted).await?;
        fetched.unmirrored.extend(failed);
        if let Some(fault) = held_back {
            let failed = |id: &MessageId| fetched.unmirrored.iter().any(|record| record.id == *id);
            let told = |id: &MessageId| deleted.contains(id) || placed.iter().any(|(placed, _)| placed == id);
            let untold = held.iter().map(|(id, _)| id).filter(|id| !told(id) && !failed(id));
            let waiting: Vec<_> = untold.map(|id| retry::waiting(id.clone(), &fault)).collect();
            fetched.unmirrored.extend(waiting);
            fetched.held_back.get_or_insert(fault);
        }
        fetched.unmirrored.extend(self.not_believed(&mut deleted));
        let brought: HashSet<&MessageId> = fetched.upserts.iter().map(|one| &one.message.id).collect();
        placed.retain(|(id, _)| !missing.contains(id) && !brought.contains(id));
        let announced: HashSet<MessageId> = created.into_iter().chain(rewritten).collect();
        let (mut news, met) = fetched.upserts.into_iter().partition(|one| announced.contains(&one.message.id));
        let (newer, old) = self.by_age(met);
        Vec::extend(&mut news, newer);
        let (placements, deletions, unmirrored) = (placed, deleted, fetched.unmirrored);
        let news = MirrorBatch { upserts: news, placements, deletions, unmirrored, ..self.live() };
        Ok(Learned { news, old, held_back: fetched.held_back })
    }

    /// Takes out of what is gone the mail that is on its way: it is asked for once more when it must have arrived.
    fn not_believed(&self, deleted: &mut Vec<MessageId>) -> Vec<Unmirrored> {
        if deleted.is_empty() {
            return Vec::new();
        }
        let under_way = self.inner.lately.under_way(self.grant.id, self.inner.now());
        let fault = Fault::not_found("It is on its way.");
        deleted.extract_if(.., |id| under_way.contains(id)).map(|id| retry::waiting(id, &fault)).collect()
    }

    /// Held messages whose content can be another than it was: drafts, and what was one until now.
    pub(super) async fn rewritten(
        &self,
        placed: &[(MessageId, Placement)],
        missing: &HashSet<MessageId>,
    ) -> Result<Vec<MessageId>> {
        let held: Vec<_> = placed.iter().filter(|(id, _)| !missing.contains(id)).collect();
        let (drafts, others): (Vec<_>, Vec<_>) = held.into_iter().partition(|(_, placement)| placement.draft);
        let mut rewritten: Vec<MessageId> = drafts.into_iter().map(|(id, _)| id.clone()).collect();
        if !others.is_empty() {
            let others = others.into_iter().map(|(id, _)| id.clone()).collect();
            rewritten.extend(self.inner.store().drafts_among(self.grant.id, others).await.at_rest()?);
        }
        Ok(rewritten)
    }

    /// Fetches messages. What could not be fetched because the mailbox would not let it is written down as waiting.
    async fn fetch_or_hold_back(
        &self,
        wanted: Vec<MessageId>,
        glimpses: &Glimpses,
        shown: Moment,
        held_back: Option<Fault>,
    ) -> Result<Fetched> {
        let mut fetched = match held_back {
            Some(fault) => Fetched { held_back: Some(fault), ..Fetched::default() },
            None => match self.fetch(Class::Live, glimpses.wanted(wanted.clone()), Some(shown)).await {
                Ok(fetched) => fetched,
                Err(fault) => Fetched { held_back: Some(fault), ..Fetched::default() },
            },
        };
        if let Some(fault) = &fetched.held_back {
            let come = fetched.upserts.iter().map(|one| &one.message.id);
            let failed = fetched.unmirrored.iter().map(|record| &record.id);
            let done: HashSet<&MessageId> = come.chain(&fetched.gone).chain(failed).collect();
            let left: Vec<_> = wanted.iter().filter(|id| !done.contains(id)).collect();
            let waiting: Vec<_> = left.into_iter().map(|id| retry::waiting(id.clone(), fault)).collect();
            fetched.unmirrored.extend(waiting);
        }
        Ok(fetched)
    }

    /// Asks where held messages lie now: adds to `placed`, or to `deleted` what is gone. Those of one thread are asked
    /// together, which is cheaper where threads are known.
    pub(super) async fn refresh(
        &self,
        class: Class,
        mut held: Vec<(MessageId, Option<ThreadId>)>,
        placed: &mut Vec<(MessageId, Placement)>,
        deleted: &mut Vec<MessageId>,
    ) -> Result<Refreshed> {
        let mut refreshed = Refreshed::default();
        held.sort_by(|(_, one), (_, other)| one.cmp(other));
        for ids in held.chunks(self.inner.settings().fetch_batch.max(1)) {
            let ask = |mailbox: crate::gate::Mailbox| async move { mailbox.placements(ids).await };
            let answers = self.inner.gate.call(&self.grant, class, ask).await?;
            // A failure for a while is of one message alone where others were answered beside it; no turn waits for it.
            let alone = answers.len() <= FEW || answers.iter().any(Result::is_ok);
            for ((id, _), answer) in ids.iter().zip(answers) {
                match answer {
                    Ok(placement) => placed.push((id.clone(), placement)),
                    Err(fault) if fault.kind == FaultKind::NotFound => deleted.push(id.clone()),
                    Err(fault) if is_transient(&fault) && alone && !fault.kind.meets_others() => {
                        refreshed.failed.push(retry::unmirrored(id.clone(), &fault));
                    }
                    Err(fault) if is_transient(&fault) => {
                        self.inner.gate.heed(&self.grant, &fault).await;
                        refreshed.held_back = Some(fault);
                    }
                    // Its place stays as it was; the next change of it brings the truth.
                    Err(fault) => tracing::warn!(grant = %self.grant.id, message = %id, %fault, "a place is unknown"),
                }
            }
        }
        Ok(refreshed)
    }
}

fn pause_after(calls: u64) -> Duration {
    let worth = FOLLOW_PER_CALL.saturating_mul(u32::try_from(calls).unwrap_or(u32::MAX));
    worth.clamp(FOLLOW_EVERY, FOLLOW_AT_LEAST)
}

fn sorted(changes: Vec<Change>) -> Sorted {
    let mut sorted = Sorted::default();
    for change in changes {
        match change {
            Change::Created(id) => sorted.created.push(id),
            Change::Placed(id, placement) => sorted.placed.push((id, placement)),
            Change::Deleted(id) => sorted.deleted.push(id),
        }
    }
    sorted
}
