//! After a lost cursor: the mirror is compared with the mailbox and mended. What is held is not downloaded again.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use model::sync::{Announce, MirrorBatch, Moment, SyncState};
use model::{MessageId, ThreadId};
use providers::Glimpses;

use super::first::list;
use super::lately::Happened;
use super::turn::{End, Turn};
use crate::Result;
use crate::at_rest::AtRest;
use crate::gate::Class;

/// Messages compared together: what is missing is held in memory at once.
const AT_ONCE: usize = 100;

/// What a page of the listing told beside its ids.
struct Listed {
    threads: HashMap<MessageId, ThreadId>,
    glimpses: Glimpses,
    /// When it was asked for.
    asked: Moment,
}

/// Ids met in the listing, 8 bytes each. Two ids sharing a number would at worst leave a removed message in the mirror.
struct Seen {
    numbers: HashSet<u64>,
    hash: RandomState,
}

impl Seen {
    fn new() -> Self {
        Self { numbers: HashSet::new(), hash: RandomState::new() }
    }

    fn add(&mut self, id: &MessageId) {
        self.numbers.insert(self.hash.hash_one(id));
    }

    fn has(&self, id: &MessageId) -> bool {
        self.numbers.contains(&self.hash.hash_one(id))
    }
}

impl Turn {
    /// Takes a new cursor, compares everything, then follows the changes since.
    pub(super) async fn reset(&mut self) -> Result<End> {
        if self.state.cursor.is_none() {
            self.begin_reset().await?;
        }
        // What is mirrored from here on is not the listing's business.
        let held = self.inner.store().all_message_ids(self.grant.id).await.at_rest()?;
        let before = self.removed;
        let seen = self.compare_all().await?;
        let unseen = held.into_iter().filter(|id| !seen.has(id)).collect();
        self.remove_gone(unseen).await?;
        self.settle_drafts().await?;
        self.follow().await?;
        if self.removed != before {
            // What was removed meanwhile may have shifted something new past a page.
            self.compare_until_whole().await?;
        }
        self.state.phase = model::sync::SyncPhase::Live;
        Ok(End::Done)
    }

    async fn begin_reset(&mut self) -> Result<()> {
        let profile =
            self.inner.gate.call(&self.grant, Class::Live, |mailbox| async move { mailbox.profile().await }).await?;
        self.mirror_folders(Class::Live, Announce::Live).await?;
        let next = SyncState { cursor: Some(profile.cursor), expected: profile.messages_total, ..self.renewed() };
        self.advance(self.live(), next).await
    }

    async fn compare_all(&mut self) -> Result<Seen> {
        let (mut seen, mut token) = (Seen::new(), None);
        let mut follow_at = self.inner.now();
        loop {
            self.touched = Some(HashSet::new());
            let (page, asked) = list(&self.inner, &self.grant, token).await?;
            page.ids.iter().for_each(|id| seen.add(id));
            follow_at = self.follow_when(follow_at).await?;
            // What was followed since the page was listed is newer than the page.
            let touched = self.touched.take().unwrap_or_default();
            let threads = page.ids.iter().cloned().zip(page.threads).collect();
            let mut listed = Listed { threads, glimpses: page.glimpses, asked };
            listed.glimpses.0.retain(|id, _| !touched.contains(id));
            for ids in page.ids.chunks(AT_ONCE) {
                self.compare_page(ids.to_vec(), &listed).await?;
            }
            token = page.next;
            if token.is_none() {
                return Ok(seen);
            }
        }
    }

    /// Fetches what is missing; asks where the rest lies now, unless the listing showed it.
    async fn compare_page(&mut self, ids: Vec<MessageId>, listed: &Listed) -> Result<()> {
        let mut missing = self.missing(ids.clone()).await?;
        missing.extend(self.rewritten_among(&ids, &missing, listed).await?);
        let fetch: HashSet<&MessageId> = missing.iter().collect();
        let held = ids.into_iter().filter(|id| !fetch.contains(id));
        let held: Vec<MessageId> = held.collect();
        let fetched = self.fetch(Class::Backfill, listed.glimpses.wanted(missing), Some(listed.asked)).await?;
        // Changed by us after the listing was asked for, it may have been shown as it was before.
        let overtaken = |id: &MessageId| self.inner.lately.since(Happened::Changed, self.grant.id, id, listed.asked);
        let (shown, held): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|id| listed.glimpses.0.contains_key(id) && !overtaken(id));
        let held = held.into_iter().map(|id| (id.clone(), listed.threads.get(&id).cloned())).collect();
        let shown = shown.into_iter().filter_map(|id| Some((listed.glimpses.0.get(&id)?.placement.clone(), id)));
        let mut placements: Vec<_> = shown.map(|(placement, id)| (id, placement)).collect();
        let mut deletions = Vec::new();
        let refreshed = self.refresh(Class::Backfill, held, &mut placements, &mut deletions).await?;
        // A mirror that was never complete meets old mail here; one that was complete meets only what came since.
        let announce = if self.state.fresh_at.is_some() { Announce::Live } else { Announce::Silent };
        let (upserts, mut unmirrored) = (fetched.upserts, fetched.unmirrored);
        unmirrored.extend(refreshed.failed);
        self.apply(MirrorBatch { upserts, announce, ..self.live() }).await?;
        let batch = MirrorBatch { placements, deletions, unmirrored, ..self.live() };
        self.advance(batch, self.renewed()).await?;
        match fetched.held_back.or(refreshed.held_back) {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// Held messages whose content may have changed while nothing was followed, as far as the listing shows them.
    async fn rewritten_among(
        &self,
        ids: &[MessageId],
        missing: &[MessageId],
        listed: &Listed,
    ) -> Result<Vec<MessageId>> {
        let placement = |id: &MessageId| Some((id.clone(), listed.glimpses.0.get(id)?.placement.clone()));
        let shown: Vec<_> = ids.iter().filter_map(placement).collect();
        self.rewritten(&shown, &missing.iter().cloned().collect()).await
    }

    /// Removes what the listing did not show, after asking for each: a listing can skip (gmail.md 3.2).
    async fn remove_gone(&mut self, unseen: Vec<MessageId>) -> Result<()> {
        for ids in unseen.chunks(500) {
            let (mut placements, mut deletions) = (Vec::new(), Vec::new());
            let held = ids.iter().map(|id| (id.clone(), None)).collect();
            let refreshed = self.refresh(Class::Backfill, held, &mut placements, &mut deletions).await?;
            let batch = MirrorBatch { placements, deletions, unmirrored: refreshed.failed, ..self.live() };
            self.advance(batch, self.renewed()).await?;
            if let Some(fault) = refreshed.held_back {
                return Err(fault);
            }
        }
        Ok(())
    }
}
