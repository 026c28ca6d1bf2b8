//! A message as a row of `messages`.

use model::Address;
use model::message::{Attachment, Message, Placement};
use model::{DraftId, MessageId, ThreadId};
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::super::columns::{Columns, count};
use crate::Result;

/// The columns [`read`] reads, in its order.
pub(in crate::sqlite) const COLUMNS: &str = "m.position, m.id, m.thread_id, m.draft_id, m.subject, m.people, m.date, \
     m.snippet, m.attachments, m.rfc_message_id, m.in_reply_to, m.size, m.folders, m.unread, m.starred, m.draft, \
     m.hidden, m.metadata, m.categories";
/// How many they are; further columns follow from here.
pub(in crate::sqlite) const WIDTH: usize = 19;
/// Where the subject is among them.
pub(in crate::sqlite) const SUBJECT: usize = 4;

/// Everybody a message names, as the `people` column holds it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::sqlite) struct People {
    pub(in crate::sqlite) from: Vec<Address>,
    pub(in crate::sqlite) to: Vec<Address>,
    pub(in crate::sqlite) cc: Vec<Address>,
    pub(in crate::sqlite) bcc: Vec<Address>,
    pub(in crate::sqlite) reply_to: Vec<Address>,
}

/// The same, borrowed for writing. Empty fields are left out.
#[derive(Serialize)]
pub(in crate::sqlite) struct PeopleOf<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    from: &'a [Address],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    to: &'a [Address],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cc: &'a [Address],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    bcc: &'a [Address],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reply_to: &'a [Address],
}

impl<'a> PeopleOf<'a> {
    pub(in crate::sqlite) fn message(message: &'a Message) -> Self {
        let Message { from, to, cc, bcc, reply_to, .. } = message;
        Self { from, to, cc, bcc, reply_to }
    }
}

/// Whether a message has an attachment that is not part of its body.
pub(in crate::sqlite) fn has_attachment(attachments: &[Attachment]) -> bool {
    attachments.iter().any(|attachment| !attachment.is_inline)
}

/// The position of a row of [`COLUMNS`].
pub(in crate::sqlite) fn position(row: &Row) -> Result<i64> {
    Ok(row.get(0)?)
}

/// Reads [`COLUMNS`].
pub(in crate::sqlite) fn read(row: &Row) -> Result<Message> {
    let people: People = row.json(5)?;
    Ok(Message {
        id: MessageId(row.get(1)?),
        thread_id: ThreadId(row.get(2)?),
        draft_id: row.get::<_, Option<_>>(3)?.map(DraftId),
        subject: row.get(SUBJECT)?,
        from: people.from,
        to: people.to,
        cc: people.cc,
        bcc: people.bcc,
        reply_to: people.reply_to,
        date: row.time(6)?,
        snippet: row.get(7)?,
        attachments: row.json_or_default(8)?,
        rfc_message_id: row.get(9)?,
        in_reply_to: row.get(10)?,
        size: count(row.get(11)?),
        placement: Placement {
            folders: row.json(12)?,
            unread: row.get(13)?,
            starred: row.get(14)?,
            draft: row.get(15)?,
            hidden: row.get(16)?,
            categories: row.json_or_default(18)?,
        },
        metadata: row.json_or_default(17)?,
    })
}
