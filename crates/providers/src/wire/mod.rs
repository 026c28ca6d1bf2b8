//! What the classifiers look at: one answer as it came over the wire, in neutral words, and bounded views of it.

mod json;
mod text;

pub(crate) use json::{embedded_object, field, object_of};
pub(crate) use text::{Excerpt, safe_code, short_raw, start_of, words};

use model::Timestamp;

use crate::retry_after;

/// Bytes of a body that a classifier looks at; errors say what they have to say well before.
pub const BODY_LIMIT: usize = 64 * 1024;

/// An HTTP answer that is not a success.
#[derive(Clone, Copy, Debug)]
pub struct WireAnswer<'a> {
    /// HTTP status, when there was one.
    pub status: Option<u16>,
    /// Header fields as they came; names in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body: of any size, encoding and truth.
    pub body: &'a [u8],
    /// What was asked for (`messages.send`, `token.refresh`), when known.
    pub operation: Option<&'a str>,
    /// The instant of the answer.
    pub now: Timestamp,
}

impl<'a> WireAnswer<'a> {
    /// The first header field of this name.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The part of the body that is looked at.
    pub(crate) fn bounded(&self) -> &'a [u8] {
        bounded(self.body)
    }

    /// The instant the header fields name, within bounds.
    pub(crate) fn wait(&self) -> Option<Timestamp> {
        retry_after::from_headers(self.headers, self.now)
    }
}

/// The part of a body that is looked at.
pub(crate) fn bounded(body: &[u8]) -> &[u8] {
    &body[..body.len().min(BODY_LIMIT)]
}
