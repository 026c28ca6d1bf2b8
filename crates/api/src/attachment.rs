//! Attachments on the wire.

use model::GrantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An attachment's description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Unique within its message.
    pub id: String,
    /// The grant.
    pub grant_id: String,
    /// Decoded file name.
    pub filename: String,
    /// `type/subtype`.
    pub content_type: String,
    /// Decoded size in bytes.
    pub size: u64,
    /// `Content-ID` without angle brackets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// The disposition as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// Shown inside the body.
    pub is_inline: bool,
}

impl Attachment {
    /// The wire form of an attachment.
    pub fn render(grant: GrantId, attachment: &model::message::Attachment) -> Self {
        Self::take(grant, attachment.clone())
    }

    /// As [`Self::render`], moving the texts instead of copying them.
    pub fn take(grant: GrantId, attachment: model::message::Attachment) -> Self {
        Self {
            id: attachment.id.0,
            grant_id: grant.to_string(),
            filename: attachment.filename,
            content_type: attachment.content_type,
            size: attachment.size,
            content_id: attachment.content_id,
            content_disposition: attachment.content_disposition,
            is_inline: attachment.is_inline,
        }
    }
}
