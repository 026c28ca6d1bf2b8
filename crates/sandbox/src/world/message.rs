//! One message of a mailbox: its bytes, kept once, and what is derived from them when someone asks.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use mail_parser::{Message as Parsed, MessageParser, MimeHeaders, PartType};

use super::{headers, ids::Id};

/// A message in a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Id,
    pub(crate) thread: Id,
    /// Label ids; never twice the same.
    pub(crate) labels: Vec<String>,
    /// Milliseconds since the epoch; the order of every listing.
    pub(crate) internal_date_ms: i64,
    /// The mailbox's history id after the last change to this message.
    pub(crate) history_id: u64,
    pub(crate) content: Arc<Content>,
}

impl Message {
    /// Whether the message carries the label with this id.
    pub(crate) fn has(&self, label: &str) -> bool {
        self.labels.iter().any(|have| have == label)
    }
}

/// The bytes of a message, and what was read from them so far. Never changes; may be shared by several mailboxes.
#[derive(Debug)]
pub(crate) struct Content {
    raw: Bytes,
    head: OnceLock<Vec<(String, String)>>,
    snippet: OnceLock<String>,
    body: OnceLock<Body>,
}

/// What a search looks at beyond the header.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// All text bodies, HTML without its markup.
    pub(crate) text: String,
    /// Names of attached files.
    pub(crate) filenames: Vec<String>,
}

impl Content {
    pub(crate) fn new(raw: Bytes) -> Arc<Self> {
        Arc::new(Self { raw, head: OnceLock::new(), snippet: OnceLock::new(), body: OnceLock::new() })
    }

    /// The whole message as RFC 5322 has it.
    pub(crate) fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Header fields in order: original names, values unfolded and decoded.
    pub(crate) fn head(&self) -> &[(String, String)] {
        self.head.get_or_init(|| head_of(&self.raw))
    }

    /// The first header field of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head().iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The lead of the text, escaped for HTML; Gmail's `snippet`.
    pub(crate) fn snippet(&self) -> &str {
        self.snippet.get_or_init(|| snippet_of(&self.raw))
    }

    /// The text and the names of attached files.
    pub(crate) fn body(&self) -> &Body {
        self.body.get_or_init(|| parse(&self.raw).map(|parsed| body_of(&parsed)).unwrap_or_default())
    }
}

/// Parses the whole message; `None` when it has no header at all.
pub(crate) fn parse(raw: &[u8]) -> Option<Parsed<'_>> {
    MessageParser::default().parse(raw)
}

/// Header fields as `(name, value)`, values unfolded and decoded.
pub(crate) fn head_of(raw: &[u8]) -> Vec<(String, String)> {
    headers::fields(raw).map(|field| (String::from_utf8_lossy(field.name).into_owned(), field.text())).collect()
}

fn body_of(parsed: &Parsed<'_>) -> Body {
    let text = (0..parsed.text_body_count()).filter_map(|at| parsed.body_text(at)).collect::<Vec<_>>().join("\n");
    let filenames = parsed.parts.iter().filter_map(|part| part.attachment_name()).map(str::to_owned).collect();
    Body { text, filenames }
}

/// Reads only the beginning of a long message: a snippet never needs its attachments.
fn snippet_of(raw: &[u8]) -> String {
    const ENOUGH: usize = 32 * 1024;
    let lead = &raw[..raw.len().min(headers::body_start(raw) + ENOUGH)];
    let Some(parsed) = parse(lead) else { return String::new() };
    let text = (0..parsed.text_body_count()).find_map(|at| match &parsed.text_part(at as u32)?.body {
        PartType::Text(_) | PartType::Html(_) => parsed.body_text(at),
        _ => None,
    });
    escape(&lead_of(text.as_deref().unwrap_or_default()))
}

/// The first words, up to some two hundred characters, without runs of blanks.
fn lead_of(text: &str) -> String {
    const LENGTH: usize = 200;
    let mut lead = String::new();
    for word in text.split_whitespace() {
        if lead.chars().count() + word.chars().count() + 1 > LENGTH {
            break;
        }
        if !lead.is_empty() {
            lead.push(' ');
        }
        lead.push_str(word);
    }
    lead
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_the_escaped_lead_of_the_text() {
        let content = Content::new(Bytes::from_static(b"Subject: x\r\n\r\nIt's  <b>\r\n& more"));
        assert_eq!(content.snippet(), "It&#39;s &lt;b&gt; &amp; more");
    }

    #[test]
    fn a_snippet_comes_from_html_where_there_is_no_plain_text() {
        let content = Content::new(Bytes::from_static(b"Content-Type: text/html\r\n\r\n<p>Hello <b>you</b></p>"));
        assert_eq!(content.snippet(), "Hello you");
    }

    #[test]
    fn names_of_attached_files_are_found() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf; name=\"a b.pdf\"\r\nContent-Disposition: attachment; filename=\"a b.pdf\"\r\n\r\nx\r\n--b--\r\n";
        let content = Content::new(Bytes::from_static(raw));
        assert_eq!(content.body().filenames, ["a b.pdf"]);
        assert!(content.body().text.contains("text"));
    }
}
