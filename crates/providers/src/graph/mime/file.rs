//! An attachment on its way.

use bytes::Bytes;
use mail_parser::{MessagePart, MimeHeaders as _};

/// A file of a message, decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::graph) struct File {
    pub(in crate::graph) name: String,
    pub(in crate::graph) content_type: String,
    pub(in crate::graph) content_id: Option<String>,
    pub(in crate::graph) inline: bool,
    pub(in crate::graph) content: Bytes,
}

impl File {
    pub(super) fn of(part: &MessagePart<'_>) -> Self {
        let kind = part.content_type();
        let content_type = kind.map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        let unnamed = if part.is_message() { "message.eml" } else { "attachment" };
        Self {
            name: part.attachment_name().unwrap_or(unnamed).to_owned(),
            content_type: content_type.unwrap_or_else(|| "application/octet-stream".into()).to_ascii_lowercase(),
            content_id: part.content_id().map(str::to_owned),
            inline: part.content_disposition().is_some_and(|disposition| disposition.is_inline()),
            content: Bytes::copy_from_slice(part.contents()),
        }
    }
}
