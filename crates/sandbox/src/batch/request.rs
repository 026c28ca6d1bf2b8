//! Reading a batch request.

use crate::multipart::{self, BadMultipart};

/// How many calls one batch may hold (Gmail API guide: 100).
pub const LIMIT: usize = 100;

/// One call inside a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The part's `Content-ID` as written, with its angle brackets and any blanks inside.
    pub content_id: Option<String>,
    /// The method of the inner request line, in upper case.
    pub method: String,
    /// Path and query of the inner request line, always beginning with `/`; a host in the line is dropped.
    pub path_and_query: String,
    /// The inner headers in order.
    pub headers: Vec<(String, String)>,
    /// The inner body.
    pub body: Vec<u8>,
}

/// Why a batch was refused as a whole; Google answers 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBatch {
    /// The request is not `multipart/mixed`.
    #[error("Failed to parse batch request, error: Content-Type must be multipart/mixed, not {0:?}.")]
    NotMultipart(String),
    /// The framing cannot be read.
    #[error("Failed to parse batch request, error: {0}.")]
    Framing(BadMultipart),
    /// No calls inside.
    #[error("Failed to parse batch request, error: 0 items. Received batch body: no parts.")]
    Empty,
    /// More than [`LIMIT`] calls.
    #[error("The batch request exceeded the limit of {LIMIT} calls in a single batch request.")]
    TooManyCalls,
    /// A part has no readable request line.
    #[error("Failed to parse batch request, error: part {part} has no request line such as \"GET /gmail/v1/...\".")]
    BadRequestLine {
        /// Which part, counting from one.
        part: usize,
    },
}

/// Splits a batch request into its calls, in order. Bare LF line ends, quoted boundaries that contain `=`, a missing
/// HTTP version, blanks in a `Content-ID` and absolute URLs are all taken, because the official clients send them.
///
/// # Errors
/// [`BadBatch`], which says what to answer.
pub fn parse(content_type: &str, body: &[u8]) -> Result<Vec<Part>, BadBatch> {
    if multipart::essence(content_type) != "multipart/mixed" {
        return Err(BadBatch::NotMultipart(multipart::essence(content_type)));
    }
    let raw = multipart::split(content_type, body, LIMIT).map_err(|bad| match bad {
        BadMultipart::TooManyParts(_) => BadBatch::TooManyCalls,
        other => BadBatch::Framing(other),
    })?;
    if raw.is_empty() {
        return Err(BadBatch::Empty);
    }
    raw.iter().enumerate().map(|(at, part)| call(part).ok_or(BadBatch::BadRequestLine { part: at + 1 })).collect()
}

fn call(part: &multipart::RawPart<'_>) -> Option<Part> {
    let start = part.body.iter().position(|b| !b.is_ascii_whitespace())?;
    let (line, rest) = multipart::next_line(&part.body[start..]);
    let (method, path_and_query) = request_line(std::str::from_utf8(line).ok()?)?;
    let (headers, body) = multipart::split_head(rest);
    let body = without_padding(&headers, body).to_vec();
    let content_id = multipart::header(&part.headers, "content-id").map(str::to_owned);
    Some(Part { content_id, method, path_and_query, headers, body })
}

/// `METHOD target [HTTP/1.1]`. A target may hold blanks when the version is missing or not; only a last word that
/// begins with `HTTP/` is the version.
fn request_line(line: &str) -> Option<(String, String)> {
    let (method, target) = line.trim().split_once(char::is_whitespace)?;
    let target = match target.rsplit_once(char::is_whitespace) {
        Some((before, version)) if version.to_ascii_uppercase().starts_with("HTTP/") => before,
        _ => target,
    };
    let known = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphabetic());
    Some((known.then(|| method.to_ascii_uppercase())?, path_and_query(target.trim())?))
}

/// Drops scheme and host of an absolute URL; a relative target gains its slash.
fn path_and_query(target: &str) -> Option<String> {
    let path = match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic()) => {
            rest.find(['/', '?']).map_or("/", |at| &rest[at..])
        }
        _ => target,
    };
    match path.chars().next()? {
        '/' => Some(path.to_owned()),
        _ => Some(format!("/{path}")),
    }
}

/// Clients pad an inner body with line ends; `Content-Length` says where it ends, if only blanks follow.
fn without_padding<'b>(headers: &[(String, String)], body: &'b [u8]) -> &'b [u8] {
    let length = multipart::header(headers, "content-length").and_then(|v| v.parse::<usize>().ok());
    let blank = |rest: &[u8]| rest.iter().all(u8::is_ascii_whitespace);
    match length {
        Some(length) if length < body.len() && blank(&body[length..]) => &body[..length],
        _ if blank(body) => &body[..0],
        _ => body,
    }
}
