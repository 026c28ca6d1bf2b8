//! Folders and their counts.

use model::FolderId;
use model::folder::{Folder, FolderRole};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, count, one};
use super::mailbox::Mailbox;
use crate::{CountedFolder, Result};

/// Roles in the order folders of them are listed.
const ROLES: [(FolderRole, &str); 8] = [
    (FolderRole::Inbox, "inbox"),
    (FolderRole::Sent, "sent"),
    (FolderRole::Drafts, "drafts"),
    (FolderRole::Trash, "trash"),
    (FolderRole::Junk, "junk"),
    (FolderRole::Archive, "archive"),
    (FolderRole::Important, "important"),
    (FolderRole::Flagged, "flagged"),
];

/// The columns [`read`] reads, then the counts.
const COUNTED: &str = "SELECT f.id, f.name, f.parent_id, f.system, f.role, f.text_color, f.background_color,
            coalesce(c.total, 0), coalesce(c.unread, 0),
            (SELECT count(*) FROM folders k WHERE k.mailbox = f.mailbox AND k.parent_id = f.id)
     FROM folders f LEFT JOIN folder_counts c ON c.mailbox = f.mailbox AND c.folder_id = f.id";

/// System folders first, in the order of their roles; then by name.
pub(crate) fn list(connection: &Connection, mailbox: Mailbox) -> Result<Vec<CountedFolder>> {
    let mut folders = all(connection, &format!("{COUNTED} WHERE f.mailbox = ?1"), [mailbox.0], counted)?;
    folders.sort_by_cached_key(|counted| {
        let folder = &counted.folder;
        let rank = ROLES.iter().position(|(role, _)| Some(*role) == folder.role).unwrap_or(ROLES.len());
        (!folder.system, rank, folder.name.to_lowercase(), folder.id.clone())
    });
    Ok(folders)
}

pub(crate) fn get(connection: &Connection, mailbox: Mailbox, id: &FolderId) -> Result<Option<CountedFolder>> {
    one(connection, &format!("{COUNTED} WHERE f.mailbox = ?1 AND f.id = ?2"), params![mailbox.0, id.0], counted)
}

/// The folders as last listed, without counts.
pub(super) fn listed(connection: &Connection, mailbox: Mailbox) -> Result<Vec<Folder>> {
    let sql = "SELECT id, name, parent_id, system, role, text_color, background_color FROM folders WHERE mailbox = ?1";
    all(connection, sql, [mailbox.0], read)
}

/// How a role is stored.
pub(super) fn role_word(role: FolderRole) -> &'static str {
    ROLES.iter().find(|(each, _)| *each == role).map_or("", |(_, word)| word)
}

fn counted(row: &Row) -> Result<CountedFolder> {
    Ok(CountedFolder {
        folder: read(row)?,
        total: count(row.get(7)?),
        unread: count(row.get(8)?),
        children: count(row.get(9)?),
    })
}

fn read(row: &Row) -> Result<Folder> {
    let role: Option<String> = row.get(4)?;
    Ok(Folder {
        id: FolderId(row.get(0)?),
        name: row.get(1)?,
        parent_id: row.get::<_, Option<_>>(2)?.map(FolderId),
        system: row.get(3)?,
        role: role.map(|_| row.word(4, role_of)).transpose()?,
        text_color: row.get(5)?,
        background_color: row.get(6)?,
    })
}

fn role_of(word: &str) -> Option<FolderRole> {
    ROLES.iter().find(|(_, each)| *each == word).map(|(role, _)| *role)
}
