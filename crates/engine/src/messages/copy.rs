//! A copy of a message in another folder, where a message lies in one only.

use model::grant::Grant;
use model::message::{Message, Placement};
use model::sync::{Announce, Mirrored};
use model::{Fault, FolderId, MessageId};
use providers::{Receipt, RemoteMessage};
use store::FullMessage;

use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::outbox::{made, unsure};
use crate::{Engine, Result, ingest};

impl Engine {
    /// Copies a message into a folder; the copy has an id of its own and is mirrored by the time this returns.
    ///
    /// # Errors
    /// `not_found`; `unsupported` where messages lie in several folders at once; `invalid_request` for a draft. With verdict
    /// `look_first` the copy may have been made: a second try would make a second one.
    pub async fn copy_message(&self, grant: &Grant, id: &MessageId, folder: &FolderId) -> Result<FullMessage> {
        let original = self.message(grant, id).await?;
        if original.placement.draft {
            // Of two drafts with one mark, nobody could tell which of them was sent.
            let message = "A draft is not copied; make another with POST /drafts.";
            return Err(Fault::invalid("message_id", message));
        }
        let copy = |mailbox: Mailbox| async move { mailbox.copy(id, folder).await };
        let receipt = self.inner.gate.once(grant, Class::Interactive, copy).await.map_err(unsure)?;
        self.copied(grant, &receipt, original, folder).await.map_err(made)
    }

    async fn copied(
        &self,
        grant: &Grant,
        receipt: &Receipt,
        original: Message,
        folder: &FolderId,
    ) -> Result<FullMessage> {
        let copy = match self.inner.read_back(grant, receipt).await {
            Some(read) => read,
            None => self.twin(grant, receipt, original, folder).await?,
        };
        self.inner.keep(grant, vec![copy], Vec::new(), Announce::Live).await?;
        self.inner.full(grant, &receipt.message_id).await
    }

    /// The copy as it has to look, made of the original, where it cannot be read back.
    async fn twin(&self, grant: &Grant, receipt: &Receipt, original: Message, folder: &FolderId) -> Result<Mirrored> {
        let raw = self.inner.store().raw(grant.id, &original.id).await.at_rest()?.unwrap_or_default();
        let remote = RemoteMessage {
            id: receipt.message_id.clone(),
            thread_id: receipt.thread_id.clone(),
            placement: Placement { folders: vec![folder.clone()], hidden: false, ..original.placement },
            received_at: original.date,
            raw: raw.into(),
        };
        Ok(ingest::mirrored(remote, self.inner.lately.moment()))
    }
}
