//! Marks in an HTML body that tell when it is opened and which of its links are followed.
//!
//! The document is read by a streaming HTML 5 parser, which says where the values of links begin and end; only those bytes
//! are replaced, and the picture is put in front of the end of the body. Everything else stays byte for byte, however odd
//! it is. Links that cannot or must not be followed through Postroad stay as they are: every scheme but http and https,
//! anchors and relative references, links with credentials, and those with the attribute `no-track`.

mod address;
mod find;

use std::collections::HashMap;
use std::ops::Range;

use find::{Found, find};

/// Links marked in one message at most; the others stay as they are.
pub const MOST_LINKS: usize = 250;
/// Longest link that is marked, in bytes.
pub const LONGEST_LINK: usize = 2048;

/// What to put into a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Marks<'a> {
    /// Begins the URL of every mark of the installation, up to the token: `https://mail.example/t/`. Needs no escaping
    /// in HTML.
    pub prefix: &'a str,
    /// Names the message, in characters that need no escaping in URLs. With the prefix it is the picture's URL; a slash
    /// and the link's number follow in that of a link.
    pub token: &'a str,
    /// Put the picture in.
    pub opens: bool,
    /// Lead links through the installation.
    pub links: bool,
}

/// A document with its marks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marked {
    /// The document.
    pub html: String,
    /// Where the marked links lead, by their number. A URL that is linked to twice has one number.
    pub links: Vec<String>,
}

/// Marks a document. What was marked before, in this message or another, is left alone.
pub fn mark(html: &str, marks: &Marks<'_>) -> Marked {
    let found = find(html);
    let mut links = Links::default();
    let mut edits = Vec::new();
    for link in found.links.iter().filter(|link| marks.links && !link.exempt) {
        let url = address::followable(&html[link.value.clone()]);
        let url = url.filter(|url| !url.starts_with(marks.prefix));
        if let Some(number) = url.and_then(|url| links.number(url)) {
            edits.push((link.value.clone(), format!("{}{}/{number}", marks.prefix, marks.token)));
        }
    }
    if marks.opens {
        edits.push((found.end..found.end, picture(marks)));
    }
    Marked { html: edited(html, edits), links: links.urls }
}

/// Takes a document's marks out again: links lead where they led, the picture is gone.
pub fn unmark(html: &str, prefix: &str, token: &str, links: &[String]) -> String {
    let base = format!("{prefix}{token}");
    let original = |value: &str| links.get(value.strip_prefix(&base)?.strip_prefix('/')?.parse::<usize>().ok()?);
    let Found { links: marked, pictures, .. } = find(html);
    let mut edits = Vec::new();
    for link in marked {
        if let Some(url) = original(&html[link.value.clone()]) {
            edits.push((link.value, address::escaped(url)));
        }
    }
    edits
        .extend(pictures.into_iter().filter(|one| html[one.value.clone()] == base).map(|one| (one.tag, String::new())));
    edited(html, edits)
}

/// The links of one message by number.
#[derive(Default)]
struct Links {
    urls: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Links {
    fn number(&mut self, url: String) -> Option<usize> {
        if let Some(number) = self.numbers.get(&url) {
            return Some(*number);
        }
        let number = self.urls.len();
        if number == MOST_LINKS {
            return None;
        }
        self.numbers.insert(url.clone(), number);
        self.urls.push(url);
        Some(number)
    }
}

/// Not `display:none`: programs that see such a picture do not load it.
fn picture(marks: &Marks<'_>) -> String {
    let Marks { prefix, token, .. } = marks;
    format!(r#"<img src="{prefix}{token}" alt="" width="1" height="1" style="border:0;width:1px;height:1px">"#)
}

/// The document with some of its ranges replaced.
fn edited(html: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    // Links may stand behind the end of the body.
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(html.len() + edits.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut at = 0;
    for (range, text) in edits {
        out.push_str(&html[at..range.start]);
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(&html[at..]);
    out
}

#[cfg(test)]
mod tests;
