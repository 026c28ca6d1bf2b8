//! A message as Gmail shows it, in each of the four formats (facts 3.1). Keys in alphabetical order, as on the wire.

use base64::display::Base64Display;
use base64::engine::general_purpose::URL_SAFE;
use serde::{Serialize, Serializer};

use super::payload::{Header, Payload};
use crate::google::Google;
use crate::google::dispatch::is_metadata_only;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::world::Id;
use crate::world::message::Message;

/// How much of a message is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Minimal,
    Full,
    Raw,
    /// Only these header fields; all when there are none.
    Metadata(Vec<String>),
}

impl Format {
    /// Reads `format` and `metadataHeaders`.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Error> {
        let name = call.query.filled("format").unwrap_or("full").to_ascii_lowercase();
        if is_metadata_only(&call.access) && matches!(name.as_str(), "full" | "raw") {
            return Err(Error::metadata_scope_format(&name.to_ascii_uppercase()));
        }
        Ok(match name.as_str() {
            "minimal" => Self::Minimal,
            "raw" => Self::Raw,
            "metadata" => Self::Metadata(call.query.all("metadataHeaders").map(str::to_owned).collect()),
            _ => Self::Full,
        })
    }
}

/// A message in full dress.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageJson<'a> {
    history_id: String,
    id: Id,
    internal_date: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    label_ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Payload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Base64Url<'a>>,
    size_estimate: usize,
    snippet: &'a str,
    thread_id: Id,
}

/// A message as listings and changes show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stub<'a> {
    id: Id,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    label_ids: &'a [String],
    thread_id: Id,
}

/// Bytes that are written in base64url, padded, straight into the answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base64Url<'a>(pub(super) &'a [u8]);

impl Serialize for Base64Url<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &URL_SAFE))
    }
}

impl<'a> MessageJson<'a> {
    pub(super) fn of(message: &'a Message, format: &Format, google: &Google) -> Self {
        let payload = match format {
            Format::Full => Some(Payload::full(message, google)),
            Format::Metadata(wanted) => Some(Payload::metadata(message, wanted)),
            Format::Minimal | Format::Raw => None,
        };
        Self {
            history_id: message.history_id.to_string(),
            id: message.id,
            internal_date: message.internal_date_ms.to_string(),
            label_ids: &message.labels,
            payload,
            raw: (*format == Format::Raw).then(|| Base64Url(message.content.raw())),
            size_estimate: message.content.raw().len(),
            snippet: message.content.snippet(),
            thread_id: message.thread,
        }
    }
}

impl<'a> Stub<'a> {
    /// Id and thread.
    pub(super) fn bare(message: &Message) -> Self {
        Self { id: message.id, label_ids: &[], thread_id: message.thread }
    }

    /// Id, thread and labels.
    pub(super) fn labelled(message: &'a Message) -> Self {
        Self { label_ids: &message.labels, ..Self::bare(message) }
    }

    /// The same for a message that may be gone.
    pub(super) fn parts(id: Id, thread_id: Id, label_ids: &'a [String]) -> Self {
        Self { id, label_ids, thread_id }
    }
}

impl Header {
    /// Whether the field is among the wanted ones; all are when none is named.
    pub(super) fn is_wanted(&self, wanted: &[String]) -> bool {
        wanted.is_empty() || wanted.iter().any(|name| name.eq_ignore_ascii_case(&self.name))
    }
}
