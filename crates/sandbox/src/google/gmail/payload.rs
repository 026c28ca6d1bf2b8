//! A message's MIME tree as Gmail shows it (facts 3.1).

use mail_parser::{Encoding, Message as Parsed, MessagePart, MimeHeaders, PartType};
use serde::{Serialize, Serializer};

use super::attachments;
use super::message_json::Base64Url;
use crate::google::Google;
use crate::world::Id;
use crate::world::message::{self, Message};

/// Text bodies up to this many bytes are shown in place; larger ones are fetched like attachments.
const LARGEST_TEXT: usize = 1 << 20;
/// The same for parts that are neither text nor named.
const LARGEST_OTHER: usize = 10 << 10;

/// One part and those below it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
    headers: Vec<Header>,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Payload>,
}

/// What a part holds, or how to get it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attachment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "base64url")]
    pub(super) data: Option<Vec<u8>>,
    pub(super) size: usize,
}

/// A header field.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Header {
    pub(super) name: String,
    value: String,
}

fn base64url<S: Serializer>(data: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    data.as_deref().map(Base64Url).serialize(serializer)
}

/// Which message's parts are being told, to make attachment ids for them.
struct Teller<'a> {
    message: Id,
    google: &'a Google,
}

impl Payload {
    /// The whole tree.
    pub(super) fn full(message: &Message, google: &Google) -> Self {
        let raw = message.content.raw();
        match message::parse(raw) {
            Some(parsed) => Teller { message: message.id, google }.part(&parsed, 0, String::new()),
            None => Self::metadata(message, &[]),
        }
    }

    /// Only the type and these header fields.
    pub(super) fn metadata(message: &Message, wanted: &[String]) -> Self {
        let headers = headers(message.content.head().to_vec());
        let mime_type = mime_type(message.content.header("Content-Type"));
        let headers = headers.into_iter().filter(|header| header.is_wanted(wanted)).collect();
        Self { body: None, filename: None, headers, mime_type, part_id: None, parts: Vec::new() }
    }
}

/// The bytes of the part with this id (`0.1`), decoded.
pub(super) fn part_bytes(raw: &[u8], part_id: &str) -> Option<Vec<u8>> {
    let parsed = message::parse(raw)?;
    let (mut parsed, mut part) = (&parsed, parsed.parts.first()?);
    for step in part_id.split('.').filter(|step| !step.is_empty()) {
        let step: usize = step.parse().ok()?;
        part = match &part.body {
            PartType::Multipart(children) => parsed.parts.get(*children.get(step)? as usize)?,
            PartType::Message(nested) if step == 0 => {
                parsed = nested;
                nested.parts.first()?
            }
            _ => return None,
        };
    }
    Some(bytes_of(parsed, part))
}

impl Teller<'_> {
    fn part(&self, parsed: &Parsed<'_>, index: u32, part_id: String) -> Payload {
        let Some(part) = parsed.parts.get(index as usize) else { return empty(part_id) };
        let head = slice(parsed, part.offset_header, part.offset_body);
        let headers = headers(message::head_of(head));
        let content_type = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
        let mime_type = mime_type(content_type.map(|header| header.value.as_str()));
        let filename = part.attachment_name().unwrap_or_default().to_owned();
        let child = |at: usize| if part_id.is_empty() { at.to_string() } else { format!("{part_id}.{at}") };
        let parts = match &part.body {
            PartType::Multipart(children) => {
                children.iter().enumerate().map(|(at, index)| self.part(parsed, *index, child(at))).collect()
            }
            PartType::Message(nested) => vec![self.part(nested, 0, child(0))],
            _ => Vec::new(),
        };
        let body = self.body(parsed, part, &filename, &part_id);
        Payload { body: Some(body), filename: Some(filename), headers, mime_type, part_id: Some(part_id), parts }
    }

    fn body(&self, parsed: &Parsed<'_>, part: &MessagePart<'_>, filename: &str, part_id: &str) -> Body {
        let largest = match &part.body {
            PartType::Multipart(_) => return Body::default(),
            PartType::Text(_) | PartType::Html(_) => LARGEST_TEXT,
            PartType::Message(_) => 0,
            _ => LARGEST_OTHER,
        };
        let named = !filename.is_empty();
        // Text shown in place is always UTF-8, whatever charset the header goes on naming; files keep their bytes.
        let bytes = match &part.body {
            PartType::Text(text) | PartType::Html(text) if !named => text.as_bytes().to_vec(),
            _ => bytes_of(parsed, part),
        };
        let size = bytes.len();
        if named || size > largest {
            let attachment_id = Some(attachments::mint(self.google, self.message, part_id));
            return Body { attachment_id, data: None, size };
        }
        Body { attachment_id: None, data: Some(bytes), size }
    }
}

/// A part's content with its transfer encoding undone and its charset left alone.
fn bytes_of(parsed: &Parsed<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
    let raw = slice(parsed, part.offset_body, part.offset_end);
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Text(text) | PartType::Html(text) => {
            let decoded = match part.encoding {
                Encoding::None => Some(raw.to_vec()),
                Encoding::Base64 => base64_decode(raw),
                Encoding::QuotedPrintable => quoted_printable_decode(raw),
            };
            decoded.unwrap_or_else(|| text.as_bytes().to_vec())
        }
        PartType::Message(nested) if part.encoding != Encoding::None => nested.raw_message.to_vec(),
        PartType::Message(_) | PartType::Multipart(_) => raw.to_vec(),
    }
}

fn slice<'a>(parsed: &'a Parsed<'_>, from: u32, to: u32) -> &'a [u8] {
    parsed.raw_message.get(from as usize..to as usize).unwrap_or_default()
}

fn headers(head: Vec<(String, String)>) -> Vec<Header> {
    head.into_iter().map(|(name, value)| Header { name, value }).collect()
}

/// The bare type in lower case; text where nothing is said (RFC 2045 section 5.2).
fn mime_type(content_type: Option<&str>) -> String {
    let bare = content_type.and_then(|value| value.split(';').next()).map(str::trim).unwrap_or_default();
    if bare.contains('/') { bare.to_ascii_lowercase() } else { "text/plain".to_owned() }
}

fn empty(part_id: String) -> Payload {
    let mime_type = "text/plain".to_owned();
    Payload {
        body: Some(Body::default()),
        filename: Some(String::new()),
        headers: Vec::new(),
        mime_type,
        part_id: Some(part_id),
        parts: Vec::new(),
    }
}
