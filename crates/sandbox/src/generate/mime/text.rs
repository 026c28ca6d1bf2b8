//! Text parts: charset, transfer encoding, line length, `format=flowed`.

use super::encode::{base64_lines, quoted_printable};
use super::part::Part;
use crate::generate::rng::Rng;
use encoding_rs::Encoding;

/// How one program writes text.
#[derive(Debug, Clone, Copy)]
pub(in crate::generate) struct TextStyle {
    /// The charset it would like to use; UTF-8 where the text does not fit.
    pub charset: &'static str,
    /// `format=flowed` (RFC 3676) for plain text; the text must be flowed already.
    pub flowed: bool,
}

/// The longest line without an encoding (RFC 5322, section 2.1.1), in bytes.
const LONGEST_LINE: usize = 998;

/// A `text/...` part of a text whose lines end in CRLF.
pub(in crate::generate) fn text_part(subtype: &str, text: &str, style: TextStyle, rng: &mut Rng) -> Part {
    let (charset, bytes) = encode_charset(text, style.charset);
    let (encoding, content) = transfer(bytes, rng);
    let flowed = if style.flowed && subtype == "plain" { "; format=flowed" } else { "" };
    let charset = match rng.below(3) {
        0 => format!("\"{charset}\""),
        1 => charset.to_uppercase(),
        _ => charset.to_owned(),
    };
    let mut part = Part::encoded(format!("text/{subtype}; charset={charset}{flowed}"), content);
    part.header("Content-Transfer-Encoding", encoding);
    part
}

/// The text in the charset, line by line so that a stateful charset ends each line in ASCII (RFC 1468). When a
/// character does not fit, the whole text is UTF-8.
pub(super) fn encode_charset<'c>(text: &str, charset: &'c str) -> (&'c str, Vec<u8>) {
    let utf8 = || ("utf-8", text.as_bytes().to_vec());
    if charset.eq_ignore_ascii_case("utf-8") {
        return utf8();
    }
    if charset == "us-ascii" {
        return if text.is_ascii() { (charset, text.as_bytes().to_vec()) } else { utf8() };
    }
    let Some(encoding) = Encoding::for_label(charset.as_bytes()) else { return utf8() };
    let mut bytes = Vec::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            bytes.push(b'\n');
        }
        let (ending, line) = line.strip_suffix('\r').map_or(("", line), |line| ("\r", line));
        let (encoded, _, unmappable) = encoding.encode(line);
        if unmappable {
            return utf8();
        }
        bytes.extend_from_slice(&encoded);
        bytes.extend_from_slice(ending.as_bytes());
    }
    // The labels iso-8859-1 and tis-620 are wider on the Web than their standards: keep to the standards.
    let strict = ["iso-8859-1", "tis-620"].contains(&charset);
    if strict && bytes.iter().any(|b| (0x80..0xA0).contains(b)) { utf8() } else { (charset, bytes) }
}

fn transfer(bytes: Vec<u8>, rng: &mut Rng) -> (&'static str, Vec<u8>) {
    let short = bytes.split(|b| *b == b'\n').all(|line| line.len() < LONGEST_LINE);
    let ascii = bytes.iter().filter(|b| b.is_ascii()).count();
    let draw = rng.below(100);
    if ascii == bytes.len() && short && draw < 75 {
        return ("7bit", bytes);
    }
    if ascii < bytes.len() && short && draw < 15 {
        return ("8bit", bytes);
    }
    if ascii * 3 > bytes.len() * 2 && draw < 90 {
        return ("quoted-printable", quoted_printable(&bytes));
    }
    ("base64", base64_lines(&bytes))
}
