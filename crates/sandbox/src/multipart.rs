//! Multipart framing as Google's clients really write it.
//!
//! Python's clients end lines with a bare LF, quote boundaries that contain `=`, and embed mail whose own lines end in
//! CRLF; Node's write CRLF and bare boundaries (RFC 2046, section 5.1.1). The line end of the first delimiter decides
//! which line end belongs to the framing, so that the bytes of a part come out exactly as they went in.

use memchr::memmem;

/// One part: its headers in order, and its body without the line end that belongs to the next delimiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawPart<'a> {
    /// Header names (as written) and unfolded, trimmed values.
    pub headers: Vec<(String, String)>,
    /// The bytes of the part.
    pub body: &'a [u8],
}

/// Why a multipart body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMultipart {
    /// The `Content-Type` names no boundary.
    #[error("Content-Type has no boundary parameter; send multipart/...; boundary=\"...\"")]
    NoBoundary,
    /// No line of the body is the delimiter.
    #[error("the body never shows the boundary {0:?} that Content-Type names")]
    NoDelimiter(String),
    /// More parts than the caller allows.
    #[error("the body has more than {0} parts")]
    TooManyParts(usize),
}

/// The value of header `name` (any case), the first if repeated.
pub(crate) fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The media type in lower case, without parameters.
pub(crate) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The `boundary` parameter; quoted or bare, with any characters a client put there.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find("boundary") {
        let start = from + found;
        from = start + "boundary".len();
        let starts_a_parameter = lower[..start].trim_end().ends_with(';');
        let Some(value) = content_type[from..].trim_start().strip_prefix('=') else { continue };
        if !starts_a_parameter {
            continue;
        }
        let value = value.trim_start();
        let text = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => value.split(';').next().unwrap_or_default().trim().to_owned(),
        };
        return (!text.is_empty()).then_some(text);
    }
    None
}

fn unquote(quoted: &str) -> String {
    let mut text = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}

/// Splits a multipart body. Text before the first and after the closing delimiter is dropped, a missing closing
/// delimiter is forgiven: the last part then runs to the end.
pub(crate) fn split<'a>(content_type: &str, body: &'a [u8], most: usize) -> Result<Vec<RawPart<'a>>, BadMultipart> {
    let boundary = boundary(content_type).ok_or(BadMultipart::NoBoundary)?;
    let delimiters = delimiters(body, &boundary);
    let Some(first) = delimiters.first() else { return Err(BadMultipart::NoDelimiter(boundary)) };
    let crlf = first.ends_crlf;
    let mut parts = Vec::new();
    for (at, delimiter) in delimiters.iter().enumerate() {
        if delimiter.closes {
            break;
        }
        if parts.len() == most {
            return Err(BadMultipart::TooManyParts(most));
        }
        let end = delimiters.get(at + 1).map_or(body.len(), |next| next.start);
        let content = body.get(delimiter.end..end).unwrap_or_default();
        let content = if at + 1 < delimiters.len() { without_line_end(content, crlf) } else { content };
        parts.push(part(content));
    }
    Ok(parts)
}

struct Delimiter {
    start: usize,
    end: usize,
    closes: bool,
    ends_crlf: bool,
}

fn delimiters(body: &[u8], boundary: &str) -> Vec<Delimiter> {
    let dashed = format!("--{boundary}");
    memmem::find_iter(body, dashed.as_bytes())
        .filter(|&start| start == 0 || body[start - 1] == b'\n')
        .filter_map(|start| delimiter(body, start, start + dashed.len()))
        .collect()
}

/// A delimiter line may carry `--` and blanks after the boundary, nothing else; otherwise the text is content.
fn delimiter(body: &[u8], start: usize, after: usize) -> Option<Delimiter> {
    let closes = body[after..].starts_with(b"--");
    let tail = if closes { after + 2 } else { after };
    let line_end = memchr::memchr(b'\n', &body[tail..]).map(|at| tail + at);
    let line = &body[tail..line_end.unwrap_or(body.len())];
    if !line.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r')) {
        return None;
    }
    let end = line_end.map_or(body.len(), |at| at + 1);
    Some(Delimiter { start, end, closes, ends_crlf: line.ends_with(b"\r") })
}

fn without_line_end(content: &[u8], crlf: bool) -> &[u8] {
    let Some(rest) = content.strip_suffix(b"\n") else { return content };
    if crlf { rest.strip_suffix(b"\r").unwrap_or(rest) } else { rest }
}

fn part(content: &[u8]) -> RawPart<'_> {
    let (headers, body) = split_head(content);
    RawPart { headers, body }
}

/// Reads header lines up to the first empty line; either line end is taken, folded lines are joined.
pub(crate) fn split_head(content: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, rest)
}

/// The first line without its line end, and what follows it.
pub(crate) fn next_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn boundaries_are_found_quoted_bare_and_in_any_case() {
        for (content_type, expected) in [
            ("multipart/related; boundary=\"===============123==\"", Some("===============123==")),
            ("multipart/mixed; charset=x; Boundary=abc-1", Some("abc-1")),
            ("multipart/mixed;boundary=a==;type=x", Some("a==")),
            ("multipart/mixed; boundary = \"a\\\"b\"", Some("a\"b")),
            ("multipart/mixed; x-boundary=no", None),
            ("multipart/mixed; boundary=", None),
            ("multipart/mixed", None),
        ] {
            assert_eq!(boundary(content_type).as_deref(), expected, "{content_type}");
        }
    }

    #[test]
    fn bare_lf_framing_keeps_the_crlf_of_the_embedded_mail() {
        let body = b"--b\nA: 1\n\nline\r\n\n--b\n\n\r\n--b--\n";
        let parts = split("multipart/mixed; boundary=b", body, 10).unwrap();
        assert_eq!(parts[0].body, b"line\r\n");
        assert_eq!(parts[1].body, b"\r");
    }

    #[test]
    fn a_boundary_inside_a_line_is_content() {
        let body = b"preamble --b\r\n--b\r\n\r\nx --b\r\n--bc\r\n--b--\r\nepilogue";
        let parts = split("multipart/mixed; boundary=b", body, 10).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].body, b"x --b\r\n--bc");
    }

    #[test]
    fn a_missing_closing_delimiter_is_forgiven() {
        let parts = split("multipart/mixed; boundary=b", b"--b\n\nrest\n", 10).unwrap();
        assert_eq!(parts[0].body, b"rest\n");
    }

    #[test]
    fn too_many_parts_are_refused() {
        let body = b"--b\n\n1\n--b\n\n2\n--b--";
        assert_eq!(split("multipart/mixed; boundary=b", body, 1), Err(BadMultipart::TooManyParts(1)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(body in proptest::collection::vec(prop_oneof![Just(b'-'), Just(b'b'), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200)) {
            let _ = split("multipart/mixed; boundary=b", &body, 10);
        }

        #[test]
        fn what_is_framed_comes_out(contents in proptest::collection::vec("[a-z\r\n]{0,30}", 1..5), crlf: bool) {
            let end = if crlf { "\r\n" } else { "\n" };
            let mut framed = String::new();
            for content in &contents {
                framed.push_str(&format!("--=x={end}K: v{end}{end}{content}{end}"));
            }
            framed.push_str("--=x=--");
            let parts = split("multipart/mixed; boundary=\"=x=\"", framed.as_bytes(), 10).unwrap();
            prop_assert_eq!(parts.iter().map(|p| p.body).collect::<Vec<_>>(), contents.iter().map(|c| c.as_bytes()).collect::<Vec<_>>());
        }
    }
}
