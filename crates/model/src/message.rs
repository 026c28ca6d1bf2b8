//! Messages, drafts, threads and attachments as the mirror holds them.

use serde::{Deserialize, Serialize};

use crate::{Address, AttachmentId, DraftId, FolderId, MessageId, ThreadId, Timestamp};

/// Where a message lies and how it is marked: everything about it that can change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Placement {
    /// The folders it is in, in the provider's order.
    pub folders: Vec<FolderId>,
    /// Not read yet.
    pub unread: bool,
    /// Starred or flagged.
    pub starred: bool,
    /// It is an unfinished draft.
    pub draft: bool,
    /// It lies in the trash or in spam; lists leave it out unless that folder is asked for.
    pub hidden: bool,
    /// The names its owner tagged it with, in the provider's order. `None` where the provider has none beside folders, and where
    /// they are not known yet.
    pub categories: Option<Vec<String>>,
}

/// What a caller may change on a message. `None` leaves the field as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessageEdit {
    /// Mark unread (or read).
    pub unread: Option<bool>,
    /// Mark starred (or not).
    pub starred: Option<bool>,
    /// Replace the folders.
    pub folders: Option<Vec<FolderId>>,
    /// Replace the categories, where the provider has such.
    pub categories: Option<Vec<String>>,
}

/// An attachment's description; its bytes are a part of the raw message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// Unique within the message, stable over syncs.
    pub id: AttachmentId,
    /// Decoded file name; empty when the part has none.
    pub filename: String,
    /// `type/subtype`.
    pub content_type: String,
    /// Decoded size in bytes.
    pub size: u64,
    /// `Content-ID` without the angle brackets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// The disposition as written (`attachment`, `inline`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// Shown inside the body.
    pub is_inline: bool,
    /// Which MIME part it is: index in the parse of the raw message.
    pub part: u32,
}

/// A message as listed: everything but the body and the raw bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// The provider's id.
    pub id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The draft it is the content of, if it is one.
    pub draft_id: Option<DraftId>,
    /// Decoded subject; empty when there is none.
    pub subject: String,
    /// `From`.
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`.
    pub bcc: Vec<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// When the provider received it (not the `Date` header).
    pub date: Timestamp,
    /// Start of the body as plain text, at most 100 characters.
    pub snippet: String,
    /// Attachments, inline images included.
    pub attachments: Vec<Attachment>,
    /// `Message-ID` with its angle brackets, as written; `None` when the message has none.
    pub rfc_message_id: Option<String>,
    /// `In-Reply-To`, first id, with its angle brackets.
    pub in_reply_to: Option<String>,
    /// Size of the raw message in bytes.
    pub size: u64,
    /// Where it lies.
    pub placement: Placement,
    /// The caller's own key-value pairs.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The body as the API gives it: HTML where the message has HTML, else text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Body {
    /// The text, decoded to UTF-8.
    pub text: String,
    /// Whether `text` is HTML.
    pub html: bool,
}

/// A thread as listed: what its messages add up to.
#[derive(Clone, PartialEq, Debug)]
pub struct Thread {
    /// The provider's id.
    pub id: ThreadId,
    /// Subject of the earliest message.
    pub subject: String,
    /// Everyone who wrote or received a message of it, each once.
    pub participants: Vec<Address>,
    /// Snippet of the latest message.
    pub snippet: String,
    /// Any message unread.
    pub unread: bool,
    /// Any message starred.
    pub starred: bool,
    /// Any message with a non-inline attachment.
    pub has_attachments: bool,
    /// Ids, oldest first, drafts left out.
    pub message_ids: Vec<MessageId>,
    /// Draft ids, oldest first.
    pub draft_ids: Vec<DraftId>,
    /// Union of the messages' folders.
    pub folders: Vec<FolderId>,
    /// Date of the earliest message.
    pub earliest_message_date: Timestamp,
    /// Date of the latest message that was not sent by the mailbox's owner.
    pub latest_message_received_date: Option<Timestamp>,
    /// Date of the latest message sent by the mailbox's owner.
    pub latest_message_sent_date: Option<Timestamp>,
    /// The newest message or draft.
    pub latest: MessageId,
}
