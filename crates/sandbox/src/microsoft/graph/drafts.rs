//! Making drafts, and changing messages.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::compose::{self, Touched};
use super::errors::Error;
use super::messages::with_context;
use super::method::Call;
use super::mime;
use super::view::View;
use crate::google::Answer;
use crate::microsoft::mail::item::Marks;
use crate::microsoft::mail::letter::Letter;
use crate::microsoft::mail::{Arrival, folder, post, seed};
use crate::world::address::Mailbox;
use crate::world::message::Content;

/// A message that is to be made, and what is known of it beside its text.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) raw: Vec<u8>,
    pub(crate) marks: Marks,
}

/// `POST messages`: a draft from JSON, or from MIME in base64.
pub(crate) fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let made = if mime::is_mime(call) { from_mime(&mime::read(&call.body)?) } else { from_json(call, &call.json()?)? };
    let folder = call.folder(&call.mailbox.read())?.unwrap_or(folder::DRAFTS);
    let key = keep(call, made, folder);
    let (view, state) = (View::of(call)?, call.mailbox.read());
    let item = state.by_key(key).ok_or_else(Error::no_item)?;
    call.answer(StatusCode::CREATED, &with_context(call, view.message(item)))
}

/// A draft made of MIME.
pub(crate) fn from_mime(raw: &[u8]) -> Made {
    let content = Content::new(raw.to_vec().into());
    Made { raw: raw.to_vec(), marks: Marks::arriving(&content) }
}

/// A draft made of JSON. The sender is the mailbox's owner unless told otherwise.
pub(crate) fn from_json(call: &Call<'_>, body: &Map<String, Value>) -> Result<Made, Error> {
    let owner = Mailbox { name: Some(call.mailbox.name.clone()), email: call.mailbox.email.clone() };
    let mut letter = Letter { from: Some(owner), ..Letter::default() };
    let mut marks = Marks::default();
    compose::apply(&mut letter, &mut marks, body)?;
    say_importance(&mut letter, &marks);
    Ok(Made { raw: letter.write(), marks })
}

/// Puts a draft into a folder and returns its key.
pub(crate) fn keep(call: &Call<'_>, made: Made, folder: u64) -> u64 {
    let now_ms = call.now_ms();
    let marks = Marks { is_draft: true, is_read: true, ..made.marks };
    call.mailbox.change(|state| {
        let message_id = post::message_id(state.draw(), &call.mailbox.email);
        let raw = seed::completed(&made.raw, &message_id, now(now_ms));
        let content = Content::new(raw.into());
        let arrival = Arrival { content, folder, marks, conversation: None, received_ms: now_ms, sent_ms: now_ms };
        state.add(arrival, now_ms)
    })
}

/// `PATCH messages/{id}`. Marks of any message; its text only while it is a draft, or by a special scope (facts 1.7).
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let (view, now_ms) = (View::of(call)?, call.now_ms());
    let changed = call.mailbox.change(|state| {
        let key = call.key(state)?;
        let item = state.by_key(key).ok_or_else(Error::no_item)?;
        let (mut letter, mut marks) = (Letter::of(item.content.raw()), item.marks.clone());
        let touched = compose::apply(&mut letter, &mut marks, &body)?;
        if touched.letter && !item.marks.is_draft {
            may_rewrite(call, now_ms)?;
        }
        if touched == Touched::default() && marks == item.marks {
            return Ok(item.clone());
        }
        say_importance(&mut letter, &marks);
        let content = touched.letter.then(|| Content::new(letter.write().into()));
        let changed = state.edit(key, now_ms, touched != Touched::default(), |item| {
            item.marks = marks;
            if let Some(content) = content {
                item.content = content;
            }
        });
        changed.cloned().ok_or_else(Error::no_item)
    })?;
    call.answer(StatusCode::OK, &with_context(call, view.message(&changed)))
}

/// From the last day of 2026 received mail can be rewritten only with a scope that an administrator grants.
fn may_rewrite(call: &Call<'_>, now_ms: i64) -> Result<(), Error> {
    /// 2026-12-31T00:00:00Z.
    const FROM_MS: i64 = 1_798_675_200_000;
    let advanced = ["Mail-Advanced.ReadWrite", "Mail-Advanced.ReadWrite.All"];
    if now_ms < FROM_MS || call.opened.may(&advanced) { Ok(()) } else { Err(Error::access_denied()) }
}

/// The header says how much a message matters, for those who get it.
fn say_importance(letter: &mut Letter, marks: &Marks) {
    let usual = marks.importance == crate::microsoft::mail::item::Importance::Normal;
    if !usual || letter.field("importance").is_some() {
        letter.set_field("Importance", (!usual).then(|| marks.importance.name()));
    }
}

fn now(now_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
