//! New placements of messages that are held.

use model::MessageId;
use model::message::Placement;
use rusqlite::params;

use super::super::columns::{Columns, one, run, to_json};
use super::Applying;
use crate::Result;

/// What placing needs to know of a message.
struct Held {
    position: i64,
    thread_id: String,
    placement: Placement,
}

impl Applying<'_> {
    /// Moves and marks a message, keeping its draft id; `false` when it is not held.
    pub(super) fn place(&mut self, id: &MessageId, placement: &Placement) -> Result<bool> {
        let Some(held) = self.held_placement(id)? else { return Ok(false) };
        if held.placement == *placement {
            return Ok(true);
        }
        run(
            self.connection,
            "UPDATE messages SET unread = ?2, starred = ?3, draft = ?4, hidden = ?5, folders = ?6 WHERE position = ?1",
            params![
                held.position,
                placement.unread,
                placement.starred,
                placement.draft,
                placement.hidden,
                to_json(&placement.folders)?
            ],
        )?;
        self.change_folders(held.position, &held.placement, placement)?;
        self.news.updated(id, &held.thread_id, held.placement.draft, placement.draft);
        self.threads.insert(held.thread_id);
        Ok(true)
    }

    fn held_placement(&self, id: &MessageId) -> Result<Option<Held>> {
        let sql = "SELECT position, thread_id, folders, unread, starred, draft, hidden FROM messages
                   WHERE mailbox = ?1 AND id = ?2";
        one(self.connection, sql, params![self.mailbox.0, id.0], |row| {
            Ok(Held {
                position: row.get(0)?,
                thread_id: row.get(1)?,
                placement: Placement {
                    folders: row.json(2)?,
                    unread: row.get(3)?,
                    starred: row.get(4)?,
                    draft: row.get(5)?,
                    hidden: row.get(6)?,
                },
            })
        })
    }
}
