//! Writing the rows of one message.

use model::FolderId;
use model::message::{Message, Placement};
use rusqlite::params;

use serde_json::{Map, Value};

use super::super::columns::{counted, nanos, run, to_json};
use super::super::metadata;
use super::Applying;
use super::prepared::Prepared;
use crate::Result;

impl<'a> Applying<'a> {
    /// Writes every row of a message that has none yet.
    pub(super) fn insert(&mut self, prepared: &'a Prepared, pairs: Option<&Map<String, Value>>) -> Result<()> {
        let message = &prepared.message;
        let position = self.mailbox.free_position(self.connection, message.date)?;
        run(
            self.connection,
            "INSERT INTO messages (position, mailbox, unread, starred, draft, hidden, has_attachment, date, id, thread_id,
                                   draft_id, subject, people, snippet, folders, attachments, rfc_message_id, in_reply_to,
                                   size, metadata, categories)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
            params![
                position,
                self.mailbox.0,
                message.placement.unread,
                message.placement.starred,
                message.placement.draft,
                message.placement.hidden,
                prepared.has_attachment,
                nanos(message.date),
                message.id.0,
                message.thread_id.0,
                message.draft_id.as_ref().map(|id| &id.0),
                message.subject,
                prepared.people,
                message.snippet,
                prepared.folders,
                prepared.attachments,
                message.rfc_message_id,
                message.in_reply_to,
                counted(message.size),
                pairs.map(to_json).transpose()?,
                categories(&message.placement)?
            ],
        )?;
        metadata::index(self.connection, self.mailbox, position, pairs)?;
        self.enter_folders(position, &message.placement)?;
        self.insert_addresses(position, prepared)?;
        self.insert_content(position, prepared)
    }

    /// Replaces the row of a message that stays where it is.
    pub(super) fn rewrite(
        &mut self,
        position: i64,
        held: &Message,
        prepared: &Prepared,
        pairs: Option<&Map<String, Value>>,
    ) -> Result<()> {
        let message = &prepared.message;
        run(
            self.connection,
            "UPDATE messages SET unread = ?2, starred = ?3, draft = ?4, hidden = ?5, has_attachment = ?6, thread_id = ?7,
                                 draft_id = ?8, subject = ?9, people = ?10, snippet = ?11, folders = ?12,
                                 attachments = ?13, rfc_message_id = ?14, in_reply_to = ?15, size = ?16,
                                 metadata = ?17, categories = ?18
             WHERE position = ?1",
            params![
                position,
                message.placement.unread,
                message.placement.starred,
                message.placement.draft,
                message.placement.hidden,
                prepared.has_attachment,
                message.thread_id.0,
                message.draft_id.as_ref().map(|id| &id.0),
                message.subject,
                prepared.people,
                message.snippet,
                prepared.folders,
                prepared.attachments,
                message.rfc_message_id,
                message.in_reply_to,
                counted(message.size),
                pairs.map(to_json).transpose()?,
                categories(&message.placement)?
            ],
        )?;
        self.change_folders(position, &held.placement, &message.placement)
    }

    pub(super) fn insert_addresses(&self, position: i64, prepared: &Prepared) -> Result<()> {
        for (email, fields) in &prepared.addresses {
            run(
                self.connection,
                "INSERT INTO message_addresses (mailbox, email, position, fields) VALUES (?1, ?2, ?3, ?4)",
                params![self.mailbox.0, email, position, fields],
            )?;
        }
        Ok(())
    }

    /// Writes body and raw bytes, replacing what is there, and keeps the words for the end of the batch.
    pub(super) fn insert_content(&mut self, position: i64, prepared: &'a Prepared) -> Result<()> {
        run(
            self.connection,
            "INSERT OR REPLACE INTO message_bodies (position, html, data) VALUES (?1, ?2, ?3)",
            params![position, prepared.body.html, prepared.body_frame],
        )?;
        run(
            self.connection,
            "INSERT OR REPLACE INTO message_raws (position, data) VALUES (?1, ?2)",
            params![position, prepared.raw_frame],
        )?;
        self.words.insert(position, &prepared.words);
        Ok(())
    }

    /// Writes the words of the batch into the full-text index, in ascending order of position.
    pub(super) fn index_words(&self) -> Result<()> {
        for (position, words) in &self.words {
            run(
                self.connection,
                "INSERT INTO message_search (rowid, subject, people, attachments, body, marks)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![position, words.subject, words.people, words.attachments, words.body, words.marks],
            )?;
        }
        Ok(())
    }

    fn enter_folders(&mut self, position: i64, placement: &Placement) -> Result<()> {
        for folder in distinct(&placement.folders) {
            run(
                self.connection,
                "INSERT INTO message_folders (mailbox, folder_id, position, unread) VALUES (?1, ?2, ?3, ?4)",
                params![self.mailbox.0, folder.0, position, placement.unread],
            )?;
            self.counts.moved(folder.as_str(), 1, placement.unread);
        }
        Ok(())
    }

    pub(super) fn change_folders(&mut self, position: i64, held: &Placement, now: &Placement) -> Result<()> {
        for folder in distinct(&held.folders).filter(|folder| !now.folders.contains(folder)) {
            run(
                self.connection,
                "DELETE FROM message_folders WHERE mailbox = ?1 AND folder_id = ?2 AND position = ?3",
                params![self.mailbox.0, folder.0, position],
            )?;
            self.counts.moved(folder.as_str(), -1, held.unread);
        }
        let entered: Vec<FolderId> = now.folders.iter().filter(|f| !held.folders.contains(f)).cloned().collect();
        self.enter_folders(position, &Placement { folders: entered, ..now.clone() })?;
        if held.unread != now.unread {
            for folder in distinct(&now.folders).filter(|folder| held.folders.contains(folder)) {
                run(
                    self.connection,
                    "UPDATE message_folders SET unread = ?4 WHERE mailbox = ?1 AND folder_id = ?2 AND position = ?3",
                    params![self.mailbox.0, folder.0, position, now.unread],
                )?;
                self.counts.marked(folder.as_str(), now.unread);
            }
        }
        Ok(())
    }
}

/// The column; NULL where there are none to know of.
pub(super) fn categories(placement: &Placement) -> Result<Option<String>> {
    placement.categories.as_ref().map(to_json).transpose()
}

/// Each folder once, though a provider should never name one twice.
pub(super) fn distinct(folders: &[FolderId]) -> impl Iterator<Item = &FolderId> {
    folders.iter().enumerate().filter(|(at, folder)| !folders[..*at].contains(folder)).map(|(_, folder)| folder)
}
