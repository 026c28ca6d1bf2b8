//! Which messages are drafts.

use model::{DraftId, MessageId};
use rusqlite::{Connection, params};

use super::columns::{all, to_json};
use super::mailbox::Mailbox;
use super::threads;
use crate::Result;

/// Messages that are drafts, or have a draft id, without being listed; each is found through an index of the few.
const UNLISTED: [&str; 2] = [
    "UPDATE messages INDEXED BY messages_drafts SET draft = 0, draft_id = NULL
     WHERE draft = 1 AND position BETWEEN ?3 AND ?4 AND mailbox = ?1
         AND id NOT IN (SELECT value ->> 1 FROM json_each(?2))
     RETURNING thread_id",
    "UPDATE messages INDEXED BY messages_by_draft SET draft = 0, draft_id = NULL
     WHERE mailbox = ?1 AND draft_id IS NOT NULL AND position BETWEEN ?3 AND ?4
         AND id NOT IN (SELECT value ->> 1 FROM json_each(?2))
     RETURNING thread_id",
];

/// Makes exactly the listed messages drafts, under their draft ids. Messages not held are passed over.
pub(crate) fn set(connection: &Connection, mailbox: Mailbox, drafts: &[(DraftId, MessageId)]) -> Result<()> {
    let list = to_json(drafts)?;
    let mut touched = Vec::new();
    for unlisted in UNLISTED {
        let row = params![mailbox.0, list, mailbox.first(), mailbox.last()];
        touched.extend(all(connection, unlisted, row, |row| Ok(row.get::<_, String>(0)?))?);
    }
    for (draft, message) in drafts {
        touched.extend(all(
            connection,
            "UPDATE messages SET draft = 1, draft_id = ?3
             WHERE mailbox = ?1 AND id = ?2 AND (draft = 0 OR draft_id IS NOT ?3) RETURNING thread_id",
            params![mailbox.0, message.0, draft.0],
            |row| Ok(row.get::<_, String>(0)?),
        )?);
    }
    touched.sort();
    touched.dedup();
    if touched.is_empty() { Ok(()) } else { threads::aggregate::recompute(connection, mailbox, &touched) }
}
