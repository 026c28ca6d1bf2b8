//! Folder counts: gathered while a batch is applied, written once at its end.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::super::columns::run;
use super::super::mailbox::Mailbox;
use crate::Result;

/// By how much each folder's total and unread change.
#[derive(Default)]
pub(super) struct Counts {
    changes: BTreeMap<String, (i64, i64)>,
}

impl Counts {
    /// A message entered (`by` 1) or left (`by` -1) a folder.
    pub(super) fn moved(&mut self, folder: &str, by: i64, unread: bool) {
        self.change(folder, by, if unread { by } else { 0 });
    }

    /// A message in the folder was marked unread, or read.
    pub(super) fn marked(&mut self, folder: &str, unread: bool) {
        self.change(folder, 0, if unread { 1 } else { -1 });
    }

    fn change(&mut self, folder: &str, total: i64, unread: i64) {
        match self.changes.get_mut(folder) {
            Some(change) => *change = (change.0 + total, change.1 + unread),
            None => drop(self.changes.insert(folder.to_owned(), (total, unread))),
        }
    }

    pub(super) fn write(&self, connection: &Connection, mailbox: Mailbox) -> Result<()> {
        for (folder, (total, unread)) in self.changes.iter().filter(|(_, change)| **change != (0, 0)) {
            run(
                connection,
                "INSERT INTO folder_counts (mailbox, folder_id, total, unread) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (mailbox, folder_id)
                     DO UPDATE SET total = total + excluded.total, unread = unread + excluded.unread",
                params![mailbox.0, folder, total, unread],
            )?;
            let emptied = "DELETE FROM folder_counts WHERE mailbox = ?1 AND folder_id = ?2 AND total = 0";
            run(connection, emptied, params![mailbox.0, folder])?;
        }
        Ok(())
    }
}
