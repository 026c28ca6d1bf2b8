//! Adding up a thread from its messages.
//!
//! A thread is recomputed whole whenever one of its messages changes. That is one walk over an index for a handful of
//! rows, and it cannot drift the way a difference applied to a difference can.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::address::lookup_form;
use model::folder::FolderRole;
use model::{Address, DraftId, FolderId, MessageId, Timestamp};
use rusqlite::{Connection, params};

use super::super::columns::{Columns, all, nanos, nanos_opt, one, run, to_json};
use super::super::folders::role_word;
use super::super::mailbox::Mailbox;
use super::super::messages::row::People;
use crate::Result;

/// What adding up needs of a message.
struct Part {
    position: i64,
    id: MessageId,
    draft_id: Option<DraftId>,
    subject: String,
    people: People,
    date: Timestamp,
    snippet: String,
    folders: Vec<FolderId>,
    unread: bool,
    starred: bool,
    draft: bool,
    hidden: bool,
    has_attachment: bool,
}

/// Writes the threads anew; one that has no messages left is removed.
///
/// All are removed before any is written: a thread's position is that of a message, which may have moved to another
/// thread of the same batch.
pub(in crate::sqlite) fn recompute<'a>(
    connection: &Connection,
    mailbox: Mailbox,
    threads: impl IntoIterator<Item = &'a String> + Clone,
) -> Result<()> {
    for thread in threads.clone() {
        remove(connection, mailbox, thread)?;
    }
    let owner = Owner::of(connection, mailbox)?;
    threads.into_iter().try_for_each(|thread| write(connection, mailbox, &owner, thread))
}

fn write(connection: &Connection, mailbox: Mailbox, owner: &Owner, thread: &str) -> Result<()> {
    let parts = parts(connection, mailbox, thread)?;
    let (Some(first), Some(latest)) = (parts.first(), parts.last()) else { return Ok(()) };
    let sums = Sums::of(&parts, owner);
    run(
        connection,
        "INSERT INTO threads (position, mailbox, visible, unread, starred, has_attachments, latest_date, earliest_date,
                              received_date, sent_date, id, latest_id, subject, snippet, participants, message_ids,
                              draft_ids, folders)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        params![
            latest.position,
            mailbox.0,
            parts.iter().any(|part| !part.hidden),
            parts.iter().any(|part| part.unread),
            parts.iter().any(|part| part.starred),
            parts.iter().any(|part| part.has_attachment),
            nanos(latest.date),
            nanos(first.date),
            nanos_opt(sums.received),
            nanos_opt(sums.sent),
            thread,
            latest.id.0,
            first.subject,
            latest.snippet,
            to_json(&sums.participants)?,
            to_json(&sums.message_ids)?,
            to_json(&sums.draft_ids)?,
            to_json(&sums.folders)?
        ],
    )?;
    for folder in &sums.folders {
        let sql = "INSERT INTO thread_folders (mailbox, folder_id, position) VALUES (?1, ?2, ?3)";
        run(connection, sql, params![mailbox.0, folder.0, latest.position])?;
    }
    Ok(())
}

fn remove(connection: &Connection, mailbox: Mailbox, thread: &str) -> Result<()> {
    let sql = "DELETE FROM threads WHERE mailbox = ?1 AND id = ?2 RETURNING position, folders";
    let removed = one(connection, sql, params![mailbox.0, thread], |row| {
        Ok((row.get::<_, i64>(0)?, row.json::<Vec<FolderId>>(1)?))
    })?;
    let Some((position, folders)) = removed else { return Ok(()) };
    for folder in folders {
        let sql = "DELETE FROM thread_folders WHERE mailbox = ?1 AND folder_id = ?2 AND position = ?3";
        run(connection, sql, params![mailbox.0, folder.0, position])?;
    }
    Ok(())
}

/// The messages of a thread, oldest first.
fn parts(connection: &Connection, mailbox: Mailbox, thread: &str) -> Result<Vec<Part>> {
    let sql = "SELECT position, id, draft_id, subject, people, date, snippet, folders, unread, starred, draft, hidden,
                      has_attachment
               FROM messages INDEXED BY messages_by_thread WHERE mailbox = ?1 AND thread_id = ?2 ORDER BY position";
    all(connection, sql, params![mailbox.0, thread], |row| {
        Ok(Part {
            position: row.get(0)?,
            id: MessageId(row.get(1)?),
            draft_id: row.get::<_, Option<_>>(2)?.map(DraftId),
            subject: row.get(3)?,
            people: row.json(4)?,
            date: row.time(5)?,
            snippet: row.get(6)?,
            folders: row.json(7)?,
            unread: row.get(8)?,
            starred: row.get(9)?,
            draft: row.get(10)?,
            hidden: row.get(11)?,
            has_attachment: row.get(12)?,
        })
    })
}

/// Who the mailbox belongs to, and where its sent mail lies.
pub(in crate::sqlite) struct Owner {
    email: String,
    sent_folders: HashSet<FolderId>,
}

impl Owner {
    pub(in crate::sqlite) fn of(connection: &Connection, mailbox: Mailbox) -> Result<Self> {
        let email = "SELECT email_lookup FROM grants WHERE mailbox = ?1";
        let email = one(connection, email, [mailbox.0], |row| Ok(row.get(0)?))?.unwrap_or_default();
        let sent = "SELECT id FROM folders WHERE mailbox = ?1 AND role = ?2";
        let role = role_word(FolderRole::Sent);
        let sent_folders = all(connection, sent, params![mailbox.0, role], |row| Ok(FolderId(row.get(0)?)))?;
        Ok(Self { email, sent_folders: sent_folders.into_iter().collect() })
    }

    /// A message was sent by the owner when it lies in a sent folder or comes from the owner's address.
    pub(in crate::sqlite) fn sent(&self, folders: &[FolderId], from: &[Address]) -> bool {
        folders.iter().any(|folder| self.sent_folders.contains(folder))
            || from.iter().any(|address| lookup_form(&address.email) == self.email)
    }
}

/// What the parts add up to beyond a look at each.
#[derive(Default)]
struct Sums {
    participants: Vec<Address>,
    message_ids: Vec<MessageId>,
    draft_ids: Vec<DraftId>,
    folders: Vec<FolderId>,
    received: Option<Timestamp>,
    sent: Option<Timestamp>,
}

impl Sums {
    fn of(parts: &[Part], owner: &Owner) -> Self {
        let mut sums = Sums { participants: participants(parts), ..Sums::default() };
        let mut folders = BTreeSet::new();
        for part in parts {
            folders.extend(part.folders.iter().cloned());
            if part.draft {
                sums.draft_ids.extend(part.draft_id.clone());
                continue;
            }
            sums.message_ids.push(part.id.clone());
            let date = if owner.sent(&part.folders, &part.people.from) { &mut sums.sent } else { &mut sums.received };
            *date = Some(part.date);
        }
        sums.folders = folders.into_iter().collect();
        sums
    }
}

/// Everyone who wrote or received a message, each once, in order of appearance, with the first name given.
fn participants(parts: &[Part]) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut places = HashMap::new();
    let people = parts.iter().map(|part| &part.people);
    for address in people.flat_map(|p| [&p.from, &p.to, &p.cc, &p.bcc]).flatten() {
        let place = *places.entry(lookup_form(&address.email)).or_insert(found.len());
        match found.get_mut(place) {
            None => found.push(address.clone()),
            Some(known) if known.name.is_none() => known.name.clone_from(&address.name),
            Some(_) => {}
        }
    }
    found
}
