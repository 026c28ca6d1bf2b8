//! The folder list of a mailbox, compared with the one held.

use std::collections::{BTreeSet, HashMap};

use model::FolderId;
use model::event::EventType;
use model::folder::{Folder, FolderRole};
use rusqlite::params;
use serde_json::json;

use super::super::columns::{all, run};
use super::super::folders::{listed, role_word};
use super::Applying;
use crate::Result;

impl Applying<'_> {
    /// Makes the held list the given one, and notes what is news.
    pub(super) fn folders(&mut self, now: &[Folder]) -> Result<()> {
        let mut before: HashMap<FolderId, Folder> =
            listed(self.connection, self.mailbox)?.into_iter().map(|folder| (folder.id.clone(), folder)).collect();
        let mut sent_changed = BTreeSet::new();
        for folder in now {
            let old = before.remove(&folder.id);
            if old.as_ref() == Some(folder) {
                continue;
            }
            if is_sent(old.as_ref()) != is_sent(Some(folder)) {
                sent_changed.insert(folder.id.clone());
            }
            self.write_folder(folder)?;
            let kind = if old.is_some() { EventType::FolderUpdated } else { EventType::FolderCreated };
            self.news.folder(kind, &folder.id, json!({}));
        }
        for gone in before.into_values() {
            if is_sent(Some(&gone)) {
                sent_changed.insert(gone.id.clone());
            }
            self.remove_folder(&gone)?;
        }
        sent_changed.iter().try_for_each(|folder| self.touch_threads_in(folder))
    }

    fn write_folder(&self, folder: &Folder) -> Result<()> {
        run(
            self.connection,
            "INSERT OR REPLACE INTO folders (mailbox, id, name, parent_id, system, role, text_color, background_color)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                self.mailbox.0,
                folder.id.0,
                folder.name,
                folder.parent_id.as_ref().map(|id| &id.0),
                folder.system,
                folder.role.map(role_word),
                folder.text_color,
                folder.background_color
            ],
        )?;
        Ok(())
    }

    fn remove_folder(&mut self, gone: &Folder) -> Result<()> {
        let row = params![self.mailbox.0, gone.id.0];
        run(self.connection, "DELETE FROM folders WHERE mailbox = ?1 AND id = ?2", row)?;
        let detail = json!({ "name": gone.name, "system": gone.system });
        self.news.folder(EventType::FolderDeleted, &gone.id, detail);
        Ok(())
    }

    /// A folder that becomes, or is no longer, where sent mail lies changes when its threads were last sent to.
    fn touch_threads_in(&mut self, folder: &FolderId) -> Result<()> {
        let threads = all(
            self.connection,
            "SELECT DISTINCT m.thread_id FROM message_folders f CROSS JOIN messages m ON m.position = f.position
             WHERE f.mailbox = ?1 AND f.folder_id = ?2",
            params![self.mailbox.0, folder.0],
            |row| Ok(row.get::<_, String>(0)?),
        )?;
        self.threads.extend(threads);
        Ok(())
    }
}

fn is_sent(folder: Option<&Folder>) -> bool {
    folder.is_some_and(|folder| folder.role == Some(FolderRole::Sent))
}
