//! New messages that answer tracked ones.

use model::grant::Grant;
use model::message::Message;
use model::tracking::Answered;
use model::{MessageId, ThreadId};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::super::columns::{count, one, run};
use super::super::mailbox::Mailbox;
use super::super::messages::find;
use super::super::threads::aggregate::Owner;
use super::visits::value;
use crate::Result;

/// The tracked message that is answered.
struct Answering {
    number: i64,
    message: MessageId,
    label: Option<String>,
    answered: u64,
}

/// Which of the new messages answer a tracked one, counted: each with what its event tells. A message of the grant's owner
/// does not, nor does one that went to spam or trash.
pub(in crate::sqlite) fn count_answers<'a>(
    connection: &Connection,
    grant: &Grant,
    new: impl Iterator<Item = &'a MessageId>,
) -> Result<Vec<(MessageId, Value)>> {
    let mut told = Vec::new();
    // Most mailboxes track nothing, which one look at an index tells.
    let any = "SELECT 1 FROM tracked WHERE grant_id = ?1 AND message_id IS NOT NULL LIMIT 1";
    if one(connection, any, [grant.id.0], |_| Ok(()))?.is_none() {
        return Ok(told);
    }
    let mailbox = Mailbox::expect(connection, grant.id)?;
    let owner = Owner::of(connection, mailbox)?;
    for id in new {
        let message = find::message(connection, mailbox, id)?;
        let from_others = |m: &Message| !m.placement.hidden && !owner.sent(&m.placement.folders, &m.from);
        let Some(message) = message.filter(from_others) else { continue };
        if let Some(answered) = answer(connection, grant, mailbox, &message)? {
            told.push((id.clone(), value(&answered)?));
        }
    }
    Ok(told)
}

fn answer(connection: &Connection, grant: &Grant, mailbox: Mailbox, message: &Message) -> Result<Option<Answered>> {
    let Some(tracked) = tracked(connection, grant, mailbox, message)? else { return Ok(None) };
    run(connection, "UPDATE tracked SET answered = answered + 1 WHERE number = ?1", [tracked.number])?;
    let parent = parent(connection, mailbox, &message.thread_id, message.in_reply_to.as_deref())?;
    Ok(Some(Answered {
        message_id: message.id.clone(),
        reply_to_message_id: parent.unwrap_or_else(|| tracked.message.clone()),
        root_message_id: tracked.message,
        thread_id: message.thread_id.clone(),
        label: tracked.label,
        count: tracked.answered + 1,
    }))
}

/// The tracked message of the thread that is answered by its Message-ID, else the latest.
fn tracked(connection: &Connection, grant: &Grant, mailbox: Mailbox, message: &Message) -> Result<Option<Answering>> {
    let sql = "SELECT t.number, t.message_id, t.label, t.answered
               FROM messages m INDEXED BY messages_by_thread
               JOIN tracked t ON t.grant_id = ?1 AND t.message_id = m.id AND t.replies = 1
               WHERE m.mailbox = ?2 AND m.thread_id = ?3 AND m.id <> ?4
               ORDER BY m.rfc_message_id IS NOT NULL AND m.rfc_message_id IS ?5 DESC, m.position DESC LIMIT 1";
    let params = params![grant.id.0, mailbox.0, message.thread_id.0, message.id.0, message.in_reply_to];
    one(connection, sql, params, |row| {
        let message = MessageId(row.get(1)?);
        Ok(Answering { number: row.get(0)?, message, label: row.get(2)?, answered: count(row.get(3)?) })
    })
}

fn parent(
    connection: &Connection,
    mailbox: Mailbox,
    thread: &ThreadId,
    in_reply_to: Option<&str>,
) -> Result<Option<MessageId>> {
    let sql = "SELECT id FROM messages INDEXED BY messages_by_thread
               WHERE mailbox = ?1 AND thread_id = ?2 AND rfc_message_id = ?3 ORDER BY position LIMIT 1";
    one(connection, sql, params![mailbox.0, thread.0, in_reply_to], |row| Ok(MessageId(row.get(0)?)))
}
