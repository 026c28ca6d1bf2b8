//! Sending: once, at the provider, then mirrored.

use bytes::Bytes;
use model::folder::FolderRole;
use model::grant::Grant;
use model::message::Placement;
use model::sync::Announce;
use model::{Fault, FolderId, ThreadId};
use providers::Receipt;
use store::FullMessage;

use super::{Composition, carriage};
use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::{Engine, Result};

impl Engine {
    /// Sends a message and mirrors the sent copy. Never repeated here: after a fault with the verdict `look_first` the
    /// message may have gone out.
    ///
    /// # Errors
    /// `invalid_request` naming the field, `sender_not_allowed`, `message_too_large`, what the provider refuses.
    pub async fn send_message(&self, grant: &Grant, composition: Composition) -> Result<FullMessage> {
        let outgoing = &composition.outgoing;
        if outgoing.to.is_empty() && outgoing.cc.is_empty() && outgoing.bcc.is_empty() {
            return Err(Fault::invalid("to", "At least one recipient is required in `to`, `cc` or `bcc`."));
        }
        let composed = self.compose(grant, &composition).await?;
        let receipt = self.hand_over(grant, composed.raw.clone(), composed.thread.as_ref()).await?;
        let placement = self.sent_placement(grant).await?;
        let sent = self.inner.written(grant, &receipt, composed.raw, placement).await;
        self.inner.keep(grant, vec![sent], Vec::new(), Announce::Live).await?;
        if composition.metadata.is_some() {
            let id = &receipt.message_id;
            self.inner.store().set_metadata(grant.id, id, composition.metadata).await.at_rest()?;
        }
        self.inner.full(grant, &receipt.message_id).await
    }

    /// Sends a message that the caller composed, byte for byte, and mirrors the sent copy. As [`Self::send_message`],
    /// never repeated here.
    ///
    /// # Errors
    /// `invalid_request` with field `mime` when it names no recipient, `message_too_large`, what the provider refuses.
    pub async fn send_raw(&self, grant: &Grant, raw: Vec<u8>) -> Result<FullMessage> {
        let parsed = mail::parse::parse(&raw);
        if parsed.to.is_empty() && parsed.cc.is_empty() && parsed.bcc.is_empty() {
            return Err(Fault::invalid("mime", "`mime` names no recipient in `To`, `Cc` or `Bcc`."));
        }
        carriage::check_raw(grant.provider, &parsed)?;
        carriage::check_bytes(grant.provider, raw.len())?;
        let raw = Bytes::from(raw);
        let receipt = self.hand_over(grant, raw.clone(), None).await?;
        let placement = self.sent_placement(grant).await?;
        let sent = self.inner.written(grant, &receipt, raw, placement).await;
        self.inner.keep(grant, vec![sent], Vec::new(), Announce::Live).await?;
        self.inner.full(grant, &receipt.message_id).await
    }

    async fn hand_over(&self, grant: &Grant, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt> {
        let raw = &raw;
        let send = |mailbox: Mailbox| async move { mailbox.send(raw.clone(), thread).await };
        self.inner.gate.once(grant, Class::Send, send).await.map_err(|fault| carriage::explained(fault, raw))
    }

    /// Where a message lies that was just sent, until the provider says so itself.
    pub(crate) async fn sent_placement(&self, grant: &Grant) -> Result<Placement> {
        let folders = self.folders_for(grant, FolderRole::Sent).await?;
        Ok(Placement { folders, ..Placement::default() })
    }

    /// The folders of a role, as mirrored.
    pub(crate) async fn folders_for(&self, grant: &Grant, role: FolderRole) -> Result<Vec<FolderId>> {
        let folders = self.inner.store().folders(grant.id).await.at_rest()?;
        Ok(folders.into_iter().filter(|f| f.folder.role == Some(role)).map(|f| f.folder.id).collect())
    }
}
