//! The caller's own key-value pairs on messages.

use model::MessageId;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::columns::{Columns, one, run, to_json};
use super::mailbox::Mailbox;
use crate::{Error, Result};

/// Keys a list can be filtered by (Nylas v3 "metadata"); others are kept but not indexed.
const KEYS: [&str; 5] = ["key1", "key2", "key3", "key4", "key5"];

pub(crate) fn set(
    connection: &Connection,
    mailbox: Mailbox,
    id: &MessageId,
    metadata: Option<&Map<String, Value>>,
) -> Result<()> {
    let sql = "SELECT position, metadata FROM messages WHERE mailbox = ?1 AND id = ?2";
    let held = one(connection, sql, params![mailbox.0, id.0], |row| {
        Ok((row.get(0)?, row.json_or_default::<Option<Map<String, Value>>>(1)?))
    })?;
    let (position, old) = held.ok_or(Error::NotFound("message"))?;
    let text = metadata.map(to_json).transpose()?;
    run(connection, "UPDATE messages SET metadata = ?2 WHERE position = ?1", params![position, text])?;
    unindex(connection, mailbox, position, old.as_ref())?;
    index(connection, mailbox, position, metadata)
}

/// Makes the pairs of a message findable.
pub(super) fn index(
    connection: &Connection,
    mailbox: Mailbox,
    position: i64,
    metadata: Option<&Map<String, Value>>,
) -> Result<()> {
    for (key, value) in pairs(metadata) {
        run(
            connection,
            "INSERT INTO message_metadata (mailbox, key, value, position) VALUES (?1, ?2, ?3, ?4)",
            params![mailbox.0, key, value, position],
        )?;
    }
    Ok(())
}

/// Removes what [`index`] wrote for the same pairs.
pub(super) fn unindex(
    connection: &Connection,
    mailbox: Mailbox,
    position: i64,
    metadata: Option<&Map<String, Value>>,
) -> Result<()> {
    for (key, value) in pairs(metadata) {
        run(
            connection,
            "DELETE FROM message_metadata WHERE mailbox = ?1 AND key = ?2 AND value = ?3 AND position = ?4",
            params![mailbox.0, key, value, position],
        )?;
    }
    Ok(())
}

/// What the filter can ask for: texts as they are, anything else as its JSON.
fn pairs(metadata: Option<&Map<String, Value>>) -> impl Iterator<Item = (&str, String)> {
    let known = metadata.into_iter().flatten().filter(|(key, _)| KEYS.contains(&key.as_str()));
    known.map(|(key, value)| (key.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
}
