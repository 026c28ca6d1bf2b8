//! Messages and drafts on the wire.

use model::message::Body;
use model::{Address, GrantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::address::EmailName;
use crate::attachment::Attachment;
use crate::outgoing::TrackingOptions;

/// One header field (`fields=include_headers`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Header {
    /// Field name as written.
    pub name: String,
    /// Unfolded, decoded value.
    pub value: String,
}

/// A message, or a draft (`object` tells which).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The provider's id (for a draft, the draft's id).
    pub id: String,
    /// `message` or `draft`.
    pub object: String,
    /// The grant.
    pub grant_id: String,
    /// Its thread.
    pub thread_id: String,
    /// Decoded subject.
    pub subject: String,
    /// Sender.
    #[schema(value_type = Vec<EmailName>)]
    pub from: Vec<Address>,
    /// Recipients.
    #[schema(value_type = Vec<EmailName>)]
    pub to: Vec<Address>,
    /// Copy recipients.
    #[schema(value_type = Vec<EmailName>)]
    pub cc: Vec<Address>,
    /// Blind copy recipients.
    #[schema(value_type = Vec<EmailName>)]
    pub bcc: Vec<Address>,
    /// Where replies go.
    #[schema(value_type = Vec<EmailName>)]
    pub reply_to: Vec<Address>,
    /// When the provider received it, Unix seconds.
    pub date: i64,
    /// Not read yet.
    pub unread: bool,
    /// Starred or flagged.
    pub starred: bool,
    /// Folder ids.
    pub folders: Vec<String>,
    /// An addition to the contract: the names its owner tagged it with; left out where the provider has none beside folders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// Start of the body as plain text.
    pub snippet: String,
    /// The body: HTML where there is HTML, else text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// Header fields, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<Header>>,
    /// The caller's own key-value pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// The message this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<String>,
    /// With `fields=include_tracking_options`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_options: Option<TrackingOptions>,
    /// With `fields=raw_mime`: the whole RFC 5322 message, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_mime: Option<String>,
    /// From `messages/clean`: what the author wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
}

impl Message {
    /// The wire form of a message. A draft gets `object: "draft"` and its draft id.
    pub fn render(grant: GrantId, message: &model::message::Message, body: Option<&Body>) -> Self {
        Self::take(grant, message.clone(), body.map(|b| b.text.clone()))
    }

    /// As [`Self::render`], moving the texts instead of copying them.
    pub fn take(grant: GrantId, message: model::message::Message, body: Option<String>) -> Self {
        let (object, id) = match message.draft_id {
            Some(draft) => ("draft", draft.0),
            None => ("message", message.id.0),
        };
        Self {
            id,
            object: object.to_owned(),
            grant_id: grant.to_string(),
            thread_id: message.thread_id.0,
            subject: message.subject,
            from: message.from,
            to: message.to,
            cc: message.cc,
            bcc: message.bcc,
            reply_to: message.reply_to,
            date: message.date.as_second(),
            unread: message.placement.unread,
            starred: message.placement.starred,
            folders: message.placement.folders.into_iter().map(|f| f.0).collect(),
            categories: message.placement.categories,
            snippet: message.snippet,
            body,
            attachments: message.attachments.into_iter().map(|a| Attachment::take(grant, a)).collect(),
            headers: None,
            metadata: message.metadata,
            reply_to_message_id: None,
            tracking_options: None,
            raw_mime: None,
            conversation: None,
        }
    }
}

/// A message with `fields=raw_mime`: nothing but the bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RawMessage {
    /// The message's id.
    pub id: String,
    /// Always `message`.
    pub object: String,
    /// The grant.
    pub grant_id: String,
    /// The whole RFC 5322 message, base64url.
    pub raw_mime: String,
}
