//! Threads: changes apply to every message.

use model::grant::Grant;
use model::message::{MessageEdit, Placement, Thread};
use model::{Fault, MessageId, ThreadId};

use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox};
use crate::{Engine, Result};

impl Engine {
    /// Changes every message of a thread.
    ///
    /// # Errors
    /// `not_found` when the mirror has no message of it; what the provider refuses.
    pub async fn update_thread(&self, grant: &Grant, id: &ThreadId, edit: MessageEdit) -> Result<Thread> {
        let current = self.placements_of(grant, id).await?;
        if edit != MessageEdit::default() {
            let (current, edit) = (&current, &edit);
            let update = |mailbox: Mailbox| async move { mailbox.update_thread(id, current, edit).await };
            let placed = self.inner.gate.call(grant, Class::Interactive, update).await?;
            self.inner.place_all(grant, placed).await?;
        }
        self.inner.store().thread(grant.id, id).await.at_rest()?.ok_or_else(no_thread)
    }

    /// Moves a thread to the trash.
    ///
    /// # Errors
    /// As [`Self::update_thread`].
    pub async fn delete_thread(&self, grant: &Grant, id: &ThreadId) -> Result<()> {
        let current = &self.placements_of(grant, id).await?;
        let trash = |mailbox: Mailbox| async move { mailbox.trash_thread(id, current).await };
        let placed = self.inner.gate.call(grant, Class::Interactive, trash).await?;
        self.inner.place_all(grant, placed).await
    }

    async fn placements_of(&self, grant: &Grant, id: &ThreadId) -> Result<Vec<(MessageId, Placement)>> {
        let messages = self.inner.store().thread_messages(grant.id, id).await.at_rest()?;
        if messages.is_empty() {
            return Err(no_thread());
        }
        Ok(messages.into_iter().map(|message| (message.id, message.placement)).collect())
    }
}

/// The contract's sentence for a thread that is nowhere.
fn no_thread() -> Fault {
    Fault::not_found("no messages found in this thread")
}
