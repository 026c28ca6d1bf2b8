//! What may be sent. Each refusal names the request field and the remedy.

use model::Address;

use super::address::addresses;
use super::{File, Outgoing, Refused, headers};
use crate::parse::params;

/// Longest run without a space: lines end at 998 octets (RFC 5322 section 2.1.1) and fold only at white space.
pub(super) const MAX_RUN: usize = 900;
/// Longest subject, in bytes.
const MAX_SUBJECT: usize = 16 * 1024;
/// Longest display name or file name, in bytes.
pub(super) const MAX_NAME: usize = 1024;
/// Files in one message.
const MAX_FILES: usize = 500;

/// What checking produced besides permission.
pub(super) struct Checked {
    /// Address fields with domains in ASCII, in the order from, to, cc, bcc, reply-to.
    pub(super) addresses: [Vec<Address>; 5],
    /// Content types of the files, normalised.
    pub(super) types: Vec<params::Value>,
}

/// Checks everything.
pub(super) fn check(outgoing: &Outgoing) -> Result<Checked, Refused> {
    if outgoing.from.len() != 1 {
        return Err(refuse("from", "must hold exactly one address"));
    }
    clean_text("subject", &outgoing.subject, MAX_SUBJECT)?;
    let addresses = [
        addresses("from", &outgoing.from)?,
        addresses("to", &outgoing.to)?,
        addresses("cc", &outgoing.cc)?,
        addresses("bcc", &outgoing.bcc)?,
        addresses("reply_to", &outgoing.reply_to)?,
    ];
    headers::check(&outgoing.headers)?;
    message_id("message_id", &outgoing.message_id)?;
    if let Some(id) = &outgoing.in_reply_to {
        message_id("in_reply_to", id)?;
    }
    if outgoing.files.len() > MAX_FILES {
        let count = outgoing.files.len();
        return Err(refuse("attachments", format!("are {count}; send at most {MAX_FILES}, or one archive")));
    }
    let types = outgoing.files.iter().enumerate().map(|(index, f)| file(index, f)).collect::<Result<_, _>>()?;
    Ok(Checked { addresses, types })
}

pub(super) fn refuse(field: impl Into<String>, reason: impl Into<String>) -> Refused {
    Refused { field: field.into(), reason: reason.into() }
}

/// Text that becomes a header value: no line ends, no control characters, at most `most` bytes.
pub(super) fn clean_text(field: &str, text: &str, most: usize) -> Result<(), Refused> {
    match text.chars().find(|c| c.is_control() && *c != '\t') {
        Some(c) => Err(refuse(field, format!("holds the control character U+{:04X}; remove it", u32::from(c)))),
        None if text.len() > most => {
            Err(refuse(field, format!("is {} bytes long; at most {most} are carried, shorten it", text.len())))
        }
        None => Ok(()),
    }
}

fn message_id(field: &str, id: &str) -> Result<(), Refused> {
    if usable_id(id) { Ok(()) } else { Err(refuse(field, "must look like `<id@host>`")) }
}

/// `<...>` of printable characters, short enough for a line.
pub(super) fn usable_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    inner.is_some_and(|inner| {
        let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
        !inner.is_empty() && inner.len() <= MAX_RUN && !inner.contains(bad)
    })
}

fn file(index: usize, file: &File) -> Result<params::Value, Refused> {
    let field = |part: &str| format!("attachments[{index}].{part}");
    clean_text(&field("filename"), &file.filename, MAX_NAME)?;
    if let Some(id) = &file.content_id
        && !usable_id(&format!("<{}>", id.trim_matches(['<', '>'])))
    {
        return Err(refuse(field("content_id"), "must be 1 to 900 characters without spaces or angle brackets"));
    }
    clean_text(&field("content_type"), &file.content_type, MAX_NAME)?;
    content_type(&file.content_type).ok_or_else(|| {
        refuse(field("content_type"), "must be `type/subtype`, such as `application/pdf`, and not a multipart type")
    })
}

/// A content type that a part may have; none at all means bytes of unknown kind.
fn content_type(text: &str) -> Option<params::Value> {
    let text = if text.trim().is_empty() { "application/octet-stream" } else { text };
    let mut value = params::read(text);
    let token = |t: &str| {
        !t.is_empty() && t.len() <= 127 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let (kind, subtype) = value.value.split_once('/')?;
    if !token(kind) || !token(subtype) || kind == "multipart" {
        return None;
    }
    // `name` is written from the file name; a boundary has no business here.
    value.parameters.retain(|(name, _)| token(name) && !matches!(name.as_str(), "name" | "boundary"));
    Some(value)
}
