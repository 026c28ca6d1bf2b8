//! Attachments as the API describes them.

use model::AttachmentId;
use model::message::{Attachment, Body};

use super::fields;
use super::tree::{Part, Tree};
use super::words;

/// Longer file names are cut, the extension kept.
const MAX_NAME: usize = 255;

/// Describes the part at `index`.
pub(crate) fn describe(tree: &Tree<'_>, index: usize, body: &Body) -> Attachment {
    let part = &tree.parts[index];
    Attachment {
        id: AttachmentId(index.to_string()),
        filename: filename(tree, index),
        content_type: part.content_type.value.clone(),
        size: tree.bytes(index).len() as u64,
        content_id: part.content_id.clone(),
        content_disposition: part.disposition.as_ref().map(|d| d.value.clone()).filter(|d| !d.is_empty()),
        is_inline: is_inline(tree, part, body),
        part: index as u32,
    }
}

/// Shown inside the body: the HTML refers to it, or it is a named resource of a `multipart/related`.
fn is_inline(tree: &Tree<'_>, part: &Part, body: &Body) -> bool {
    let Some(id) = &part.content_id else { return false };
    if part.content_type.value == "text/calendar" || !body.html {
        return false;
    }
    let in_related = part.parent.is_some_and(|p| tree.parts[p].content_type.value == "multipart/related");
    (in_related && !part.is_attached()) || body.text.contains(&format!("cid:{id}"))
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
    let block = fields::block(&bytes, 0, |_| false);
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
