//! Which parts are the body and which are attachments (after RFC 8621 section 4.1.4, with HTML preferred).

use model::message::Body;

use super::tree::{Part, Tree};
use super::{charset, html, text};

/// A message sorted into body and attachments.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// Text parts to show, in order.
    pub(crate) shown: Vec<usize>,
    /// Everything else that carries content, in order.
    pub(crate) attached: Vec<usize>,
}

/// Sorts the parts of a message.
pub(crate) fn sort(tree: &Tree<'_>) -> Sorted {
    let mut sorted = sort_part(tree, 0);
    sorted.attached.sort_unstable();
    sorted
}

fn sort_part(tree: &Tree<'_>, index: usize) -> Sorted {
    let part = &tree.parts[index];
    if part.is_multipart() {
        match part.content_type.value.as_str() {
            "multipart/alternative" => alternative(tree, part),
            "multipart/related" => related(tree, part),
            _ => sequence(tree, &part.children),
        }
    } else if is_shown(tree, index) {
        Sorted { shown: vec![index], attached: Vec::new() }
    } else if part.body.is_empty() && !part.typed && index != 0 {
        // Nothing between two delimiters.
        Sorted::default()
    } else {
        Sorted { shown: Vec::new(), attached: vec![index] }
    }
}

/// Whether a leaf is text of the body. A text with a file name is a file, unless it is all there is or an alternative.
fn is_shown(tree: &Tree<'_>, index: usize) -> bool {
    let part = &tree.parts[index];
    let parent = part.parent.map(|p| tree.parts[p].content_type.value.as_str());
    part.is_body_text()
        && !part.is_attached()
        && (part.filename().is_none() || parent.is_none_or(|kind| kind == "multipart/alternative"))
}

fn sequence(tree: &Tree<'_>, children: &[usize]) -> Sorted {
    let mut all = Sorted::default();
    for &child in children {
        let mut sorted = sort_part(tree, child);
        all.shown.append(&mut sorted.shown);
        all.attached.append(&mut sorted.attached);
    }
    all
}

/// The last alternative with HTML, else the last with text (RFC 2046 section 5.1.4: the last is the richest).
/// Attachments of every alternative are kept: a calendar part is one of them.
fn alternative(tree: &Tree<'_>, part: &Part) -> Sorted {
    let mut best: Option<(bool, Vec<usize>)> = None;
    let mut attached = Vec::new();
    for &child in &part.children {
        let mut sorted = sort_part(tree, child);
        let has_html = sorted.shown.iter().any(|&i| tree.parts[i].content_type.value == "text/html");
        let has_text = sorted.shown.iter().any(|&i| !tree.parts[i].body.is_empty());
        if has_text && best.as_ref().is_none_or(|(best_html, _)| has_html >= *best_html) {
            best = Some((has_html, std::mem::take(&mut sorted.shown)));
        }
        attached.extend(sorted.attached);
    }
    let shown = best.map(|(_, shown)| shown).unwrap_or_default();
    if !shown.is_empty() {
        attached.retain(|&i| !is_mere_rendering(&tree.parts[i]));
    }
    Sorted { shown, attached }
}

/// Another rendering of the same text (`text/enriched`, `text/x-amp-html`), not a file.
fn is_mere_rendering(part: &Part) -> bool {
    let kind = part.content_type.value.as_str();
    kind.starts_with("text/")
        && !matches!(kind, "text/calendar" | "text/vcard" | "text/x-vcard")
        && part.filename().is_none()
        && !part.is_attached()
}

/// The root part is shown (RFC 2387: the one `start` names, else the first); what it refers to is attached.
fn related(tree: &Tree<'_>, part: &Part) -> Sorted {
    let start = part.content_type.get("start").map(|s| s.trim().trim_matches(['<', '>']));
    let named = start.and_then(|id| {
        part.children.iter().position(|&c| tree.parts[c].content_id.as_deref().is_some_and(|cid| cid == id))
    });
    let root = named.unwrap_or(0);
    let mut all = Sorted::default();
    for (position, &child) in part.children.iter().enumerate() {
        let mut sorted = sort_part(tree, child);
        // A second text beside the root is a resource only when it says what for.
        if position != root && tree.parts[child].content_id.is_some() && !tree.parts[child].is_multipart() {
            sorted.attached.append(&mut sorted.shown);
        }
        all.shown.append(&mut sorted.shown);
        all.attached.append(&mut sorted.attached);
    }
    all
}

/// The body as the API gives it. Texts among HTML become HTML; otherwise texts are joined by line ends.
pub(crate) fn body(tree: &Tree<'_>, shown: &[usize]) -> Body {
    let is_html = |i: &usize| tree.parts[*i].content_type.value == "text/html";
    let html = shown.iter().any(is_html);
    let mut out = String::new();
    for index in shown {
        let piece = text_of(tree, *index);
        if shown.len() > 1 && piece.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(match (html, out.ends_with('\n')) {
                (true, _) => "<br>\n",
                (false, true) => "",
                (false, false) => "\n",
            });
        }
        match (html, is_html(index)) {
            (true, false) => out.push_str(&html::from_text(piece.trim_end())),
            _ => out.push_str(&piece),
        }
    }
    Body { text: out, html }
}

/// A text part decoded.
pub(crate) fn text_of(tree: &Tree<'_>, index: usize) -> String {
    let part = &tree.parts[index];
    let bytes = tree.bytes(index);
    let label = part.content_type.get("charset").map(str::to_owned);
    let label = match label {
        None if part.content_type.value == "text/html" && std::str::from_utf8(&bytes).is_err() => {
            charset::declared_in_html(&bytes)
        }
        label => label,
    };
    let mut text = charset::decode(&bytes, label.as_deref());
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// The body as folded plain text.
pub(crate) fn plain(body: &Body) -> String {
    if body.html { text::fold(&text::from_html(&body.text, false)) } else { text::fold(&body.text) }
}
