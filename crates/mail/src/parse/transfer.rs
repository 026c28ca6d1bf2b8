//! Content transfer encodings (RFC 2045 section 6), decoded as far as they can be.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

/// How the bytes of a part are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Encoding {
    /// `7bit`, `8bit`, `binary`, or something unknown.
    #[default]
    Identity,
    /// `base64`.
    Base64,
    /// `quoted-printable`.
    QuotedPrintable,
    /// `x-uuencode` and its spellings: never standard, written by old Outlook and Eudora.
    Uuencode,
}

impl Encoding {
    /// Reads a `Content-Transfer-Encoding` value.
    pub(crate) fn read(value: &str) -> Self {
        let token = value.trim().trim_matches('"').split([';', ' ', '\t']).next().unwrap_or_default();
        if token.eq_ignore_ascii_case("base64") {
            Self::Base64
        } else if token.eq_ignore_ascii_case("quoted-printable") {
            Self::QuotedPrintable
        } else if ["x-uuencode", "uuencode", "x-uue", "uue"].iter().any(|t| token.eq_ignore_ascii_case(t)) {
            Self::Uuencode
        } else {
            Self::Identity
        }
    }

    /// The decoded bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity => Cow::Borrowed(bytes),
            Self::Base64 => Cow::Owned(base64(bytes)),
            Self::QuotedPrintable => Cow::Owned(quoted_printable(bytes)),
            Self::Uuencode => uudecode(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
        }
    }
}

/// Decodes base64; characters outside the alphabet are skipped, as RFC 2045 section 6.8 asks.
pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    // Padding inside means that pieces were concatenated; only the forgiving loop starts afresh there.
    let pad = memchr::memchr(b'=', bytes).unwrap_or(bytes.len());
    let clean_tail = bytes[pad..].iter().all(|b| matches!(b, b'=' | b'\r' | b'\n' | b' ' | b'\t'));
    match if clean_tail { base64_decode(&bytes[..pad]) } else { None } {
        // The quick decoder drops an unpadded tail; ours keeps it.
        Some(decoded) if whole_groups(&bytes[..pad]) => decoded,
        _ => forgiving_base64(bytes),
    }
}

fn whole_groups(bytes: &[u8]) -> bool {
    bytes.iter().filter(|b| !b.is_ascii_whitespace()).count().is_multiple_of(4)
}

fn forgiving_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut group, mut count) = (0u32, 0u8);
    for &byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                flush(&mut out, group, count);
                (group, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        group = group << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&group.to_be_bytes()[1..]);
            (group, count) = (0, 0);
        }
    }
    flush(&mut out, group, count);
    out
}

fn flush(out: &mut Vec<u8>, group: u32, count: u8) {
    match count {
        2 => out.push((group >> 4) as u8),
        3 => out.extend_from_slice(&((group >> 2) as u16).to_be_bytes()),
        _ => {}
    }
}

/// Decodes quoted-printable; a malformed escape is kept as it stands (RFC 2045 section 6.7, note 2).
pub(crate) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let (content, end) = split_line_end(line);
        // Trailing white space was added in transport (rule 3).
        let content = content.trim_ascii_end();
        let (content, soft) = match content {
            [head @ .., b'='] => (head, true),
            _ => (content, false),
        };
        unescape(content, &mut out);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn split_line_end(line: &[u8]) -> (&[u8], &[u8]) {
    let end = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
    line.split_at(line.len() - end)
}

fn unescape(mut bytes: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'=', bytes) {
        out.extend_from_slice(&bytes[..at]);
        match bytes.get(at + 1..at + 3).and_then(hex_pair) {
            Some(byte) => {
                out.push(byte);
                bytes = &bytes[at + 3..];
            }
            None => {
                out.push(b'=');
                bytes = &bytes[at + 1..];
            }
        }
    }
    out.extend_from_slice(bytes);
}

/// Decodes from the `begin` line to the `end` line (POSIX `uuencode`, historical algorithm).
fn uudecode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines = bytes.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.find(|line| line.starts_with(b"begin "))?;
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in lines.take_while(|line| *line != b"end") {
        let Some((&length, data)) = line.split_first() else { continue };
        let value = |i: usize| data.get(i).map_or(0, |b| u32::from(b.wrapping_sub(b' ') & 63));
        let start = out.len();
        for i in (0..data.len()).step_by(4) {
            let group = value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
            out.extend_from_slice(&group.to_be_bytes()[1..]);
        }
        out.truncate(start + usize::from(length.wrapping_sub(b' ') & 63));
    }
    Some(out)
}

/// Two hexadecimal digits as a byte.
pub(crate) fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    match pair {
        [high, low] => Some((digit(*high)? << 4 | digit(*low)?) as u8),
        _ => None,
    }
}

/// Decodes the data of a `Q` encoded word (RFC 2047 section 4.2).
pub(crate) fn q_word(data: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = data.iter().map(|&b| if b == b'_' { b' ' } else { b }).collect();
    let mut out = Vec::with_capacity(spaced.len());
    unescape(&spaced, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_junk_missing_padding_and_concatenation() {
        assert_eq!(base64(b"aGVs\r\nbG8="), b"hello");
        assert_eq!(base64(b"aGVsbG8"), b"hello");
        assert_eq!(base64(b"aGVs*bG8="), b"hello");
        assert_eq!(base64(b"aGk=aGk="), b"hihi");
        assert_eq!(base64(b"aGk=\r\n-- \r\nlist footer"), forgiving_base64(b"aGk=--listfooter"));
        assert_eq!(base64(b""), b"");
    }

    #[test]
    fn quoted_printable_keeps_line_ends_and_malformed_escapes() {
        assert_eq!(quoted_printable(b"a=20b  \r\nc=\r\nd=3D=ZZ="), b"a b\r\ncd==ZZ");
        assert_eq!(quoted_printable(b"caf=e9\n"), b"caf\xe9\n");
    }

    #[test]
    fn encoding_names_are_read_leniently() {
        assert_eq!(Encoding::read(" BASE64 "), Encoding::Base64);
        assert_eq!(Encoding::read("quoted-printable; x"), Encoding::QuotedPrintable);
        assert_eq!(Encoding::read("x-unknown"), Encoding::Identity);
    }

    #[test]
    fn uuencoded_files_are_decoded() {
        let text = b"begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n";
        assert_eq!(Encoding::read("X-UUENCODE").decode(text).as_ref(), b"Cat");
        assert_eq!(Encoding::Uuencode.decode(b"not encoded").as_ref(), b"not encoded");
    }
}
