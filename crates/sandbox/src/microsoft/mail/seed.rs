//! Filling a mailbox: the sandbox's labels, which are Gmail's, as folders and marks.

use serde_json::json;

use super::change::Arrival;
use super::folder::{self, ROOT};
use super::item::{Importance, Marks};
use super::mailbox::State;
use crate::world::message::Content;
use crate::world::{date_of, headers};

/// Where a message lies and what marks it carries, from labels. The first label that names a place decides; names that
/// are no system labels are folders (`Work/Projects` is a folder in a folder), and categories once a place is known.
pub(crate) fn placed(state: &mut State, labels: &[String], content: &Content) -> (u64, Marks) {
    let mut marks = Marks { is_read: true, ..Marks::arriving(content) };
    let (mut place, mut own) = (None, Vec::new());
    for label in labels {
        let system = match label.as_str() {
            "INBOX" => Some(folder::INBOX),
            "SENT" => Some(folder::SENT),
            "SPAM" => Some(folder::JUNK),
            "TRASH" => Some(folder::DELETED),
            "DRAFT" => Some(folder::DRAFTS),
            other => folder::well_known(other),
        };
        match label.as_str() {
            _ if system.is_some() => place = place.or(system),
            "UNREAD" => marks.is_read = false,
            "STARRED" => marks.flag = json!({"flagStatus": "flagged"}),
            "IMPORTANT" => marks.importance = Importance::High,
            other if other.starts_with("CATEGORY_") => {}
            other => own.push(other.to_owned()),
        }
    }
    marks.is_draft = place == Some(folder::DRAFTS);
    let mut own = own.into_iter();
    let at = match place {
        Some(place) => place,
        None => own.next().map_or(folder::ARCHIVE, |path| path_to(state, &path)),
    };
    marks.categories = own.collect();
    (at, marks)
}

/// The folder of that path, made when missing.
pub(crate) fn path_to(state: &mut State, path: &str) -> u64 {
    path.split('/').filter(|name| !name.is_empty()).fold(ROOT, |parent, name| {
        state.child_named(parent, name).unwrap_or_else(|| state.create_folder(parent, name, false))
    })
}

/// A message as it is put in, without being sent.
pub(crate) fn arrival(
    state: &mut State,
    raw: bytes::Bytes,
    labels: &[String],
    at_ms: Option<i64>,
    now_ms: i64,
) -> Arrival {
    let content = Content::new(raw);
    let (folder, marks) = placed(state, labels, &content);
    let date_ms = date_of(content.raw());
    let received_ms = at_ms.or(date_ms).unwrap_or(now_ms);
    Arrival { folder, marks, conversation: None, received_ms, sent_ms: date_ms.unwrap_or(received_ms), content }
}

/// A message that arrives from elsewhere, with what the receiving side writes on top of it.
pub(crate) fn incoming(raw: &[u8], recipient: &str, now: jiff::Timestamp) -> Arrival {
    let domain = recipient.rsplit_once('@').map_or(recipient, |(_, domain)| domain);
    let top = format!(
        "Received: from SANDBOX.outbound.protection.outlook.com by {domain} with Microsoft SMTP Server; {}\r\n",
        crate::world::rewrite::date(now)
    );
    let content = Content::new([top.as_bytes(), raw].concat().into());
    let now_ms = now.as_millisecond();
    let marks = Marks::arriving(&content);
    let sent_ms = date_of(raw).unwrap_or(now_ms);
    Arrival { content, folder: folder::INBOX, marks, conversation: None, received_ms: now_ms, sent_ms }
}

/// A raw message with the fields that every stored message has: Message-ID and Date, each only where it is missing.
pub(crate) fn completed(raw: &[u8], message_id: &str, now: jiff::Timestamp) -> Vec<u8> {
    let mut top = String::new();
    if headers::first(raw, "message-id").is_none() {
        top.push_str(&format!("Message-ID: {message_id}\r\n"));
    }
    if headers::first(raw, "date").is_none() {
        top.push_str(&format!("Date: {}\r\n", crate::world::rewrite::date(now)));
    }
    [top.as_bytes(), raw].concat()
}
