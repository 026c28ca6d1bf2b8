//! A part, and parts of parts.

use super::encode::base64_lines;
use super::words::{NameStyle, parameter};
use crate::generate::files::File;
use crate::generate::rng::Rng;

/// A MIME part.
#[derive(Debug, Clone)]
pub(in crate::generate) struct Part {
    headers: Vec<(&'static str, String)>,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Encoded(Vec<u8>),
    Parts { boundary: String, parts: Vec<Part>, preamble: &'static str, epilogue: &'static str },
}

impl Part {
    /// A part whose content is encoded already.
    pub(in crate::generate) fn encoded(content_type: String, content: Vec<u8>) -> Part {
        Part { headers: vec![("Content-Type", content_type)], content: Content::Encoded(content) }
    }

    /// A `multipart/...`; `extra` are further parameters, each beginning with `; `.
    pub(in crate::generate) fn multi(subtype: &str, extra: &str, parts: Vec<Part>, rng: &mut Rng) -> Part {
        let boundary = boundary(rng);
        let (preamble, epilogue) = match rng.below(12) {
            0 => ("This is a multi-part message in MIME format.\r\n", ""),
            1 => ("", "\r\n"),
            2 => {
                ("Your mail program does not understand MIME; what follows are its parts.\r\n\r\n", "\r\n-- end --\r\n")
            }
            _ => ("", ""),
        };
        let quoted = boundary.contains(['=', '/', '?', ':', '\'', '(', ')', ' ']) || rng.chance(60);
        let parameter = if quoted { format!("\"{boundary}\"") } else { boundary.clone() };
        let content_type = format!("multipart/{subtype}{extra};\r\n\tboundary={parameter}");
        Part {
            headers: vec![("Content-Type", content_type)],
            content: Content::Parts { boundary, parts, preamble, epilogue },
        }
    }

    /// Adds a header.
    pub(in crate::generate) fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    /// Writes headers, empty line and content.
    pub(in crate::generate) fn write(&self, out: &mut Vec<u8>) {
        for (name, value) in &self.headers {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        match &self.content {
            Content::Encoded(bytes) => out.extend_from_slice(bytes),
            Content::Parts { boundary, parts, preamble, epilogue } => {
                out.extend_from_slice(preamble.as_bytes());
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part.write(out);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(format!("--{boundary}--\r\n{epilogue}").as_bytes());
            }
        }
    }
}

/// Boundaries as different programs make them.
fn boundary(rng: &mut Rng) -> String {
    match rng.below(6) {
        0 => format!("----=_Part_{}_{}.{}", rng.below(99_999), rng.below(999_999_999), rng.below(9_999_999)),
        1 => format!("000000000000{}", rng.hex(16)),
        2 => format!("=-=sandbox/{}?=", rng.hex(10)),
        3 => format!("------------{}", rng.hex(24).to_uppercase()),
        4 => format!("_000_{}sandboxtest_", rng.hex(40).to_uppercase()),
        _ => format!("b'{}:(1)", rng.hex(12)),
    }
}

/// A file as a part. With a content id it is an inline picture.
pub(in crate::generate) fn attachment(file: &File, content_id: Option<&str>, rng: &mut Rng) -> Part {
    let style = [NameStyle::Extended, NameStyle::Continued, NameStyle::Words][rng.below(3)];
    let in_type = if rng.chance(70) { parameter("name", &file.name, NameStyle::Words) } else { String::new() };
    let mut part = Part::encoded(format!("{}{in_type}", file.media_type), base64_lines(&file.bytes));
    part.header("Content-Transfer-Encoding", "base64");
    let disposition = if content_id.is_some() { "inline" } else { "attachment" };
    part.header("Content-Disposition", format!("{disposition}{}", parameter("filename", &file.name, style)));
    if let Some(id) = content_id {
        part.header("Content-ID", format!("<{id}>"));
    }
    part
}

/// Words folded to lines of at most 76 characters, for long headers of plain ASCII.
pub(in crate::generate) fn folded(name: &str, value: &str) -> String {
    let mut text = String::new();
    let mut column = name.len() + 2;
    for word in value.split(' ') {
        if column + word.len() > 75 && !text.is_empty() {
            text.push_str("\r\n ");
            column = 1;
        } else if !text.is_empty() {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}
