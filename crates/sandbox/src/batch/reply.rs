//! Writing a batch reply.

use memchr::memmem;

/// One answer inside a batch reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The `Content-ID` of the call this answers, as it was written.
    pub content_id: Option<String>,
    /// HTTP status of the inner answer.
    pub status: u16,
    /// Inner headers; `Content-Length` is added when it is not among them.
    pub headers: Vec<(String, String)>,
    /// Inner body.
    pub body: Vec<u8>,
}

/// Writes the answers as one `multipart/mixed` body. Returns the `Content-Type` for the outer answer, and the body.
#[must_use]
pub fn format(replies: Vec<Reply>) -> (String, Vec<u8>) {
    let boundary = boundary(&replies);
    let size: usize = replies.iter().map(|reply| reply.body.len() + 512).sum();
    let mut out = Vec::with_capacity(size + boundary.len() + 8);
    for reply in &replies {
        write(&mut out, &boundary, reply);
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/mixed; boundary={boundary}"), out)
}

fn write(out: &mut Vec<u8>, boundary: &str, reply: &Reply) {
    let mut head = format!("--{boundary}\r\nContent-Type: application/http\r\n");
    if let Some(id) = &reply.content_id {
        head.push_str(&format!("Content-ID: {}\r\n", response_id(id)));
    }
    head.push_str(&format!("\r\nHTTP/1.1 {} {}\r\n", reply.status, reason(reply.status)));
    for (name, value) in &reply.headers {
        head.push_str(&format!("{}: {}\r\n", one_line(name), one_line(value)));
    }
    if !reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        head.push_str(&format!("Content-Length: {}\r\n", reply.body.len()));
    }
    head.push_str("\r\n");
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(&reply.body);
    out.extend_from_slice(b"\r\n");
}

/// Google answers `<X>` with `<response-X>`; the blanks of Python's `<uuid + 1>` stay, its client splits on ` + `.
fn response_id(id: &str) -> String {
    let id = one_line(id);
    match id.trim().strip_prefix('<') {
        Some(rest) => format!("<response-{rest}"),
        None => format!("response-{}", id.trim()),
    }
}

/// Python's client splits the status line at blanks and fails without a reason.
fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Unknown")
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A boundary that no body contains; counted up rather than drawn, so that replies are the same on every run.
fn boundary(replies: &[Reply]) -> String {
    let free = |candidate: &String| {
        let finder = memmem::Finder::new(candidate.as_bytes());
        replies.iter().all(|reply| finder.find(&reply.body).is_none())
    };
    (0u64..)
        .map(|n| format!("batch_postroad_{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .find(free)
        .unwrap_or_default()
}
