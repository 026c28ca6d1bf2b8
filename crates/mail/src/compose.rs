//! From what a caller wants to send to raw bytes.
//!
//! Everything is checked before anything is written: `check` refuses, `build` cannot fail. Boundaries are derived from
//! the message, so equal input gives equal bytes.

mod address;
mod build;
mod check;
mod headers;
mod signature;
mod whole;

pub use address::{Beyond, beyond_ascii, wire_form};
pub use signature::signed;

use model::Address;

/// A file to attach.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// File name; empty for none.
    pub filename: String,
    /// `type/subtype`, possibly with parameters.
    pub content_type: String,
    /// The bytes, decoded.
    pub content: Vec<u8>,
    /// `Content-ID` without angle brackets; makes the file referable from HTML as `cid:`.
    pub content_id: Option<String>,
    /// Shown inside the body (multipart/related) instead of listed.
    pub inline: bool,
}

/// What a message is made of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outgoing {
    /// `From`; exactly one.
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`; kept in the bytes, the provider strips it.
    pub bcc: Vec<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// The body; HTML unless `plaintext`.
    pub body: String,
    /// The body is plain text and no HTML part is made.
    pub plaintext: bool,
    /// The HTML part, where it is not the body as it is: the body with [`crate::track`]'s marks. The text beside it is
    /// made of the body, which has none.
    pub html: Option<String>,
    /// Attachments and inline files.
    pub files: Vec<File>,
    /// Further headers, checked.
    pub headers: Vec<(String, String)>,
    /// `In-Reply-To` with angle brackets.
    pub in_reply_to: Option<String>,
    /// `References` with angle brackets, oldest first.
    pub references: Vec<String>,
    /// `Message-ID` with angle brackets.
    pub message_id: String,
    /// `Date`, Unix seconds.
    pub date: i64,
}

/// Why a message cannot be composed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Refused {
    /// The request field at fault (`to[1].email`, `custom_headers[0].name`).
    pub field: String,
    /// What is wrong with it and what would be right.
    pub reason: String,
}

/// Builds the raw bytes (CRLF line ends, 7-bit safe except where SMTPUTF8 is needed).
///
/// Refuses what could not be carried or could smuggle header fields in: line ends and control characters in any field,
/// addresses without exactly one `@`, custom headers that Postroad writes itself, content types that are none.
pub fn compose(outgoing: &Outgoing) -> Result<Vec<u8>, Refused> {
    let checked = check::check(outgoing)?;
    Ok(build::build(outgoing, checked))
}

#[cfg(test)]
mod tests;
