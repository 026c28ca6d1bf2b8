//! New placements of messages that are held.

use model::MessageId;
use model::message::Placement;
use rusqlite::params;

use super::super::columns::{Columns, one, run, to_json};
use super::Applying;
use super::rows::categories;
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
            "UPDATE messages SET unread = ?2, starred = ?3, draft = ?4, hidden = ?5, folders = ?6, categories = ?7
             WHERE position = ?1",
            params![
                held.position,
                placement.unread,
                placement.starred,
                placement.draft,
                placement.hidden,
                to_json(&placement.folders)?,
                categories(placement)?
            ],
        )?;
        self.change_folders(held.position, &held.placement, placement)?;
        if !only_learned(&held.placement, placement) {
            self.news.updated(id, &held.thread_id, held.placement.draft, placement.draft);
            self.threads.insert(held.thread_id);
        }
        Ok(true)
    }

    fn held_placement(&self, id: &MessageId) -> Result<Option<Held>> {
        let sql = "SELECT position, thread_id, folders, unread, starred, draft, hidden, categories FROM messages
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
                    categories: row.json_or_default(7)?,
                },
            })
        })
    }
}

/// Whether nothing is new but that there are known to be no categories: that was so all the time.
fn only_learned(held: &Placement, now: &Placement) -> bool {
    let none_known = Placement { categories: Some(Vec::new()), ..held.clone() };
    held.categories.is_none() && *now == none_known
}
