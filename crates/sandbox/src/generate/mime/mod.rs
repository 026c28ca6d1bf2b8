//! Writing mail: parts, headers, encodings (RFC 5322, 2045 to 2047, 2231).

mod address;
mod encode;
mod part;
mod text;
mod words;

pub(super) use address::{mailbox, mailboxes};
pub(super) use encode::crc32;
pub(super) use part::{Part, attachment, folded};
pub(super) use text::{TextStyle, text_part};
pub(super) use words::unstructured;
