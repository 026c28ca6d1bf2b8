//! Reading a message's header fields straight from its bytes (RFC 5322 section 2.2), without a full parse.
//!
//! Threading and listing need a handful of fields from every message of a large mailbox; a MIME parse of each would
//! cost a hundred times more.

use std::borrow::Cow;
use std::ops::Range;

use mail_parser::parsers::MessageStream;

/// One header field as it stands in the message.
#[derive(Clone, Debug)]
pub(crate) struct Field<'a> {
    /// The name in its original casing.
    pub(crate) name: &'a [u8],
    /// The value, still folded and encoded, without the final line break.
    pub(crate) value: &'a [u8],
    /// Where the whole field lies, line break included.
    pub(crate) span: Range<usize>,
}

impl Field<'_> {
    /// Whether the field has this name; casing does not matter.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value unfolded, in UTF-8 and with encoded words decoded (RFC 2047).
    pub(crate) fn text(&self) -> String {
        decode(self.value)
    }
}

/// The fields of a message, in order. Lines that are no field (a stray `From ` line) are passed over.
pub(crate) fn fields(raw: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            let end = field_end(raw, start)?;
            at = end;
            if let Some(field) = field(raw, start..end) {
                return Some(field);
            }
        }
    })
}

/// The first field of that name, decoded.
pub(crate) fn first(raw: &[u8], name: &str) -> Option<String> {
    fields(raw).find(|field| field.is(name)).map(|field| field.text())
}

/// Where the body begins: behind the empty line, or at the end of a message that has none.
pub(crate) fn body_start(raw: &[u8]) -> usize {
    let mut at = 0;
    while at < raw.len() {
        let end = line_end(raw, at);
        if matches!(&raw[at..end], b"\n" | b"\r\n") {
            return end;
        }
        at = end;
    }
    raw.len()
}

/// The ids inside `<...>` of a Message-ID, In-Reply-To or References value, without the brackets.
pub(crate) fn message_ids(value: &str) -> impl Iterator<Item = &str> {
    value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.trim())
        .filter(|id| !id.is_empty())
}

/// A subject without its reply and forward marks, folded to lower case: what two messages of one thread share.
pub(crate) fn bare_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((mark, tail)) = rest.split_once(':') {
        let mark = mark.split('[').next().unwrap_or(mark).trim().to_ascii_lowercase();
        if !matches!(mark.as_str(), "re" | "fwd" | "fw" | "aw" | "wg" | "sv" | "antw" | "tr") {
            break;
        }
        rest = tail.trim_start();
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn field(raw: &[u8], span: Range<usize>) -> Option<Field<'_>> {
    let whole = &raw[span.clone()];
    let colon = memchr::memchr(b':', whole)?;
    let name = whole[..colon].trim_ascii_end();
    let named = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    named.then(|| Field { name, value: whole[colon + 1..].trim_ascii(), span })
}

/// The end of the field at `start`: its line and the folded lines behind it. `None` at the end of the header.
fn field_end(raw: &[u8], start: usize) -> Option<usize> {
    if start >= raw.len() || matches!(raw[start], b'\n') || raw[start..].starts_with(b"\r\n") {
        return None;
    }
    let mut end = line_end(raw, start);
    while end < raw.len() && matches!(raw[end], b' ' | b'\t') {
        end = line_end(raw, end);
    }
    Some(end)
}

fn line_end(raw: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &raw[start..]).map_or(raw.len(), |at| start + at + 1)
}

fn decode(value: &[u8]) -> String {
    let unfolded: Cow<'_, [u8]> = match memchr::memchr2(b'\r', b'\n', value) {
        Some(_) => value.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect::<Vec<_>>().into(),
        None => value.into(),
    };
    if memchr::memmem::find(&unfolded, b"=?").is_some() {
        let mut line = unfolded.into_owned();
        line.push(b'\n');
        return MessageStream::new(&line).parse_unstructured().into_text().unwrap_or_default().into_owned();
    }
    match std::str::from_utf8(&unfolded) {
        Ok(text) => text.to_owned(),
        Err(_) => unfolded.iter().map(|byte| *byte as char).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"From: A <a@x>\r\nSUBJECT: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_an_alle?=\r\nReferences: <1@x>\r\n\t<2@x>\r\n\r\nBody: not a field\r\n";

    #[test]
    fn fields_keep_their_names_and_unfold_their_values() {
        let names: Vec<_> = fields(MESSAGE).map(|field| String::from_utf8_lossy(field.name).into_owned()).collect();
        assert_eq!(names, ["From", "SUBJECT", "References"]);
        assert_eq!(first(MESSAGE, "subject").unwrap(), "Grüße an alle");
        let references = first(MESSAGE, "references").unwrap();
        assert_eq!(message_ids(&references).collect::<Vec<_>>(), ["1@x", "2@x"]);
    }

    #[test]
    fn the_body_starts_behind_the_empty_line() {
        assert_eq!(&MESSAGE[body_start(MESSAGE)..], b"Body: not a field\r\n");
        assert_eq!(body_start(b"A: b\n\nrest"), 6);
        assert_eq!(body_start(b"A: b"), 4);
    }

    #[test]
    fn replies_share_a_bare_subject() {
        for subject in ["Lunch", "Re: Lunch", "RE: Fwd:  lunch", "Aw: Re[2]: Lunch"] {
            assert_eq!(bare_subject(subject), "lunch", "{subject}");
        }
        assert_ne!(bare_subject("Note: Lunch"), "lunch");
    }

    #[test]
    fn no_bytes_break_the_scanner() {
        for raw in [&b""[..], b"\n", b":", b"a", b" folded first\r\n", b"a:\n b\n \n c", b"\xff\xfe: x\n\n"] {
            let _ = fields(raw).count();
            assert!(body_start(raw) <= raw.len());
        }
    }
}
