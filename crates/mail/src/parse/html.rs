//! A linear scanner over HTML as mail programs write it. Not a parser: it finds tags and text, and leaves building a
//! correct tree to `ammonia` where correctness matters.

use std::ops::Range;

/// A piece of an HTML document, as byte ranges of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text, entities not yet decoded.
    Text(Range<usize>),
    /// An opening tag: whole range, and its name in lower case.
    Open(Range<usize>, String),
    /// A closing tag.
    Close(Range<usize>, String),
    /// A comment, doctype or processing instruction; also the content of `script`, `style`, `title` and the like.
    Hidden(Range<usize>),
}

/// Elements whose content is not shown text.
const RAW: [&str; 8] = ["script", "style", "title", "template", "textarea", "noframes", "noembed", "iframe"];

/// Scans `html` from its beginning.
pub(crate) fn scan(html: &str) -> Scanner<'_> {
    Scanner { html, at: 0, raw_until: None }
}

/// Iterator over the tokens of a document.
pub(crate) struct Scanner<'x> {
    html: &'x str,
    at: usize,
    /// Inside an element of [`RAW`].
    raw_until: Option<String>,
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.html.len() {
            return None;
        }
        if let Some(name) = self.raw_until.take() {
            let range = self.at..self.closing(&name);
            self.at = range.end;
            if !range.is_empty() {
                return Some(Token::Hidden(range));
            }
        }
        let bytes = self.html.as_bytes();
        let start = self.at;
        match bytes[start] {
            b'<' if self.tag_starts(start) => Some(self.tag(start)),
            _ => {
                let mut end = start + 1;
                while let Some(i) = memchr::memchr(b'<', &bytes[end..]) {
                    end += i;
                    if self.tag_starts(end) {
                        self.at = end;
                        return Some(Token::Text(start..end));
                    }
                    end += 1;
                }
                self.at = bytes.len();
                Some(Token::Text(start..bytes.len()))
            }
        }
    }
}

impl Scanner<'_> {
    fn tag_starts(&self, at: usize) -> bool {
        matches!(self.html.as_bytes().get(at + 1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?'))
    }

    fn tag(&mut self, start: usize) -> Token {
        let bytes = self.html.as_bytes();
        if bytes[start..].starts_with(b"<!--") {
            let end = memchr::memmem::find(&bytes[start + 4..], b"-->").map_or(bytes.len(), |i| start + 4 + i + 3);
            self.at = end;
            return Token::Hidden(start..end);
        }
        let end = tag_end(bytes, start);
        self.at = end;
        let closing = bytes[start + 1] == b'/';
        let name_start = start + 1 + usize::from(closing);
        let name_len = bytes[name_start..end].iter().position(|b| b.is_ascii_whitespace() || b"/>".contains(b));
        let name = self.html[name_start..name_start + name_len.unwrap_or(end - name_start)].to_ascii_lowercase();
        match name.as_bytes().first() {
            Some(b'!' | b'?') | None => Token::Hidden(start..end),
            _ if closing => Token::Close(start..end, name),
            _ => {
                if RAW.contains(&name.as_str()) && !bytes[..end].ends_with(b"/>") {
                    self.raw_until = Some(name.clone());
                }
                Token::Open(start..end, name)
            }
        }
    }

    /// Where the closing tag of a raw element starts. Searched once per element; when there is none, everything is hidden.
    fn closing(&self, name: &str) -> usize {
        let bytes = self.html.as_bytes();
        let mut at = self.at;
        while let Some(i) = memchr::memmem::find(&bytes[at..], b"</") {
            at += i;
            let candidate = bytes.get(at + 2..at + 2 + name.len());
            if candidate.is_some_and(|c| c.eq_ignore_ascii_case(name.as_bytes())) {
                return at;
            }
            at += 2;
        }
        bytes.len()
    }
}

/// The end of the tag at `start`; `>` inside quoted attribute values does not end it, unless the quote never closes.
fn tag_end(bytes: &[u8], start: usize) -> usize {
    let mut quote = None;
    // A quote left open must not swallow the document, nor make the scan quadratic.
    let limit = bytes.len().min(start + 16 * 1024);
    for (i, &b) in bytes[start..limit].iter().enumerate() {
        match (quote, b) {
            (None, b'>') => return start + i + 1,
            (None, b'"' | b'\'') if i > 0 && bytes[start + i - 1] == b'=' => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', &bytes[start..]).map_or(bytes.len(), |i| start + i + 1)
}

/// The value of an attribute in the text of a tag, entities not decoded.
pub(crate) fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let mut rest = tag.get(1..)?;
    rest = rest.trim_start_matches(|c: char| !c.is_whitespace());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            // A stray `=` or the end of the tag.
            rest = after.strip_prefix('=')?;
            continue;
        }
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(after) => attribute_value(after.trim_start()),
            None => ("", after),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        _ => text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len())),
    }
}

/// Decodes character references into `out`.
pub(crate) fn decode_entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest named reference has 32 characters.
        let window = &rest.as_bytes()[1..rest.len().min(34)];
        let len = window.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'#')).unwrap_or(window.len());
        let has_semicolon = window.get(len) == Some(&b';');
        let name = &rest[1..1 + len];
        let before = out.len();
        if !name.is_empty() {
            mail_parser::decoders::html::add_html_token(out, format!("&{name};").as_bytes(), false);
        }
        let unresolved = out[before..].starts_with('&') && name != "amp" && !name.starts_with('#');
        let unknown = name.is_empty() || (!has_semicolon && !known_bare(name)) || unresolved;
        if unknown {
            out.truncate(before);
            out.push('&');
            rest = &rest[1..];
        } else {
            rest = &rest[1 + len + usize::from(has_semicolon)..];
        }
    }
    out.push_str(rest);
}

/// References that browsers accept without the semicolon and that mail really has so.
fn known_bare(name: &str) -> bool {
    matches!(name, "amp" | "lt" | "gt" | "quot" | "nbsp" | "copy" | "reg")
        || name.strip_prefix('#').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Text as HTML: special characters escaped, line ends as `<br>`.
pub(crate) fn from_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push_str("<br>\n"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(html: &str) -> Vec<String> {
        scan(html)
            .map(|t| match t {
                Token::Text(r) => format!("t:{}", &html[r]),
                Token::Open(_, n) => format!("<{n}"),
                Token::Close(_, n) => format!("/{n}"),
                Token::Hidden(_) => "-".into(),
            })
            .collect()
    }

    #[test]
    fn tags_text_and_hidden_content_are_told_apart() {
        assert_eq!(
            kinds("<!DOCTYPE x><P title='a>b'>1 < 2</p><!-- > --><style>p{}</style>x"),
            ["-", "<p", "t:1 < 2", "/p", "-", "<style", "-", "/style", "t:x"]
        );
        assert_eq!(kinds("<script>never ends <b>"), ["<script", "-"]);
        assert_eq!(kinds("a<br/>b<"), ["t:a", "<br", "t:b<"]);
    }

    #[test]
    fn attributes_are_found() {
        let tag = "<a HREF = \"x?a=1\" class=gmail_quote data-x='1' checked>";
        assert_eq!(attribute(tag, "href"), Some("x?a=1"));
        assert_eq!(attribute(tag, "class"), Some("gmail_quote"));
        assert_eq!(attribute(tag, "checked"), Some(""));
        assert_eq!(attribute(tag, "id"), None);
    }

    #[test]
    fn entities_are_decoded() {
        let decode = |s: &str| {
            let mut out = String::new();
            decode_entities(s, &mut out);
            out
        };
        assert_eq!(decode("a &amp; b &eacute;&#233;&#xE9; &nope; & &copy 2 &euro;"), "a & b ééé &nope; & © 2 €");
        assert_eq!(decode("x?a=1&b=2"), "x?a=1&b=2");
    }

    #[test]
    fn a_megabyte_of_open_tags_takes_no_time() {
        assert!(scan(&"<a \"".repeat(300_000)).count() > 0);
        assert!(scan(&"<script>".repeat(200_000)).count() > 0);
        assert!(scan(&"<!--".repeat(300_000)).count() > 0);
    }
}
