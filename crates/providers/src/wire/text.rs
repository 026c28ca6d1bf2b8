//! Bounded, escaped text out of whatever a provider sent.

use std::borrow::Cow;

/// Characters of raw text that a fault keeps.
const RAW_LIMIT: usize = 500;
/// Bytes of an excerpt that are searched for phrases.
const EXCERPT_LIMIT: usize = 4096;
/// Longest provider code that is handed on.
const CODE_LIMIT: usize = 64;

/// The start of an answer as text, and the same in lower case for comparing.
pub(crate) struct Excerpt<'a> {
    pub text: Cow<'a, str>,
    pub low: String,
}

impl<'a> Excerpt<'a> {
    /// Reads the start of `bytes`; what is not UTF-8 becomes U+FFFD.
    pub fn of(bytes: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(start_of(bytes));
        let low = text.to_ascii_lowercase();
        Self { text, low }
    }

    /// The start of `text`.
    pub fn of_str(text: &'a str) -> Self {
        Self::of(text.as_bytes())
    }
}

/// The part of a text that is searched for phrases.
pub(crate) fn start_of(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(EXCERPT_LIMIT)]
}

/// At most 500 characters, on one line, with nothing in them that a log or a terminal would obey.
pub(crate) fn short_raw(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(RAW_LIMIT * 4)];
    let text = String::from_utf8_lossy(start);
    let mut raw = String::with_capacity(text.len().min(RAW_LIMIT + 16));
    let mut kept = 0;
    for c in text.trim().chars() {
        let before = raw.len();
        if c.is_ascii_graphic() {
            raw.push(c);
            kept += 1;
        } else {
            push_visible(&mut raw, c);
            kept += raw[before..].chars().count();
        }
        if kept > RAW_LIMIT - 3 {
            raw.truncate(before);
            raw.push_str("...");
            return raw;
        }
    }
    raw
}

/// Runs of white space become what they look like; other control and formatting characters are spelled out.
fn push_visible(raw: &mut String, c: char) {
    match c {
        '\t' | '\n' | '\r' | ' ' if raw.ends_with(' ') => {}
        '\t' | '\n' | '\r' => raw.push(' '),
        c if c.is_control() || changes_direction(c) => raw.extend(c.escape_unicode()),
        c => raw.push(c),
    }
}

/// Invisible characters that reorder or hide what follows (Unicode TR 36, section 2.1).
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A provider's code, if it is short and made of harmless characters; it may end up in an answer to the caller.
pub(crate) fn safe_code(code: &str) -> Option<String> {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b' ');
    let fits = !code.is_empty() && code.len() <= CODE_LIMIT && code.bytes().all(harmless);
    fits.then(|| code.to_owned())
}

/// The words of a text, a word being ASCII letters, digits and underscores; at most `limit` of them.
pub(crate) fn words(text: &str, limit: usize) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()).take(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_text_is_one_visible_bounded_line() {
        assert_eq!(short_raw(b"  a\r\n\r\n b\x1b[31m"), "a b\\u{1b}[31m");
        assert_eq!(short_raw("x\u{202e}y".as_bytes()), "x\\u{202e}y");
        assert!(short_raw(&[0xff; 5000]).chars().count() <= RAW_LIMIT);
        assert!(short_raw(&[1; 5000]).chars().count() <= RAW_LIMIT);
        assert!(short_raw("ä".repeat(5000).as_bytes()).ends_with("..."));
    }

    #[test]
    fn only_harmless_codes_pass() {
        assert_eq!(safe_code("ErrorItemNotFound").as_deref(), Some("ErrorItemNotFound"));
        assert_eq!(safe_code("a\r\nSet-Cookie: b"), None);
        assert_eq!(safe_code(&"a".repeat(65)), None);
    }
}
