//! What a caller sends or saves as a draft.

use model::tracking::Tracking;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::address::EmailName;
use crate::message::Header;
use crate::wording::TemplateUse;

/// A message to send, a draft to save, or what to change about a draft. Sending requires `to`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct Outgoing {
    /// Recipients.
    pub to: Option<Vec<EmailName>>,
    /// At most one; left out, the grant's own address.
    pub from: Option<Vec<EmailName>>,
    /// Copy recipients.
    pub cc: Option<Vec<EmailName>>,
    /// Blind copy recipients.
    pub bcc: Option<Vec<EmailName>>,
    /// Where replies go.
    pub reply_to: Option<Vec<EmailName>>,
    /// Subject.
    pub subject: Option<String>,
    /// The body; HTML unless `is_plaintext`.
    pub body: Option<String>,
    /// The body is plain text.
    pub is_plaintext: Option<bool>,
    /// Files, base64. Larger ones go as multipart/form-data.
    pub attachments: Option<Vec<OutgoingAttachment>>,
    /// Further headers.
    pub custom_headers: Option<Vec<Header>>,
    /// The caller's own key-value pairs: at most 50, keys up to 40 characters, texts up to 500.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Map<String, Value>>,
    /// The message this one answers.
    pub reply_to_message_id: Option<String>,
    /// Drafts only.
    pub starred: Option<bool>,
    /// Send it then, Unix seconds: in the future, and within 30 days unless `use_draft`.
    pub send_at: Option<i64>,
    /// With `send_at`: keep it among the drafts, for the person to see, until it is sent.
    pub use_draft: Option<bool>,
    /// What to watch about it.
    pub tracking_options: Option<TrackingOptions>,
    /// Makes subject and body, where they are left out.
    pub template: Option<TemplateUse>,
    /// A signature of the grant, written below the body.
    pub signature_id: Option<String>,
}

/// A file in a JSON request.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct OutgoingAttachment {
    /// The bytes, base64 (RFC 4648, either alphabet, padded or not).
    pub content: Option<String>,
    /// `type/subtype`.
    pub content_type: Option<String>,
    /// File name.
    pub filename: Option<String>,
    /// Makes the file referable from the body as `cid:`.
    pub content_id: Option<String>,
    /// `attachment` or `inline`.
    pub content_disposition: Option<String>,
    /// Shown inside the body.
    pub is_inline: Option<bool>,
    /// Taken, not needed.
    pub size: Option<i64>,
    /// An attachment uploaded before: not offered.
    pub id: Option<String>,
}

/// What to watch about a sent message. Openings and links are watched in HTML alone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct TrackingOptions {
    /// Tell when it is opened.
    pub opens: Option<bool>,
    /// Tell when a link is followed.
    pub links: Option<bool>,
    /// Tell when it is answered.
    pub thread_replies: Option<bool>,
    /// Repeated in the notifications; at most 2,048 characters.
    pub label: Option<String>,
    /// Serve links from this host: refused unless it is the installation's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_name: Option<String>,
}

impl From<TrackingOptions> for Tracking {
    fn from(wire: TrackingOptions) -> Self {
        let yes = |flag: Option<bool>| flag.unwrap_or(false);
        let (opens, links, replies) = (yes(wire.opens), yes(wire.links), yes(wire.thread_replies));
        Self { opens, links, replies, label: wire.label.filter(|label| !label.is_empty()) }
    }
}

impl From<&Tracking> for TrackingOptions {
    fn from(tracking: &Tracking) -> Self {
        Self {
            opens: Some(tracking.opens),
            links: Some(tracking.links),
            thread_replies: Some(tracking.replies),
            label: Some(tracking.label.clone().unwrap_or_default()),
            domain_name: None,
        }
    }
}

/// Where a copy of a message is to lie.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct MessageCopy {
    /// The folder, by id.
    pub folder_id: String,
}

/// What to change about a message or all messages of a thread.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct MessageUpdate {
    /// Mark unread (or read).
    pub unread: Option<bool>,
    /// Mark starred (or not).
    pub starred: Option<bool>,
    /// Replace the folders, by id.
    pub folders: Option<Vec<String>>,
    /// An addition to the contract, for providers that have such: replace the categories, by name; at most 100, each of 1 to
    /// 255 characters.
    pub categories: Option<Vec<String>>,
    /// Messages only: replace the caller's own key-value pairs.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Map<String, Value>>,
}
