//! From raw bytes to what the mirror keeps.

use model::Address;
use model::message::{Attachment, Body};

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
    let _ = raw;
    todo!()
}

/// All header fields in their original order, duplicates kept, values unfolded and decoded.
pub fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let _ = raw;
    todo!()
}

/// The decoded bytes of one part, by [`Attachment::part`].
pub fn part(raw: &[u8], part: u32) -> Option<Vec<u8>> {
    let _ = (raw, part);
    todo!()
}
