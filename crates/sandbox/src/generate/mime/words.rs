//! Text in headers: encoded words (RFC 2047) and parameters (RFC 2231).

use super::text::encode_charset;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How many UTF-8 bytes go into one encoded word; no charset here makes more of them than 42 bytes.
const PER_WORD: usize = 30;

/// A header value as text: as it is when ASCII, else as encoded words, folded.
pub(in crate::generate) fn unstructured(text: &str, charset: &str) -> String {
    if text.is_ascii() && !text.contains("=?") {
        return text.to_owned();
    }
    encoded(text, charset)
}

/// Encoded words separated by a fold. `Q` where most of the text is ASCII, `B` elsewhere.
pub(super) fn encoded(text: &str, charset: &str) -> String {
    let (charset, _) = encode_charset(text, charset);
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let q = ascii * 4 > text.len() * 3;
    let words: Vec<String> = pieces(text, PER_WORD).iter().map(|piece| word(piece, charset, q)).collect();
    words.join("\r\n ")
}

fn word(piece: &str, charset: &str, q: bool) -> String {
    let (charset, bytes) = encode_charset(piece, charset);
    let quoted = q.then(|| quoted(&bytes)).filter(|text| text.len() <= 54);
    match quoted {
        Some(text) => format!("=?{charset}?Q?{text}?="),
        None => format!("=?{charset}?B?{}?=", STANDARD.encode(bytes)),
    }
}

fn quoted(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b' ' => text.push('_'),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'!' | b'*' | b'+' | b'-' | b'/' => text.push(char::from(byte)),
            _ => text.push_str(&format!("={byte:02X}")),
        }
    }
    text
}

/// Cuts between characters, at most so many bytes each.
fn pieces(text: &str, most: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > most {
        let mut cut = most;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    pieces.push(rest);
    pieces
}

/// How a program writes file names that are not ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameStyle {
    /// RFC 2231 in one piece.
    Extended,
    /// RFC 2231 in numbered pieces.
    Continued,
    /// Encoded words inside quotes: not allowed by RFC 2047, and common.
    Words,
}

/// The parameter `name=value` in the given style, with its leading `; `.
pub(super) fn parameter(name: &str, value: &str, style: NameStyle) -> String {
    if value.is_ascii() {
        return format!(";\r\n {name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    }
    match style {
        NameStyle::Words => format!(";\r\n {name}=\"{}\"", encoded(value, "UTF-8")),
        NameStyle::Extended => format!(";\r\n {name}*=UTF-8''{}", percent(value)),
        NameStyle::Continued => continued(name, value),
    }
}

fn continued(name: &str, value: &str) -> String {
    let mut text = String::new();
    for (at, piece) in pieces(value, 18).iter().enumerate() {
        let charset = if at == 0 { "UTF-8''" } else { "" };
        text.push_str(&format!(";\r\n {name}*{at}*={charset}{}", percent(piece)));
    }
    text
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
