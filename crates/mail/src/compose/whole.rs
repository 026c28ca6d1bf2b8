//! Messages as attachments: RFC 2046 section 5.2.1 allows no base64 for `message/rfc822`, so they travel as they are.

use std::borrow::Cow;

/// Longest line of a 7-bit body, without its end (RFC 2045 section 2.7).
const MAX_LINE: usize = 998;

/// Whether a content type may not be encoded. `message/global` and its kin may (RFC 6532 section 3.5).
pub(super) fn is_whole(content_type: &str) -> bool {
    content_type.starts_with("message/") && !content_type.starts_with("message/global")
}

/// A message as a part's bytes, line ends made CRLF; `None` when it does not fit into seven bits and lines, and has to
/// travel as a file of bytes.
pub(super) fn seven_bit(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii() && !text.contains('\0'))?;
    let text = super::build::crlf(text);
    let fits = text.split("\r\n").all(|line| line.len() <= MAX_LINE);
    fits.then(|| match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}
