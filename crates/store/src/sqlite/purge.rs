//! Removing the mirrors of grants that are gone, a little at a time.
//!
//! Removing 100,000 messages takes seconds, and nobody should wait for it: the grant's row is deleted at once, which
//! makes its mailbox unreachable, and the writer calls [`step`] whenever it has nothing else to do. What is left when the
//! process ends is continued by the next.

use rusqlite::{Connection, params};

use super::apply::remove_words;
use super::columns::{all, one, run};
use super::mailbox::Mailbox;
use crate::Result;

/// Messages per step: some ten milliseconds.
const MESSAGES: i64 = 200;
/// Small rows per step.
const ROWS: i64 = 4000;

/// Everything else that is kept per mailbox. Each statement removes at most `?2` rows.
const REST: [&str; 8] = [
    "DELETE FROM message_folders WHERE mailbox = ?1 AND (folder_id, position) IN
         (SELECT folder_id, position FROM message_folders WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM message_addresses WHERE mailbox = ?1 AND (email, position) IN
         (SELECT email, position FROM message_addresses WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM message_metadata WHERE mailbox = ?1 AND (key, value, position) IN
         (SELECT key, value, position FROM message_metadata WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM thread_folders WHERE mailbox = ?1 AND (folder_id, position) IN
         (SELECT folder_id, position FROM thread_folders WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM threads WHERE position IN (SELECT position FROM threads WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM folders WHERE mailbox = ?1 AND id IN (SELECT id FROM folders WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM folder_counts WHERE mailbox = ?1 AND folder_id IN
         (SELECT folder_id FROM folder_counts WHERE mailbox = ?1 LIMIT ?2)",
    "DELETE FROM unmirrored WHERE number IN (SELECT number FROM unmirrored WHERE mailbox = ?1 LIMIT ?2)",
];

/// Removes a little in a transaction of its own; `false` when nothing is left to remove.
pub(super) fn step(connection: &Connection) -> Result<bool> {
    let next = "SELECT mailbox FROM purges LIMIT 1";
    let Some(mailbox) = one(connection, next, [], |row| Ok(Mailbox(row.get(0)?)))? else { return Ok(false) };
    let transaction = connection.unchecked_transaction()?;
    if !messages(&transaction, mailbox)? && !rest(&transaction, mailbox)? {
        run(&transaction, "DELETE FROM purges WHERE mailbox = ?1", [mailbox.0])?;
    }
    transaction.commit()?;
    Ok(true)
}

fn messages(connection: &Connection, mailbox: Mailbox) -> Result<bool> {
    let positions = all(
        connection,
        "SELECT position FROM messages WHERE position BETWEEN ?1 AND ?2 ORDER BY position LIMIT ?3",
        params![mailbox.first(), mailbox.last(), MESSAGES],
        |row| Ok(row.get::<_, i64>(0)?),
    )?;
    let Some(last) = positions.last() else { return Ok(false) };
    for position in &positions {
        remove_words(connection, *position)?;
    }
    let range = params![mailbox.first(), last];
    run(connection, "DELETE FROM message_bodies WHERE position BETWEEN ?1 AND ?2", range)?;
    run(connection, "DELETE FROM message_raws WHERE position BETWEEN ?1 AND ?2", range)?;
    run(connection, "DELETE FROM messages WHERE position BETWEEN ?1 AND ?2", range)?;
    Ok(true)
}

fn rest(connection: &Connection, mailbox: Mailbox) -> Result<bool> {
    for sql in REST {
        if run(connection, sql, params![mailbox.0, ROWS])? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
