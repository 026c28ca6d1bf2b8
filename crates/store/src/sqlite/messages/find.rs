//! Messages by id, and what belongs to one: its body and its raw bytes.

use model::message::{Body, Message};
use model::{DraftId, MessageId, ThreadId, Timestamp};
use rusqlite::{Connection, Params, params};

use super::super::Codec;
use super::super::columns::{all, one, to_json};
use super::super::mailbox::Mailbox;
use super::row::{COLUMNS, read};
use crate::{Error, FullMessage, Result};

pub(crate) fn message(connection: &Connection, mailbox: Mailbox, id: &MessageId) -> Result<Option<Message>> {
    Ok(held(connection, mailbox, id)?.map(|(_, message)| message))
}

/// A message with its position.
pub(in crate::sqlite) fn held(
    connection: &Connection,
    mailbox: Mailbox,
    id: &MessageId,
) -> Result<Option<(i64, Message)>> {
    let sql = format!("SELECT {COLUMNS} FROM messages m WHERE m.mailbox = ?1 AND m.id = ?2");
    one(connection, &sql, params![mailbox.0, id.0], |row| Ok((super::row::position(row)?, read(row)?)))
}

pub(crate) fn full(
    connection: &Connection,
    codec: &Codec,
    mailbox: Mailbox,
    id: &MessageId,
) -> Result<Option<FullMessage>> {
    let sql = format!(
        "SELECT {COLUMNS}, b.html, b.data FROM messages m LEFT JOIN message_bodies b ON b.position = m.position
         WHERE m.mailbox = ?1 AND m.id = ?2"
    );
    one_full(connection, codec, &sql, params![mailbox.0, id.0])
}

/// The content of a draft; the newest, should the provider ever give one draft two messages.
pub(crate) fn draft(
    connection: &Connection,
    codec: &Codec,
    mailbox: Mailbox,
    id: &DraftId,
) -> Result<Option<FullMessage>> {
    let sql = format!(
        "SELECT {COLUMNS}, b.html, b.data FROM messages m INDEXED BY messages_by_draft
         LEFT JOIN message_bodies b ON b.position = m.position
         WHERE m.mailbox = ?1 AND m.draft_id = ?2 ORDER BY m.position DESC LIMIT 1"
    );
    one_full(connection, codec, &sql, params![mailbox.0, id.0])
}

pub(crate) fn full_by_id(
    connection: &Connection,
    codec: &Codec,
    mailbox: Mailbox,
    ids: &[MessageId],
) -> Result<Vec<FullMessage>> {
    ids.iter().filter_map(|id| full(connection, codec, mailbox, id).transpose()).collect()
}

pub(in crate::sqlite) fn body(connection: &Connection, codec: &Codec, position: i64) -> Result<Option<Body>> {
    one(connection, "SELECT html, data FROM message_bodies WHERE position = ?1", [position], |row| {
        let text = codec.decompress_text(row.get_ref(1)?.as_blob().map_err(Error::corrupt)?)?;
        Ok(Body { text, html: row.get(0)? })
    })
}

pub(crate) fn raw(connection: &Connection, codec: &Codec, mailbox: Mailbox, id: &MessageId) -> Result<Option<Vec<u8>>> {
    one(
        connection,
        "SELECT r.data FROM messages m JOIN message_raws r ON r.position = m.position
         WHERE m.mailbox = ?1 AND m.id = ?2",
        params![mailbox.0, id.0],
        |row| codec.decompress(row.get_ref(0)?.as_blob().map_err(Error::corrupt)?),
    )
}

pub(in crate::sqlite) fn raw_at(connection: &Connection, codec: &Codec, position: i64) -> Result<Option<Vec<u8>>> {
    one(connection, "SELECT data FROM message_raws WHERE position = ?1", [position], |row| {
        codec.decompress(row.get_ref(0)?.as_blob().map_err(Error::corrupt)?)
    })
}

/// Which of the ids are not held, in the order given.
pub(crate) fn missing(connection: &Connection, mailbox: Mailbox, ids: &[MessageId]) -> Result<Vec<MessageId>> {
    let list = to_json(ids)?;
    all(
        connection,
        "SELECT j.value FROM json_each(?2) j
         WHERE NOT EXISTS (SELECT 1 FROM messages WHERE mailbox = ?1 AND id = j.value) ORDER BY j.key",
        params![mailbox.0, list],
        |row| Ok(MessageId(row.get(0)?)),
    )
}

/// Those that are held as drafts.
pub(crate) fn drafts_among(connection: &Connection, mailbox: Mailbox, ids: &[MessageId]) -> Result<Vec<MessageId>> {
    let list = to_json(ids)?;
    all(
        connection,
        "SELECT j.value FROM json_each(?2) j
         WHERE EXISTS (SELECT 1 FROM messages WHERE mailbox = ?1 AND id = j.value AND draft = 1) ORDER BY j.key",
        params![mailbox.0, list],
        |row| Ok(MessageId(row.get(0)?)),
    )
}

pub(crate) fn all_ids(connection: &Connection, mailbox: Mailbox) -> Result<Vec<MessageId>> {
    let sql = "SELECT id FROM messages INDEXED BY messages_by_id WHERE mailbox = ?1";
    all(connection, sql, [mailbox.0], |row| Ok(MessageId(row.get(0)?)))
}

/// The messages of a thread, oldest first, drafts included.
pub(crate) fn of_thread(connection: &Connection, mailbox: Mailbox, thread: &ThreadId) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages m INDEXED BY messages_by_thread
         WHERE m.mailbox = ?1 AND m.thread_id = ?2 ORDER BY m.position"
    );
    all(connection, &sql, params![mailbox.0, thread.0], read)
}

/// Messages under one of these Message-IDs from a date on, oldest first.
pub(crate) fn by_rfc_id(
    connection: &Connection,
    mailbox: Mailbox,
    ids: &[String],
    since: Timestamp,
) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages m WHERE m.position BETWEEN ?1 AND ?2
         AND m.rfc_message_id IN (SELECT value FROM json_each(?3)) ORDER BY m.position"
    );
    all(connection, &sql, params![mailbox.since_date(since), mailbox.last(), to_json(ids)?], read)
}

fn one_full(connection: &Connection, codec: &Codec, sql: &str, params: impl Params) -> Result<Option<FullMessage>> {
    one(connection, sql, params, |row| {
        let message = read(row)?;
        let body = match row.get_ref(super::row::WIDTH + 1)?.as_blob_or_null().map_err(Error::corrupt)? {
            Some(frame) => Body { text: codec.decompress_text(frame)?, html: row.get(super::row::WIDTH)? },
            None => Body::default(),
        };
        Ok(FullMessage { message, body })
    })
}
