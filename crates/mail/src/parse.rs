//! From raw bytes to what the mirror keeps.
//!
//! Fields are read by modules of our own (`fields`, `words`, `address`, `params`), the MIME tree by `tree`; charsets,
//! dates, entities and the quick base64 path are `mail-parser`'s. Everything is linear in the message's length.

pub(crate) mod address;
mod attach;
mod body;
pub(crate) mod charset;
pub(crate) mod fields;
pub(crate) mod html;
pub(crate) mod params;
pub(crate) mod text;
mod transfer;
pub(crate) mod tree;
pub(crate) mod words;

use model::Address;
use model::message::{Attachment, Body};

use tree::Tree;

/// Everything derived from a raw message.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// Decoded subject; empty when there is none.
    pub subject: String,
    /// `From`.
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`.
    pub bcc: Vec<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// `Date` header, Unix seconds, when it parses.
    pub date: Option<i64>,
    /// `Message-ID` with angle brackets.
    pub message_id: Option<String>,
    /// First id of `In-Reply-To`, with angle brackets.
    pub in_reply_to: Option<String>,
    /// Ids of `References`, with angle brackets, in order.
    pub references: Vec<String>,
    /// HTML where there is HTML, else text.
    pub body: Body,
    /// The body as plain text, whitespace folded, for snippet and full-text search.
    pub text: String,
    /// First 100 characters of `text`.
    pub snippet: String,
    /// Attachments; ids are `<part>` and are completed by the engine.
    pub attachments: Vec<Attachment>,
}

/// Derives everything the mirror keeps. Total: any bytes give an answer.
pub fn parse(raw: &[u8]) -> Parsed {
    let tree = Tree::read(raw);
    let sorted = body::sort(&tree);
    let body = body::body(&tree, &sorted.shown);
    let text = body::plain(&body);
    Parsed {
        subject: tree.field(0, "Subject").map(|s| words::decode(&s)).unwrap_or_default(),
        from: addresses(&tree, "From"),
        to: addresses(&tree, "To"),
        cc: addresses(&tree, "Cc"),
        bcc: addresses(&tree, "Bcc"),
        reply_to: addresses(&tree, "Reply-To"),
        date: tree.field(0, "Date").and_then(|s| date(&s)),
        message_id: tree.field(0, "Message-ID").and_then(|s| ids(&s).into_iter().next()),
        in_reply_to: tree.field(0, "In-Reply-To").and_then(|s| ids(&s).into_iter().next()),
        references: tree.field(0, "References").map(|s| ids(&s)).unwrap_or_default(),
        snippet: text::snippet(&text),
        attachments: attach::describe_all(&tree, &sorted.attached, &body),
        text,
        body,
    }
}

/// The header of a message with the empty line that ends it; all of it where there is none. For those who read the header
/// only: bodies can be large.
pub fn head(raw: &[u8]) -> &[u8] {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(raw.len(), |at| at + 4);
    &raw[..end]
}

/// All header fields in their original order, duplicates kept, values unfolded and decoded.
pub fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let tree = Tree::read(raw);
    let fields = &tree.parts[0].header;
    let decoded = |f: &fields::Field| {
        let name = String::from_utf8_lossy(&raw[f.name.clone()]).into_owned();
        (name, words::decode(&fields::unfolded(&raw[f.value.clone()], tree.fallback())))
    };
    fields.iter().map(decoded).collect()
}

/// The decoded bytes of one part, by [`Attachment::part`]. Text is not converted from its charset; a nested message is
/// given as the raw message it is. `None` when the message has no such part or the part only holds others.
pub fn part(raw: &[u8], part: u32) -> Option<Vec<u8>> {
    let tree = Tree::read(raw);
    let index = usize::try_from(part).ok()?;
    let leaf = tree.parts.get(index).filter(|p| !p.is_multipart())?;
    debug_assert!(leaf.children.is_empty());
    Some(tree.bytes(index).into_owned())
}

/// The addresses of every field of that name: the obsolete syntax allows several (RFC 5322 section 4.5.3).
fn addresses(tree: &Tree<'_>, name: &str) -> Vec<Address> {
    tree.all_fields(name).flat_map(|value| address::list(&value)).collect()
}

/// Unix seconds of an RFC 5322 date, with the obsolete zones and the usual mistakes.
pub(crate) fn date(text: &str) -> Option<i64> {
    let text: String = text.chars().take(200).collect();
    let parsed = mail_parser::DateTime::parse_rfc822(&text)?;
    let valid = (1..=12).contains(&parsed.month) && (1..=31).contains(&parsed.day) && parsed.hour < 25;
    (valid && (1900..=9999).contains(&parsed.year)).then(|| parsed.to_timestamp())
}

/// Ids in angle brackets; a lone id without them gets them.
pub(crate) fn ids(text: &str) -> Vec<String> {
    let bracketed: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| format!("<{}>", id.split_whitespace().collect::<String>()))
        .filter(|id| id.len() > 2)
        .collect();
    match text.split_whitespace().next() {
        Some(lone) if bracketed.is_empty() && lone.contains('@') => {
            vec![format!("<{}>", lone.trim_matches(['<', '>', ';', ',', '"']))]
        }
        _ => bracketed,
    }
}

#[cfg(test)]
mod tests;
