//! The batch endpoint: many reads in one request (facts: Gmail guide "Batching Requests").
//!
//! The answer is parsed by hand and borrowed: it holds whole mailboxes' worth of base64, and every byte of it is looked
//! at as few times as possible. Parts are matched to requests by `Content-ID`, which the server echoes with `response-`
//! in front; where it does not, by order.

use std::ops::Range;

/// Boundary of what we send. Our parts hold only paths, so it cannot occur in them.
const BOUNDARY: &str = "postroad_batch";

/// One inner answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inner {
    /// Which request it answers.
    pub(crate) index: usize,
    /// HTTP status.
    pub(crate) status: u16,
    /// Inner headers, as written.
    pub(crate) headers: Range<usize>,
    /// The body, as a range of the whole answer.
    pub(crate) body: Range<usize>,
}

/// `Content-Type` of the request.
pub(crate) fn content_type() -> String {
    format!("multipart/mixed; boundary={BOUNDARY}")
}

/// The request body: one `GET` per path below the mailbox.
pub(crate) fn request(paths: &[&str]) -> String {
    let mut out = String::with_capacity(paths.len() * 200);
    for (index, path) in paths.iter().enumerate() {
        out.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <item-{index}>\r\n\r\n\
             GET /gmail/v1/users/me{path} HTTP/1.1\r\n\r\n\r\n"
        ));
    }
    out.push_str(&format!("--{BOUNDARY}--\r\n"));
    out
}

/// The boundary named in a `Content-Type`.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let lower = content_type.to_ascii_lowercase();
    if !lower.starts_with("multipart/") {
        return None;
    }
    let value = content_type.get(lower.find("boundary=")? + "boundary=".len()..)?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([';', ' ']).next()?,
    };
    (!value.is_empty()).then_some(value)
}

/// The complete inner answers. A part that breaks off is left out: whoever asked sees that it is missing.
pub(crate) fn parse(body: &[u8], boundary: &str) -> Vec<Inner> {
    let delimiter = format!("--{boundary}");
    let finder = memchr::memmem::Finder::new(delimiter.as_bytes());
    let mut found = Vec::new();
    let Some(mut at) = next_delimiter(&finder, body, 0) else { return found };
    loop {
        let start = at + delimiter.len();
        if body[start..].starts_with(b"--") {
            return found;
        }
        let Some(end) = next_delimiter(&finder, body, start) else { return found };
        if let Some(inner) = part(body, start..end, found.len()) {
            found.push(inner);
        }
        at = end;
    }
}

/// The next delimiter that stands at the beginning of a line.
fn next_delimiter(finder: &memchr::memmem::Finder<'_>, body: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + finder.find(&body[at..])?;
        if found == 0 || body[found - 1] == b'\n' {
            return Some(found);
        }
        at = found + 1;
    }
}

/// Takes one part apart: its headers, then an HTTP answer with headers and body.
fn part(body: &[u8], range: Range<usize>, position: usize) -> Option<Inner> {
    let outer_start = line_end(body, range.start, range.end)?;
    let (outer, http) = headers(body, outer_start..range.end)?;
    let status_end = line_end(body, http, range.end)?;
    let status = status(&body[http..status_end])?;
    let (headers, content) = headers(body, status_end..range.end)?;
    let index = header(&body[outer], b"content-id").and_then(item).unwrap_or(position);
    let length = header(&body[headers.clone()], b"content-length").and_then(number);
    let whole = content..range.end;
    let trimmed = content..content + body[whole.clone()].trim_ascii_end().len();
    // A stated length that does not fit says that the body broke off, or that a proxy rewrote it: the JSON decides.
    let content = length.map(|n| content..content + n).filter(|r| r.end <= whole.end).unwrap_or(trimmed);
    Some(Inner { index, status, headers, body: content })
}

/// The header block at the start of `range` and where what follows it begins.
fn headers(body: &[u8], range: Range<usize>) -> Option<(Range<usize>, usize)> {
    let mut at = range.start;
    loop {
        let end = line_end(body, at, range.end)?;
        if body[at..end].trim_ascii().is_empty() {
            return Some((range.start..at, end));
        }
        at = end;
    }
}

fn line_end(body: &[u8], at: usize, limit: usize) -> Option<usize> {
    memchr::memchr(b'\n', body.get(at..limit)?).map(|i| at + i + 1)
}

/// `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Option<u16> {
    let mut words = line.split(|b| *b == b' ').filter(|w| !w.is_empty());
    words.next().filter(|w| w.starts_with(b"HTTP/"))?;
    number(words.next()?).and_then(|n| u16::try_from(n).ok())
}

/// The value of a header in a block; names compare without case.
pub(crate) fn header<'x>(block: &'x [u8], name: &[u8]) -> Option<&'x [u8]> {
    block.split(|b| *b == b'\n').find_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        line[..colon].trim_ascii().eq_ignore_ascii_case(name).then(|| line[colon + 1..].trim_ascii())
    })
}

/// The number in `<response-item-N>`.
fn item(value: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(value, b"item-")? + b"item-".len();
    let digits = value[at..].split(|b| !b.is_ascii_digit()).next()?;
    number(digits)
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits.trim_ascii()).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str, boundary: &str) -> Vec<(usize, u16, String)> {
        let inner = parse(body.as_bytes(), boundary);
        inner.into_iter().map(|i| (i.index, i.status, body[i.body].to_owned())).collect()
    }

    const CRLF: &str = "--b1\r\nContent-Type: application/http\r\nContent-ID: <response-item-1>\r\n\r\nHTTP/1.1 200 OK\r\n\
        Content-Type: application/json; charset=UTF-8\r\nContent-Length: 8\r\n\r\n{\"a\": 1}\r\n--b1\r\n\
        Content-Type: application/http\r\ncontent-id: <response-item-0>\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n{\"b\":\"--b1\"}\r\n--b1--\r\n";

    #[test]
    fn parts_are_matched_by_their_id() {
        let expected = [(1, 200, "{\"a\": 1}".to_owned()), (0, 404, "{\"b\":\"--b1\"}".to_owned())];
        assert_eq!(texts(CRLF, "b1"), expected);
        assert_eq!(texts(&CRLF.replace("\r\n", "\n"), "b1"), expected);
        assert_eq!(texts(&format!("preamble\r\n{CRLF}"), "b1"), expected);
    }

    #[test]
    fn parts_without_ids_are_matched_by_order() {
        let body = "--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\none\r\n--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\ntwo\r\n--b--";
        assert_eq!(texts(body, "b"), [(0, 200, "one".into()), (1, 200, "two".into())]);
    }

    #[test]
    fn a_truncated_answer_gives_its_complete_parts() {
        for cut in 0..CRLF.len() {
            let found = texts(&CRLF[..cut], "b1");
            assert!(found.len() <= 2);
            for (index, status, text) in found {
                let complete = texts(CRLF, "b1").into_iter().find(|f| f.0 == index).unwrap();
                assert_eq!((index, status, text), complete);
            }
        }
    }

    #[test]
    fn a_wrong_length_falls_back_to_the_delimiter() {
        assert_eq!(texts(&CRLF.replace("Length: 8", "Length: 800"), "b1")[0].2, "{\"a\": 1}");
    }

    #[test]
    fn boundaries_are_read_quoted_and_bare() {
        assert_eq!(boundary("multipart/mixed; boundary=batch_x"), Some("batch_x"));
        assert_eq!(boundary("Multipart/Mixed; charset=UTF-8; Boundary=\"===1==\""), Some("===1=="));
        assert_eq!(boundary("application/json"), None);
    }

    #[test]
    fn the_request_names_every_path() {
        let body = request(&["/messages/a?format=raw", "/threads/c"]);
        assert!(body.contains("<item-0>\r\n\r\nGET /gmail/v1/users/me/messages/a?format=raw HTTP/1.1\r\n"));
        assert!(body.contains("<item-1>\r\n\r\nGET /gmail/v1/users/me/threads/c HTTP/1.1\r\n"));
        assert!(body.ends_with("--postroad_batch--\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(proptest::sample::select(b"-b\r\n: H1".to_vec()), 0..300)) {
            let _ = parse(&body, "b");
        }
    }
}
