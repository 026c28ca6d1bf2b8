//! Messages: changes go to the provider first, then to the mirror, in one operation. Sending.

mod carriage;
mod composing;
mod copy;
mod metadata;
mod mirror;
mod search;
mod send;

use model::grant::Grant;
use model::message::{Message, MessageEdit, Placement};
use model::sync::{Announce, MirrorBatch};
use model::tracking::Tracking;
use model::{Fault, FaultKind, MessageId};
use providers::Glimpses;
use store::FullMessage;

use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::sync::Happened;
use crate::wordings::TemplateUse;
use crate::{Engine, Result};

pub(crate) use carriage::explained;
pub(crate) use composing::Composed;

/// What a caller wants to send or save as a draft.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The message; `from` may be empty (the grant's own address), `message_id` and `date` are chosen by the engine.
    pub outgoing: mail::compose::Outgoing,
    /// The message this one answers; sets threading headers and the thread.
    pub reply_to_message_id: Option<MessageId>,
    /// The caller's own key-value pairs.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// The template that makes subject and body where they are empty.
    pub template: Option<TemplateUse>,
    /// The signature below the body.
    pub signature_id: Option<String>,
    /// What is tracked about it; for a draft that is written anew, `None` leaves it as it is.
    pub tracking: Option<Tracking>,
    /// Drafts only: starred.
    pub starred: Option<bool>,
}

/// Ids that match a native query, and where the provider's listing continues.
#[derive(Clone, Debug)]
pub struct NativePage<T> {
    /// Ids in the provider's order; all of them are mirrored by the time this returns.
    pub ids: Vec<T>,
    /// Provider-opaque.
    pub next: Option<String>,
}

impl Engine {
    /// A message that is not mirrored yet, fetched now at interactive priority and kept. `None` if the provider has none either.
    pub async fn read_through(&self, grant: &Grant, id: &MessageId) -> Result<Option<FullMessage>> {
        if let Some(held) = self.inner.store().full_message(grant.id, id).await.at_rest()? {
            return Ok(Some(held));
        }
        self.inner.mirror_missing(grant, vec![id.clone()], &Glimpses::default()).await?;
        self.inner.store().full_message(grant.id, id).await.at_rest()
    }

    /// Changes a message.
    ///
    /// # Errors
    /// `not_found` when neither mirror nor provider has it; `invalid_request` with field `metadata` for pairs that break
    /// the contract's limits; what the provider refuses.
    pub async fn update_message(
        &self,
        grant: &Grant,
        id: &MessageId,
        edit: MessageEdit,
        metadata: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Result<FullMessage> {
        metadata.as_ref().map_or(Ok(()), metadata::check)?;
        let message = self.message(grant, id).await?;
        if edit != MessageEdit::default() {
            let (current, edit) = (&message.placement, &edit);
            let update = |mailbox: crate::gate::Mailbox| async move { mailbox.update(id, current, edit).await };
            let placed = self.inner.gate.call(grant, Class::Interactive, update).await;
            self.inner.place(grant, id, placed).await?;
        }
        if metadata.is_some() {
            self.inner.store().set_metadata(grant.id, id, metadata).await.at_rest()?;
        }
        self.inner.full(grant, id).await
    }

    /// Moves a message to the trash, or removes it for good.
    ///
    /// # Errors
    /// `not_found`; `unsupported` with field `hard_delete` when the operator has not allowed removal for good.
    pub async fn delete_message(&self, grant: &Grant, id: &MessageId, hard: bool) -> Result<()> {
        if hard {
            return self.remove_message(grant, id).await;
        }
        let message = self.message(grant, id).await?;
        let current = &message.placement;
        let trash = |mailbox: crate::gate::Mailbox| async move { mailbox.trash(id, current).await };
        let placed = self.inner.gate.call(grant, Class::Interactive, trash).await;
        self.inner.place(grant, id, placed).await
    }

    async fn remove_message(&self, grant: &Grant, id: &MessageId) -> Result<()> {
        if !self.settings().allow_hard_delete {
            let message =
                "Removing messages for good is switched off; leave `hard_delete` out to move it to the trash.";
            return Err(Fault { field: Some("hard_delete".into()), ..Fault::new(FaultKind::Unsupported, message) });
        }
        let delete = |mailbox: crate::gate::Mailbox| async move { mailbox.delete(id).await };
        self.inner.gate.call(grant, Class::Interactive, delete).await?;
        self.inner.unmirror(grant, vec![id.clone()]).await
    }

    /// The message as mirrored, read through when it is not.
    pub(crate) async fn message(&self, grant: &Grant, id: &MessageId) -> Result<Message> {
        if let Some(held) = self.inner.store().message(grant.id, id).await.at_rest()? {
            return Ok(held);
        }
        Ok(self.read_through(grant, id).await?.ok_or_else(no_message)?.message)
    }
}

impl crate::Inner {
    /// Writes where a message lies after a change of ours; one the provider no longer has leaves the mirror.
    async fn place(&self, grant: &Grant, id: &MessageId, placed: Result<Placement>) -> Result<()> {
        match placed {
            Ok(placement) => self.place_all(grant, vec![(id.clone(), placement)]).await,
            Err(fault) if fault.kind == FaultKind::NotFound => {
                self.unmirror(grant, vec![id.clone()]).await?;
                Err(fault)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Writes where messages lie after a change of ours.
    pub(crate) async fn place_all(&self, grant: &Grant, placements: Vec<(MessageId, Placement)>) -> Result<()> {
        let ids: Vec<MessageId> = placements.iter().map(|(id, _)| id.clone()).collect();
        self.lately.note(Happened::Changed, grant.id, &ids, self.now());
        let batch = MirrorBatch { placements, ..MirrorBatch::empty(Announce::Live, self.now()) };
        self.apply(grant.id, batch).await.map(drop)
    }

    /// Takes messages out of the mirror that the provider no longer has.
    pub(crate) async fn unmirror(&self, grant: &Grant, deletions: Vec<MessageId>) -> Result<()> {
        let batch = MirrorBatch { deletions, ..MirrorBatch::empty(Announce::Live, self.now()) };
        self.apply(grant.id, batch).await.map(drop)
    }

    /// A message as mirrored now.
    pub(crate) async fn full(&self, grant: &Grant, id: &MessageId) -> Result<FullMessage> {
        self.store().full_message(grant.id, id).await.at_rest()?.ok_or_else(no_message)
    }
}

/// What is said of a message that is nowhere.
pub(crate) fn no_message() -> Fault {
    Fault::not_found("There is no such message in this mailbox.")
}

#[cfg(test)]
mod tests;
