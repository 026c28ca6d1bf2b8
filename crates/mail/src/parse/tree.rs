//! The MIME tree of a message (RFC 2046), found in one pass over its lines.
//!
//! Why not the library's own tree: it recurses into nested messages and looks for each missing boundary to the end of
//! the message, so that a hostile megabyte can overflow the stack or take minutes; and it keeps text parts only after
//! charset conversion, while downloads need the bytes as sent. Here a nested message is one opaque part, depth and
//! number of parts are bounded, and everything is a byte range of the raw message.

use std::borrow::Cow;
use std::ops::Range;

use super::fields::{self, Block};
use super::params::{self, Value};
use super::transfer::Encoding;

/// Multiparts nested deeper than this are kept as one part.
const MAX_DEPTH: usize = 50;
/// Parts beyond this many are left inside the last one.
const MAX_PARTS: usize = 5_000;
/// Header fields kept of the message and of each part; further ones are passed over.
const MAX_FIELDS: usize = 10_000;
const MAX_PART_FIELDS: usize = 100;
/// Longer structured header values are cut: no real one comes near.
const MAX_VALUE: usize = 64 * 1024;

/// One part. Parts are numbered in the order in which they begin; the message itself is part 0.
#[derive(Debug)]
pub(crate) struct Part {
    /// Index of the multipart that holds it.
    pub(crate) parent: Option<usize>,
    /// Parts directly inside, when it is a multipart.
    pub(crate) children: Vec<usize>,
    /// Its header fields.
    pub(crate) header: Vec<fields::Field>,
    /// Its body, still encoded.
    pub(crate) body: Range<usize>,
    /// `type/subtype` in lower case with parameters; the default type filled in.
    pub(crate) content_type: Value,
    /// Whether the part itself states its type.
    pub(crate) typed: bool,
    /// `Content-Disposition`.
    pub(crate) disposition: Option<Value>,
    /// `Content-ID` without angle brackets.
    pub(crate) content_id: Option<String>,
    /// `Content-Transfer-Encoding`.
    pub(crate) encoding: Encoding,
}

impl Part {
    /// Whether the type is `text/plain` or `text/html`.
    pub(crate) fn is_body_text(&self) -> bool {
        matches!(self.content_type.value.as_str(), "text/plain" | "text/html")
    }

    /// Whether it holds other parts.
    pub(crate) fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }

    /// Whether it is a message of its own.
    pub(crate) fn is_message(&self) -> bool {
        matches!(self.content_type.value.as_str(), "message/rfc822" | "message/global")
    }

    /// Whether its disposition is `attachment`.
    pub(crate) fn is_attached(&self) -> bool {
        self.disposition.as_ref().is_some_and(|d| d.value == "attachment")
    }

    /// The file name it carries, if any.
    pub(crate) fn filename(&self) -> Option<&str> {
        let disposition = self.disposition.as_ref().and_then(|d| d.get("filename"));
        disposition.or_else(|| self.content_type.get("name")).map(str::trim).filter(|name| !name.is_empty())
    }
}

/// A message taken apart. Never empty: part 0 is the message.
#[derive(Debug)]
pub(crate) struct Tree<'x> {
    /// The message.
    pub(crate) raw: &'x [u8],
    /// Its parts.
    pub(crate) parts: Vec<Part>,
    /// The charset assumed for 8-bit header bytes: that of the message or of its first labelled part.
    fallback: Option<String>,
}

impl<'x> Tree<'x> {
    /// Takes a message apart. Linear in its length.
    pub(crate) fn read(raw: &'x [u8]) -> Self {
        let mut walk = Walk { raw, parts: Vec::new(), open: Vec::new(), current: None };
        walk.run();
        let fallback = walk.parts.iter().find_map(|p| p.content_type.get("charset")).map(str::to_owned);
        let mut tree = Self { raw, parts: walk.parts, fallback };
        tree.mend();
        tree
    }

    /// The decoded bytes of a part.
    pub(crate) fn bytes(&self, index: usize) -> Cow<'x, [u8]> {
        let part = &self.parts[index];
        part.encoding.decode(&self.raw[part.body.clone()])
    }

    /// The first field of that name in a part's header, unfolded.
    pub(crate) fn field(&self, index: usize, name: &str) -> Option<String> {
        let field = self.parts[index].header.iter().find(|f| self.is_named(f, name))?;
        Some(fields::unfolded(&self.raw[field.value.clone()], self.fallback()))
    }

    /// All fields of that name in the message's header, unfolded.
    pub(crate) fn all_fields<'t>(&'t self, name: &'t str) -> impl Iterator<Item = String> + 't {
        let matching = self.parts[0].header.iter().filter(move |f| self.is_named(f, name));
        matching.map(|f| fields::unfolded(&self.raw[f.value.clone()], self.fallback()))
    }

    fn is_named(&self, field: &fields::Field, name: &str) -> bool {
        self.raw[field.name.clone()].eq_ignore_ascii_case(name.as_bytes())
    }

    /// The charset assumed for 8-bit header bytes.
    pub(crate) fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }

    /// A multipart whose boundary never came is text (a truncated or mislabelled message).
    fn mend(&mut self) {
        for part in &mut self.parts {
            if part.content_type.value.starts_with("multipart/") && part.children.is_empty() {
                part.content_type.value = "text/plain".into();
            }
        }
    }
}

/// The state of the pass.
struct Walk<'x> {
    raw: &'x [u8],
    parts: Vec<Part>,
    /// Multiparts under way: their index and boundary, outermost first.
    open: Vec<(usize, Vec<u8>)>,
    /// The part whose body is being passed over.
    current: Option<usize>,
}

enum Line {
    Content,
    Delimiter(usize),
    Close(usize),
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = self.begin(0, None);
        while at < self.raw.len() && !self.open.is_empty() {
            let Some(start) = next_dashes(self.raw, at) else { break };
            let end = fields::line_end(self.raw, start);
            match self.classify(fields::trim_line_end(&self.raw[start..end])) {
                Line::Content => at = end,
                Line::Delimiter(level) => {
                    self.end_current(start);
                    self.close_above(level + 1, start);
                    at = self.begin(end, Some(self.open[level].0));
                }
                Line::Close(level) => {
                    self.end_current(start);
                    self.close_above(level, start);
                    at = end;
                }
            }
        }
        self.end_current(self.raw.len() + 1);
        self.close_above(0, self.raw.len());
    }

    /// Begins the part whose header starts at `at`; returns where its body starts.
    fn begin(&mut self, at: usize, parent: Option<usize>) -> usize {
        let limit = if parent.is_none() { MAX_FIELDS } else { MAX_PART_FIELDS };
        let Block { fields, body } = fields::block(self.raw, at, limit, |line| {
            line.starts_with(b"--") && !matches!(self.classify(line), Line::Content)
        });
        let digest = parent.is_some_and(|p| self.parts[p].content_type.value == "multipart/digest");
        let index = self.parts.len();
        let part = self.part(fields, body, parent, digest);
        if let Some(parent) = parent {
            self.parts[parent].children.push(index);
        }
        let boundary = self.boundary(&part);
        self.parts.push(part);
        self.current = Some(index);
        if let Some(boundary) = boundary
            && self.open.len() < MAX_DEPTH
        {
            self.open.push((index, boundary));
        }
        body
    }

    fn part(&self, header: Vec<fields::Field>, body: usize, parent: Option<usize>, digest: bool) -> Part {
        let value = |name: &str| {
            let field = header.iter().find(|f| self.raw[f.name.clone()].eq_ignore_ascii_case(name.as_bytes()))?;
            let bytes = &self.raw[field.value.clone()];
            Some(fields::unfolded(&bytes[..bytes.len().min(MAX_VALUE)], None))
        };
        let stated = value("Content-Type").map(|text| params::read(&text)).filter(|v| v.value.contains('/'));
        let typed = stated.is_some();
        // Defaults: RFC 2045 section 5.2, RFC 2046 section 5.1.5.
        let content_type = stated.unwrap_or_else(|| Value {
            value: if digest { "message/rfc822" } else { "text/plain" }.into(),
            parameters: Vec::new(),
        });
        Part {
            parent,
            children: Vec::new(),
            body: body..body,
            content_type,
            typed,
            disposition: value("Content-Disposition").map(|text| params::read(&text)),
            content_id: value("Content-ID").and_then(|text| bare_id(&text)),
            encoding: value("Content-Transfer-Encoding").map_or(Encoding::Identity, |text| Encoding::read(&text)),
            header,
        }
    }

    /// The boundary of a multipart; guessed from its first line when the parameter is missing.
    fn boundary(&self, part: &Part) -> Option<Vec<u8>> {
        if !part.content_type.value.starts_with("multipart/") {
            return None;
        }
        let stated = part.content_type.get("boundary").map(str::trim_end).filter(|b| !b.is_empty());
        stated.map(|b| b.as_bytes().to_vec()).or_else(|| {
            let rest = self.raw.get(part.body.start..)?;
            let line = rest.split(|&b| b == b'\n').take(20).find(|line| !line.trim_ascii().is_empty())?;
            let boundary = line.trim_ascii_end().strip_prefix(b"--")?;
            (!boundary.is_empty()).then(|| boundary.to_vec())
        })
    }

    fn classify(&self, line: &[u8]) -> Line {
        let Some(text) = line.strip_prefix(b"--") else { return Line::Content };
        if self.parts.len() >= MAX_PARTS {
            return Line::Content;
        }
        for (level, (_, boundary)) in self.open.iter().enumerate().rev() {
            if let Some(tail) = text.strip_prefix(boundary.as_slice()) {
                if tail.trim_ascii().is_empty() {
                    return Line::Delimiter(level);
                }
                if tail.strip_prefix(b"--").is_some_and(|t| t.trim_ascii().is_empty()) {
                    return Line::Close(level);
                }
            }
        }
        Line::Content
    }

    /// Ends the body of the part under way before the delimiter line at `at`: the line end before it belongs to the
    /// delimiter (RFC 2046 section 5.1.1).
    fn end_current(&mut self, at: usize) {
        if let Some(index) = self.current.take() {
            let end = self.before_line_end(at);
            let body = &mut self.parts[index].body;
            body.end = end.max(body.start);
        }
    }

    fn before_line_end(&self, at: usize) -> usize {
        let Some(before) = self.raw.get(..at) else { return self.raw.len() };
        fields::trim_line_end(before).len()
    }

    /// Ends the multiparts at `level` and deeper.
    fn close_above(&mut self, level: usize, at: usize) {
        while self.open.len() > level {
            if let Some((index, _)) = self.open.pop() {
                let end = self.before_line_end(at);
                let body = &mut self.parts[index].body;
                body.end = end.max(body.start);
            }
        }
    }
}

/// The start of the next line that begins with two dashes.
fn next_dashes(raw: &[u8], at: usize) -> Option<usize> {
    if raw[at..].starts_with(b"--") {
        return Some(at);
    }
    memchr::memmem::find(&raw[at..], b"\n--").map(|i| at + i + 1)
}

/// A message or content id without its angle brackets.
fn bare_id(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest);
    let inner = inner.split('>').next().unwrap_or_default().trim();
    (!inner.is_empty()).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(raw: &str) -> Vec<(String, String)> {
        let tree = Tree::read(raw.as_bytes());
        let text = |r: &Range<usize>| String::from_utf8_lossy(&tree.raw[r.clone()]).into_owned();
        tree.parts.iter().map(|p| (p.content_type.value.clone(), text(&p.body))).collect()
    }

    fn pair(kind: &str, body: &str) -> (String, String) {
        (kind.into(), body.into())
    }

    #[test]
    fn nested_multiparts_are_taken_apart() {
        let raw = "Content-Type: multipart/mixed; boundary=o\r\n\r\npreamble\r\n--o\r\n\
            Content-Type: multipart/alternative; boundary=\"o i\"\r\n\r\n--o i\r\n\r\none\r\n\r\n--o i\r\n\
            Content-Type: text/html\r\n\r\ntwo\r\n--o i--\r\nepilogue\r\n--o\r\nContent-Type: a/b\r\n\r\nthree\r\n--o--\r\n";
        let parts = outline(raw);
        assert_eq!(parts.len(), 5);
        assert_eq!(parts[2], pair("text/plain", "one\r\n"));
        assert_eq!(parts[3], pair("text/html", "two"));
        assert_eq!(parts[4], pair("a/b", "three"));
    }

    #[test]
    fn a_boundary_that_begins_like_another_is_told_apart() {
        let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n\
            --bb\n\nx\n--b1\n--bb--\n--b\n\ny\n--b--\n";
        let parts = outline(raw);
        assert_eq!(parts[2].1, "x\n--b1");
        assert_eq!(parts[3].1, "y");
    }

    #[test]
    fn missing_ends_and_missing_boundaries_are_survived() {
        assert_eq!(outline("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nbody")[1].1, "body");
        assert_eq!(outline("Content-Type: multipart/mixed\n\n--guess\n\nbody\n--guess--")[1].1, "body");
        assert_eq!(outline("Content-Type: multipart/mixed; boundary=x\n\nno parts"), [pair("text/plain", "no parts")]);
        assert_eq!(outline("Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n\nb\n--x--").len(), 3);
        assert_eq!(outline(""), [pair("text/plain", "")]);
    }

    #[test]
    fn a_nested_message_is_one_part() {
        let raw = "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: inner\nContent-Type: multipart/mixed; \
            boundary=y\n\n--y\n\nz\n--y--\n--x--\n";
        let parts = outline(raw);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[1].0, "message/rfc822");
        assert!(parts[1].1.ends_with("--y--"));
    }

    #[test]
    fn hostile_depth_and_number_are_bounded() {
        let mut raw = String::new();
        for i in 0..20_000 {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        }
        assert!(outline(&raw).len() <= MAX_DEPTH + 2);
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
        assert_eq!(outline(&many).len(), MAX_PARTS);
    }
}
