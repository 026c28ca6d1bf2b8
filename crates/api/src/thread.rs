//! Threads on the wire.

use model::{Address, GrantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::address::EmailName;
use crate::message::Message;

/// A thread and its latest message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Thread {
    /// The provider's id.
    pub id: String,
    /// Always `thread`.
    pub object: String,
    /// The grant.
    pub grant_id: String,
    /// The newest message or draft, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_draft_or_message: Option<Message>,
    /// Any message with a non-inline attachment.
    pub has_attachments: bool,
    /// Any draft.
    pub has_drafts: bool,
    /// Unix seconds.
    pub earliest_message_date: i64,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_message_received_date: Option<i64>,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_message_sent_date: Option<i64>,
    /// Everyone in it.
    #[schema(value_type = Vec<EmailName>)]
    pub participants: Vec<Address>,
    /// Snippet of the latest message.
    pub snippet: String,
    /// Any message starred.
    pub starred: bool,
    /// Any message unread.
    pub unread: bool,
    /// Subject of the earliest message.
    pub subject: String,
    /// Message ids, oldest first.
    pub message_ids: Vec<String>,
    /// Draft ids, oldest first.
    pub draft_ids: Vec<String>,
    /// Union of the messages' folders.
    pub folders: Vec<String>,
}

impl Thread {
    /// The wire form of a thread.
    pub fn render(grant: GrantId, thread: &model::message::Thread, latest: Option<Message>) -> Self {
        Self {
            id: thread.id.0.clone(),
            object: "thread".to_owned(),
            grant_id: grant.to_string(),
            latest_draft_or_message: latest,
            has_attachments: thread.has_attachments,
            has_drafts: !thread.draft_ids.is_empty(),
            earliest_message_date: thread.earliest_message_date.as_second(),
            latest_message_received_date: thread.latest_message_received_date.map(|t| t.as_second()),
            latest_message_sent_date: thread.latest_message_sent_date.map(|t| t.as_second()),
            participants: thread.participants.clone(),
            snippet: thread.snippet.clone(),
            starred: thread.starred,
            unread: thread.unread,
            subject: thread.subject.clone(),
            message_ids: thread.message_ids.iter().map(|m| m.0.clone()).collect(),
            draft_ids: thread.draft_ids.iter().map(|d| d.0.clone()).collect(),
            folders: thread.folders.iter().map(|f| f.0.clone()).collect(),
        }
    }
}
