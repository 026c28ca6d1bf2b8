//! Bringing messages into the mirror because somebody waits for them.

use std::sync::Arc;

use model::grant::Grant;
use model::message::Placement;
use model::sync::{Announce, MirrorBatch, Mirrored, SyncPhase};
use model::{DraftId, MessageId};
use providers::{Glimpses, Receipt, RemoteMessage};
use tracing::warn;

use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::sync::{Happened, fetch_all};
use crate::{Inner, Result, ingest};

impl Inner {
    /// Fetches messages the mirror does not hold and keeps them. What the provider does not have either is left out.
    ///
    /// Announced is what sync would announce: everything once the mirror is complete, before that what came after the
    /// grant was made. (Sync announces nothing that is mirrored already.)
    pub(crate) async fn mirror_missing(
        self: &Arc<Self>,
        grant: &Grant,
        ids: Vec<MessageId>,
        shown: &Glimpses,
    ) -> Result<()> {
        let missing = self.store().missing(grant.id, ids).await.at_rest()?;
        if missing.is_empty() {
            return Ok(());
        }
        let fetched = fetch_all(self, grant, Class::Interactive, shown.wanted(missing), None).await?;
        if let (true, Some(fault)) = (fetched.upserts.is_empty(), fetched.held_back) {
            return Err(fault);
        }
        let complete = self.is_complete(grant).await?;
        let still = self.still_missing(grant, fetched.upserts).await?;
        let (news, old): (Vec<_>, Vec<_>) =
            still.into_iter().partition(|one| complete || crate::ingest::is_news(grant, one.message.date));
        for (upserts, announce) in [(news, Announce::Live), (old, Announce::Silent)] {
            self.keep(grant, upserts, Vec::new(), announce).await?;
        }
        Ok(())
    }

    /// Without what sync mirrored meanwhile, which is newer.
    async fn still_missing(&self, grant: &Grant, fetched: Vec<Mirrored>) -> Result<Vec<Mirrored>> {
        let ids = fetched.iter().map(|one| one.message.id.clone()).collect();
        let missing = self.store().missing(grant.id, ids).await.at_rest()?;
        Ok(fetched.into_iter().filter(|one| missing.contains(&one.message.id)).collect())
    }

    async fn is_complete(&self, grant: &Grant) -> Result<bool> {
        let state = self.store().sync_state(grant.id).await.at_rest()?;
        Ok(state.is_some_and(|state| state.phase == SyncPhase::Live))
    }

    /// Keeps fetched messages, drafts under their draft ids.
    pub(crate) async fn keep(
        &self,
        grant: &Grant,
        mut upserts: Vec<Mirrored>,
        deletions: Vec<MessageId>,
        announce: Announce,
    ) -> Result<()> {
        if upserts.is_empty() && deletions.is_empty() {
            return Ok(());
        }
        if upserts.iter().any(|one| one.message.placement.draft && one.message.draft_id.is_none()) {
            let drafts =
                self.gate.call(grant, Class::Interactive, |mailbox| async move { mailbox.drafts().await }).await?;
            name(&mut upserts, drafts);
        }
        // As in sync: what the outbox has on its way is nobody's draft.
        let upserts = self.without_strays(grant, upserts).await?;
        let batch = MirrorBatch { upserts, deletions, ..MirrorBatch::empty(announce, self.now()) };
        self.apply(grant.id, batch).await.map(drop)
    }

    /// The message a receipt speaks of, as the provider has it now. When it cannot be fetched, our own bytes stand in
    /// until the next sync: what was sent or saved is not failed because it could not be read back.
    pub(crate) async fn written(
        self: &Arc<Self>,
        grant: &Grant,
        receipt: &Receipt,
        raw: bytes::Bytes,
        placement: Placement,
    ) -> Mirrored {
        let mut mirrored = match self.read_back(grant, receipt).await {
            Some(mirrored) => mirrored,
            None => self.stand_in(receipt, raw, placement),
        };
        mirrored.message.draft_id = receipt.draft_id.clone();
        mirrored
    }

    /// A message of our making as the provider has it now; `None` when it cannot be read, which is written to the log.
    pub(super) async fn read_back(self: &Arc<Self>, grant: &Grant, receipt: &Receipt) -> Option<Mirrored> {
        // What was asked for before does not know of it.
        self.lately.note(Happened::Changed, grant.id, std::slice::from_ref(&receipt.message_id), self.now());
        match fetch_all(self, grant, Class::Interactive, vec![receipt.message_id.clone()], None).await {
            Ok(fetched) => fetched.upserts.into_iter().next(),
            Err(fault) => {
                warn!(grant = %grant.id, message = %receipt.message_id, "could not read back what was written: {fault}");
                None
            }
        }
    }

    pub(crate) fn stand_in(&self, receipt: &Receipt, raw: bytes::Bytes, placement: Placement) -> Mirrored {
        let remote = RemoteMessage {
            id: receipt.message_id.clone(),
            thread_id: receipt.thread_id.clone(),
            placement,
            received_at: self.now(),
            raw,
        };
        ingest::mirrored(remote, self.lately.moment())
    }
}

fn name(upserts: &mut [Mirrored], drafts: Vec<(DraftId, MessageId)>) {
    for one in upserts {
        let draft = drafts.iter().find(|(_, message)| *message == one.message.id);
        one.message.draft_id = one.message.draft_id.take().or(draft.map(|(draft, _)| draft.clone()));
    }
}
