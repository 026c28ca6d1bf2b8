//! Drafts: saved at the provider, mirrored, sent.

use bytes::Bytes;
use model::folder::FolderRole;
use model::grant::Grant;
use model::message::{MessageEdit, Placement};
use model::sync::Announce;
use model::{DraftId, Fault, FaultKind, MessageId, ThreadId};
use providers::Receipt;
use serde_json::{Map, Value};
use store::FullMessage;

use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::messages::{Composed, Composition};
use crate::outbox::{Outgoing, Sent, Wish, made, unsure};
use crate::{Engine, Result};

impl Engine {
    /// Saves a new draft.
    ///
    /// # Errors
    /// As [`Self::send_message`], but nothing is required. With verdict `look_first` the draft may have been saved.
    pub async fn create_draft(&self, grant: &Grant, composition: Composition) -> Result<FullMessage> {
        let composed = &self.compose(grant, &composition).await?;
        self.keep_marks(composed).await?;
        let create = |mailbox: Mailbox| async move {
            mailbox.create_draft(composed.raw.clone(), composed.thread.as_ref()).await
        };
        let receipt = self.inner.gate.once(grant, Class::Interactive, create).await.map_err(unsure)?;
        let kept = async {
            self.has_marks(grant, &receipt, composed, false).await?;
            self.saved(grant, receipt.clone(), composed.raw.clone(), None, composition).await
        };
        kept.await.map_err(made)
    }

    /// Replaces a draft's content. The caller has merged what it leaves out from the draft as it was.
    ///
    /// # Errors
    /// `not_found`; as [`Self::create_draft`].
    pub async fn update_draft(&self, grant: &Grant, id: &DraftId, composition: Composition) -> Result<FullMessage> {
        let held = self.draft(grant, id).await?;
        let tracked = self.tracked_draft(grant.id, id, &held.body.text).await?;
        let was_tracked = tracked.is_some();
        let mut composition = composition;
        // Whatever was read of the draft and comes back: marks are put into the author's words alone.
        composition.outgoing.body = self.unmarked(grant.id, composition.outgoing.body).await?;
        composition.tracking = composition.tracking.or(tracked.map(|tracked| tracked.tracking));
        let composed = &self.compose_again(grant, &held, &composition).await?;
        self.keep_marks(composed).await?;
        let update = |mailbox: Mailbox| async move {
            mailbox.update_draft(id, composed.raw.clone(), composed.thread.as_ref()).await
        };
        let receipt = self.inner.gate.call(grant, Class::Interactive, update).await?;
        self.has_marks(grant, &receipt, composed, was_tracked).await?;
        let metadata = composition.metadata.clone().or_else(|| held.message.metadata.clone());
        let composition = Composition { metadata, ..composition };
        self.saved(grant, receipt, composed.raw.clone(), Some(held.message.id), composition).await
    }

    /// Removes a draft.
    ///
    /// # Errors
    /// `not_found` when neither mirror nor provider has it.
    pub async fn delete_draft(&self, grant: &Grant, id: &DraftId) -> Result<()> {
        let held = self.inner.store().draft(grant.id, id).await.at_rest()?;
        let delete = |mailbox: Mailbox| async move { mailbox.delete_draft(id).await };
        let deleted = self.inner.gate.call(grant, Class::Interactive, delete).await;
        if deleted.is_ok() && self.inner.store().tracked_draft(grant.id, id).await.at_rest()?.is_some() {
            self.inner.store().keep_tracked_draft(grant.id, id.clone(), None).await.at_rest()?;
        }
        match (deleted, held) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(held)) => self.inner.unmirror(grant, vec![held.message.id]).await,
            // Removed elsewhere, or by a first try whose answer was lost: it is gone, as was asked for.
            (Err(fault), Some(held)) if fault.kind == FaultKind::NotFound => {
                self.inner.unmirror(grant, vec![held.message.id]).await
            }
            (Err(fault), _) => Err(fault),
        }
    }

    /// Sends a draft through the outbox; as [`Self::send_message`].
    ///
    /// # Errors
    /// `not_found`; `invalid_request` with field `to` when it has no recipient; what the provider refuses.
    pub async fn send_draft(&self, grant: &Grant, id: &DraftId, wish: Wish) -> Result<Sent> {
        let FullMessage { message: draft, body } = self.draft(grant, id).await?;
        if draft.to.is_empty() && draft.cc.is_empty() && draft.bcc.is_empty() {
            return Err(Fault::invalid("to", "The draft has no recipient; add one to `to`, `cc` or `bcc`."));
        }
        let raw = self.inner.store().raw(grant.id, &draft.id).await.at_rest()?.unwrap_or_default();
        let composed = Composed { raw: raw.into(), thread: None, tracked: None };
        let metadata = draft.metadata.clone();
        let tracking = self.tracked_draft(grant.id, id, &body.text).await?.map(|tracked| tracked.tracking);
        let draft = Some((id.clone(), draft));
        self.submit(grant, Outgoing { composed, metadata, tracking, answers: None, draft }, wish).await
    }

    /// The draft as mirrored.
    async fn draft(&self, grant: &Grant, id: &DraftId) -> Result<FullMessage> {
        let held = self.inner.store().draft(grant.id, id).await.at_rest()?;
        held.ok_or_else(|| Fault::not_found("There is no such draft in this mailbox."))
    }

    /// Composes a draft's new content; an answer stays one, even when the caller does not say so again.
    async fn compose_again(&self, grant: &Grant, held: &FullMessage, composition: &Composition) -> Result<Composed> {
        let mut composition = composition.clone();
        let mut thread: Option<ThreadId> = None;
        if composition.reply_to_message_id.is_none()
            && let Some(parent) = &held.message.in_reply_to
        {
            let raw = self.inner.store().raw(grant.id, &held.message.id).await.at_rest()?.unwrap_or_default();
            composition.outgoing.in_reply_to = Some(parent.clone());
            composition.outgoing.references = mail::parse::parse(&raw).references;
            thread = Some(held.message.thread_id.clone());
        }
        let composed = self.compose(grant, &composition).await?;
        Ok(Composed { thread: composed.thread.or(thread), ..composed })
    }

    /// Writes down what the marks of a draft stand for, before anybody can meet them.
    async fn keep_marks(&self, composed: &Composed) -> Result<()> {
        match &composed.tracked {
            Some(tracked) => self.inner.store().add_tracked(tracked.clone()).await.at_rest(),
            None => Ok(()),
        }
    }

    /// The draft was saved: it has the marks it was composed with, and those it had before are gone.
    async fn has_marks(&self, grant: &Grant, receipt: &Receipt, composed: &Composed, had: bool) -> Result<()> {
        let token = composed.tracked.as_ref().map(|tracked| tracked.token);
        match &receipt.draft_id {
            Some(id) if had || token.is_some() => {
                self.inner.store().keep_tracked_draft(grant.id, id.clone(), token).await.at_rest()
            }
            _ => Ok(()),
        }
    }

    /// Mirrors a saved draft in place of what it was.
    async fn saved(
        &self,
        grant: &Grant,
        receipt: Receipt,
        raw: Bytes,
        before: Option<MessageId>,
        composition: Composition,
    ) -> Result<FullMessage> {
        let folders = self.folders_for(grant, FolderRole::Drafts).await?;
        let placement = Placement { folders, draft: true, ..Placement::default() };
        let saved = self.inner.written(grant, &receipt, raw, placement).await;
        let placement = saved.message.placement.clone();
        let replaced = replaced(before, &receipt);
        self.inner.keep(grant, vec![saved], replaced, Announce::Live).await?;
        self.carry(grant, &receipt.message_id, composition.metadata).await?;
        if let Some(starred) = composition.starred.filter(|starred| *starred != placement.starred) {
            self.star(grant, &receipt.message_id, &placement, starred).await;
        }
        self.inner.full(grant, &receipt.message_id).await
    }

    /// Stars a draft as far as the provider lets drafts be starred: the draft is saved either way.
    async fn star(&self, grant: &Grant, id: &MessageId, placement: &Placement, starred: bool) {
        let edit = &MessageEdit { starred: Some(starred), ..MessageEdit::default() };
        let update = |mailbox: Mailbox| async move { mailbox.update(id, placement, edit).await };
        let placed = match self.inner.gate.call(grant, Class::Interactive, update).await {
            Ok(placed) => self.inner.place_all(grant, vec![(id.clone(), placed)]).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = placed {
            tracing::warn!(grant = %grant.id, message = %id, "the draft could not be starred: {fault}");
        }
    }

    async fn carry(&self, grant: &Grant, id: &MessageId, metadata: Option<Map<String, Value>>) -> Result<()> {
        if metadata.is_none() {
            return Ok(());
        }
        self.inner.store().set_metadata(grant.id, id, metadata).await.at_rest()
    }
}

/// The message that a saved or sent draft left behind (at Gmail a new message takes its place, gmail.md 3.1).
fn replaced(before: Option<MessageId>, receipt: &Receipt) -> Vec<MessageId> {
    before.into_iter().filter(|id| *id != receipt.message_id).collect()
}
