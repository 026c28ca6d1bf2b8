//! Attachments as the API describes them.

use model::AttachmentId;
use std::collections::HashSet;

use model::message::{Attachment, Body};

use super::fields;
use super::tree::{Part, Tree};
use super::words;

/// Longer content ids are not looked for.
const MAX_ID: usize = 512;
/// Longer file names are cut, the extension kept.
const MAX_NAME: usize = 255;

/// Describes the attachments of a message, in order.
pub(crate) fn describe_all(tree: &Tree<'_>, attached: &[usize], body: &Body) -> Vec<Attachment> {
    let referred = if body.html { references(&body.text) } else { HashSet::new() };
    attached.iter().map(|&index| describe(tree, index, body, &referred)).collect()
}

/// Content ids that the HTML refers to (`cid:`, RFC 2392).
fn references(html: &str) -> HashSet<&str> {
    let mut found = HashSet::new();
    let mut at = 0;
    while let Some(next) = memchr::memmem::find(&html.as_bytes()[at..], b"cid:") {
        let start = at + next + "cid:".len();
        let window = html.as_bytes()[start..].iter().take(MAX_ID);
        let length = window.take_while(|b| !(b.is_ascii_whitespace() || b"\"'<>()".contains(b))).count();
        at = start + length;
        found.extend(html.get(start..at));
    }
    found
}

fn describe(tree: &Tree<'_>, index: usize, body: &Body, referred: &HashSet<&str>) -> Attachment {
    let part = &tree.parts[index];
    Attachment {
        id: AttachmentId(index.to_string()),
        filename: filename(tree, index),
        content_type: part.content_type.value.clone(),
        size: tree.bytes(index).len() as u64,
        content_id: part.content_id.clone(),
        content_disposition: part.disposition.as_ref().map(|d| d.value.clone()).filter(|d| !d.is_empty()),
        is_inline: is_inline(tree, part, body, referred),
        part: index as u32,
    }
}

/// Shown inside the body: the HTML refers to it, or it is a named resource of a `multipart/related`.
fn is_inline(tree: &Tree<'_>, part: &Part, body: &Body, referred: &HashSet<&str>) -> bool {
    let Some(id) = &part.content_id else { return false };
    if part.content_type.value == "text/calendar" || !body.html {
        return false;
    }
    let in_related = part.parent.is_some_and(|p| tree.parts[p].content_type.value == "multipart/related");
    (in_related && !part.is_attached()) || referred.contains(id.as_str())
}

fn filename(tree: &Tree<'_>, index: usize) -> String {
    let part = &tree.parts[index];
    let name = match part.filename() {
        Some(name) => name.to_owned(),
        None if part.is_message() => format!("{}.eml", nested_subject(tree, index)),
        None => String::new(),
    };
    cut(name.chars().filter(|c| !c.is_control()).collect())
}

/// The subject of a nested message, fit for a file name.
fn nested_subject(tree: &Tree<'_>, index: usize) -> String {
    let bytes = tree.bytes(index);
    let block = fields::block(&bytes, 0, 200, |_| false);
    let subject = block.fields.iter().find(|f| bytes[f.name.clone()].eq_ignore_ascii_case(b"subject"));
    let subject = subject.map(|f| words::decode(&fields::unfolded(&bytes[f.value.clone()], tree.fallback())));
    let subject: String = subject
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .take(100)
        .collect();
    match subject.trim() {
        "" => "message".into(),
        subject => subject.into(),
    }
}

fn cut(name: String) -> String {
    let length = name.chars().count();
    if length <= MAX_NAME {
        return name;
    }
    let extension: String = match name.rsplit_once('.') {
        Some((_, e)) if e.chars().count() <= 10 => format!(".{e}"),
        _ => String::new(),
    };
    let keep = MAX_NAME - extension.chars().count();
    name.chars().take(keep).chain(extension.chars()).collect()
}
