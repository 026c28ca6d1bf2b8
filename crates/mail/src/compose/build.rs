//! Writing a checked message.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address as Written;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use memchr::memmem;
use model::Address;

use super::check::{Checked, usable_id};
use super::whole::{is_whole, seven_bit};
use super::{File, Outgoing};
use crate::parse::{params, text};

/// Base64 characters per line (RFC 2045 section 6.8) come from this many bytes.
const BYTES_PER_LINE: usize = 57;

/// Writes the message. Everything in it has been checked.
pub(super) fn build(outgoing: &Outgoing, checked: Checked) -> Vec<u8> {
    let mut builder = MessageBuilder::new();
    let names = ["From", "To", "Cc", "Bcc", "Reply-To"];
    for (name, list) in names.into_iter().zip(checked.addresses) {
        if !list.is_empty() {
            let list = Written::new_list(list.into_iter().map(written).collect());
            builder = builder.header(name, HeaderType::Address(list));
        }
    }
    builder = builder
        .header("Subject", unstructured(&outgoing.subject))
        .header("Date", Date::new(outgoing.date))
        .header("Message-ID", ids([outgoing.message_id.as_str()]));
    if let Some(id) = &outgoing.in_reply_to {
        builder = builder.header("In-Reply-To", ids([id.as_str()]));
    }
    // Ids of other people's messages are not the caller's to mend: unusable ones are left out.
    let references: Vec<&str> = outgoing.references.iter().map(String::as_str).filter(|id| usable_id(id)).collect();
    if !references.is_empty() {
        builder = builder.header("References", ids(references));
    }
    for (name, value) in &outgoing.headers {
        builder = builder.header(name.as_str(), custom(value));
    }
    let mut raw = Vec::new();
    builder.header("MIME-Version", Raw::new("1.0")).body(root(outgoing, &checked.types)).serialize(&mut raw);
    raw
}

fn written<'x>(address: Address) -> Written<'x> {
    Written::new_address(address.name, address.email)
}

fn ids<'x>(ids: impl IntoIterator<Item = &'x str>) -> HeaderType<'x> {
    HeaderType::MessageId(MessageId::new_list(ids.into_iter().map(|id| id.trim_matches(['<', '>']))))
}

/// A subject. Text that looks like an encoded word must be encoded, or it would be decoded at the other end.
fn unstructured(text: &str) -> HeaderType<'_> {
    if text.contains("=?") { HeaderType::Raw(Raw::new(encoded_words(text))) } else { HeaderType::Text(Text::new(text)) }
}

/// A custom header: ASCII as it is, folded at spaces, because it may have a structure that encoding would hide.
fn custom(value: &str) -> HeaderType<'_> {
    if value.is_ascii() { HeaderType::Raw(Raw::new(value)) } else { unstructured(value) }
}

/// `text` as encoded words of whole characters, each at most 75 characters (RFC 2047 section 2).
fn encoded_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    words.push(chunk);
    words.iter().map(|w| format!("=?utf-8?B?{}?=", STANDARD.encode(w))).collect::<Vec<_>>().join(" ")
}

/// The body with its files: `mixed(related(alternative(text, html), inline...), files...)`, each level only when needed.
fn root<'x>(outgoing: &'x Outgoing, types: &'x [params::Value]) -> MimePart<'x> {
    let boundaries = Boundaries::of(outgoing);
    let mut body = if outgoing.plaintext {
        MimePart::new("text/plain", BodyPart::Text(crlf(&outgoing.body)))
    } else {
        let plain = text::from_html(&outgoing.body, true);
        let parts = vec![
            MimePart::new("text/plain", BodyPart::Text(Cow::Owned(crlf(&plain).into_owned()))),
            MimePart::new("text/html", BodyPart::Text(crlf(outgoing.html.as_ref().unwrap_or(&outgoing.body)))),
        ];
        multipart("multipart/alternative", boundaries.name("a"), parts)
    };
    let in_body = |file: &File| file.inline && file.content_id.is_some() && !outgoing.plaintext;
    let files = || outgoing.files.iter().zip(types);
    let mut related: Vec<MimePart<'x>> = files().filter(|(f, _)| in_body(f)).map(|(f, t)| file_part(f, t)).collect();
    if !related.is_empty() {
        related.insert(0, body);
        // RFC 2387 section 3.1 wants the root's type named.
        let kind = ContentType::new("multipart/related").attribute("type", "multipart/alternative");
        body = multipart(kind, boundaries.name("r"), related);
    }
    let mut mixed: Vec<MimePart<'x>> = files().filter(|(f, _)| !in_body(f)).map(|(f, t)| file_part(f, t)).collect();
    if !mixed.is_empty() {
        mixed.insert(0, body);
        body = multipart("multipart/mixed", boundaries.name("m"), mixed);
    }
    body
}

fn multipart<'x>(kind: impl Into<ContentType<'x>>, boundary: String, parts: Vec<MimePart<'x>>) -> MimePart<'x> {
    MimePart::new(kind.into().attribute("boundary", boundary), parts)
}

/// A file as a part: base64, so that its bytes arrive as they are, line ends included. Messages are not encoded; one that
/// cannot do without goes as bytes of unknown kind.
fn file_part<'x>(file: &'x File, kind: &'x params::Value) -> MimePart<'x> {
    let whole = is_whole(&kind.value);
    let as_it_is = if whole { seven_bit(&file.content) } else { None };
    let named = if whole && as_it_is.is_none() { "application/octet-stream" } else { kind.value.as_str() };
    let mut content_type = ContentType::new(named);
    for (name, value) in &kind.parameters {
        content_type = content_type.attribute(name.as_str(), value.as_str());
    }
    let mut disposition = ContentType::new(if file.inline { "inline" } else { "attachment" });
    if !file.filename.is_empty() {
        disposition = disposition.attribute("filename", file.filename.as_str());
    }
    let encoding = if as_it_is.is_some() { "7bit" } else { "base64" };
    let content = as_it_is.unwrap_or_else(|| Cow::Owned(base64_lines(&file.content)));
    let mut part = MimePart::new(content_type, BodyPart::Binary(content)).header("Content-Disposition", disposition);
    if let Some(id) = &file.content_id {
        part = part.cid(id.trim_matches(['<', '>']));
    }
    part.transfer_encoding(encoding)
}

fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.len().div_ceil(BYTES_PER_LINE);
    let mut out = vec![0; lines * (BYTES_PER_LINE / 3 * 4 + 2)];
    let mut at = 0;
    for chunk in bytes.chunks(BYTES_PER_LINE) {
        // The slice is sized for a full line, so encoding cannot fail.
        at += STANDARD.encode_slice(chunk, &mut out[at..]).unwrap_or_default();
        out[at..at + 2].copy_from_slice(b"\r\n");
        at += 2;
    }
    out.truncate(at);
    out
}

/// Text with CRLF line ends.
pub(super) fn crlf(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let bare = |i: usize| match bytes[i] {
        b'\n' => i == 0 || bytes[i - 1] != b'\r',
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    };
    if (0..bytes.len()).any(bare) {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Boundaries that occur nowhere in the message. `=_` cannot occur in base64 or quoted-printable (RFC 2045 section 6.7);
/// texts sent as they are searched.
struct Boundaries {
    stem: String,
}

impl Boundaries {
    fn of(outgoing: &Outgoing) -> Self {
        let mut salt = 0u32;
        loop {
            let stem = format!("=_{:016x}", hash(&outgoing.message_id, salt));
            let in_file = |file: &File| memmem::find(&file.content, stem.as_bytes()).is_some();
            let in_text =
                [Some(&outgoing.body), outgoing.html.as_ref()].into_iter().flatten().any(|t| t.contains(&stem));
            if !in_text && !outgoing.files.iter().any(in_file) {
                return Self { stem };
            }
            salt += 1;
        }
    }

    fn name(&self, level: &str) -> String {
        format!("{}_{level}", self.stem)
    }
}

/// FNV-1a: stable over releases, and nothing depends on it being hard to guess.
fn hash(text: &str, salt: u32) -> u64 {
    let bytes = text.bytes().chain(salt.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
