//! Sending: checked and composed here, sent by the outbox.

use bytes::Bytes;
use model::folder::FolderRole;
use model::grant::Grant;
use model::message::Placement;
use model::{Fault, FolderId};

use super::{Composed, Composition, carriage};
use crate::at_rest::AtRest;
use crate::outbox::{Outgoing, Sent, Wish};
use crate::{Engine, Result};

impl Engine {
    /// Sends a message through the outbox, and waits for its outcome as long as the wish says. The sent copy is mirrored.
    ///
    /// # Errors
    /// `invalid_request` naming the field, `sender_not_allowed`, `message_too_large`, what the provider refuses. A fault
    /// with the verdict `look_first` means that the message may have gone out; with any other it has not, and will not.
    pub async fn send_message(&self, grant: &Grant, composition: Composition, wish: Wish) -> Result<Sent> {
        let outgoing = &composition.outgoing;
        if outgoing.to.is_empty() && outgoing.cc.is_empty() && outgoing.bcc.is_empty() {
            return Err(Fault::invalid("to", "At least one recipient is required in `to`, `cc` or `bcc`."));
        }
        let composed = self.compose(grant, &composition).await?;
        let answers = composition.reply_to_message_id.map(|id| id.0);
        let outgoing = Outgoing { composed, metadata: composition.metadata, tracking: None, answers, draft: None };
        self.submit(grant, outgoing, wish).await
    }

    /// Sends a message that the caller composed, byte for byte, with the outbox's mark in front. As [`Self::send_message`].
    ///
    /// # Errors
    /// `invalid_request` with field `mime` when it names no recipient, `message_too_large`, what the provider refuses.
    pub async fn send_raw(&self, grant: &Grant, raw: Vec<u8>, wish: Wish) -> Result<Sent> {
        let parsed = mail::parse::parse(&raw);
        if parsed.to.is_empty() && parsed.cc.is_empty() && parsed.bcc.is_empty() {
            return Err(Fault::invalid("mime", "`mime` names no recipient in `To`, `Cc` or `Bcc`."));
        }
        carriage::check_raw(grant.provider, &parsed)?;
        carriage::check_bytes(grant.provider, raw.len())?;
        let composed = Composed { raw: Bytes::from(raw), thread: None, tracked: None };
        self.submit(grant, Outgoing { composed, metadata: None, tracking: None, answers: None, draft: None }, wish)
            .await
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
