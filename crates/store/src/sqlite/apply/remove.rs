//! Deletions, and removing the rows of a message.

use std::collections::BTreeMap;

use model::MessageId;
use model::message::Message;
use rusqlite::{Connection, params};

use super::super::columns::run;
use super::super::mailbox::Mailbox;
use super::super::messages::find::held;
use super::super::metadata;
use super::Applying;
use super::prepared::addresses;
use super::rows::distinct;
use crate::Result;

impl Applying<'_> {
    /// Deletes a message; one that is not held needs no deleting.
    pub(super) fn delete(&mut self, id: &MessageId) -> Result<()> {
        if let Some((position, held)) = held(self.connection, self.mailbox, id)? {
            self.erase(position, &held)?;
            self.threads.insert(held.thread_id.0.clone());
            self.news.deleted(id, held.thread_id.as_str(), held.placement.draft);
        }
        self.forget_unmirrored(id)
    }

    /// Removes every row of a message. Its thread is recomputed at the end of the batch.
    pub(super) fn erase(&mut self, position: i64, held: &Message) -> Result<()> {
        for folder in distinct(&held.placement.folders) {
            run(
                self.connection,
                "DELETE FROM message_folders WHERE mailbox = ?1 AND folder_id = ?2 AND position = ?3",
                params![self.mailbox.0, folder.0, position],
            )?;
            self.counts.moved(folder.as_str(), -1, held.placement.unread);
        }
        remove_addresses(self.connection, self.mailbox, position, &addresses(held))?;
        metadata::unindex(self.connection, self.mailbox, position, held.metadata.as_ref())?;
        self.forget_words(position)?;
        run(self.connection, "DELETE FROM message_bodies WHERE position = ?1", [position])?;
        run(self.connection, "DELETE FROM message_raws WHERE position = ?1", [position])?;
        run(self.connection, "DELETE FROM messages WHERE position = ?1", [position])?;
        Ok(())
    }

    /// Takes a message out of the full-text index, or keeps it from getting there.
    pub(super) fn forget_words(&mut self, position: i64) -> Result<()> {
        match self.words.remove(&position) {
            Some(_) => Ok(()),
            None => remove_words(self.connection, position),
        }
    }
}

pub(super) fn remove_addresses(
    connection: &Connection,
    mailbox: Mailbox,
    position: i64,
    addresses: &BTreeMap<String, i64>,
) -> Result<()> {
    for email in addresses.keys() {
        run(
            connection,
            "DELETE FROM message_addresses WHERE mailbox = ?1 AND email = ?2 AND position = ?3",
            params![mailbox.0, email, position],
        )?;
    }
    Ok(())
}

/// Takes a message out of the full-text index.
pub(in crate::sqlite) fn remove_words(connection: &Connection, position: i64) -> Result<()> {
    run(connection, "DELETE FROM message_search WHERE rowid = ?1", [position])?;
    Ok(())
}
