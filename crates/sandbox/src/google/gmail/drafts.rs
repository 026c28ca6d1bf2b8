//! `users.drafts`.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::message_json::{Format, MessageJson, Stub};
use super::messages::{estimate, listing};
use super::modify::stub;
use super::searching::Filter;
use super::send::{message_bytes, refusal, thread_in};
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::Id;
use crate::world::message::Content;
use crate::world::submit::Submission;

#[derive(Serialize)]
struct DraftJson<'a, M> {
    id: &'a str,
    message: M,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drafts: Vec<DraftJson<'a, Stub<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    result_size_estimate: usize,
}

/// `GET /drafts`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let filter = Filter::of(call, &state)?;
    let listing = listing("drafts", call);
    let from = call.query.filled("pageToken").map(|token| listing.place(token)).transpose()?;
    let page = state.page(from, call.max_results(), |message| {
        message.has("DRAFT") && filter.admits(message, &state) && state.draft_of(message.id).is_some()
    });
    let drafts = page
        .messages
        .iter()
        .filter_map(|message| Some(DraftJson { id: state.draft_of(message.id)?, message: Stub::bare(message) }));
    call.answer(&Listed {
        drafts: drafts.collect(),
        result_size_estimate: estimate(page.messages.len(), page.next.is_some()),
        next_page_token: page.next.map(|place| listing.token(place)),
    })
}

/// `GET /drafts/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let format = Format::of(call)?;
    let id = draft_id(call.path("id"))?;
    let state = call.mailbox.read();
    let message = state.drafts.get(id).and_then(|message| state.get(*message)).ok_or_else(Error::not_found)?;
    call.answer(&DraftJson { id, message: MessageJson::of(message, &format, call.google) })
}

/// `POST /drafts`.
pub(crate) fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let (raw, thread) = content(call)?;
    let (id, message) = call.mailbox.change(|state| state.create_draft(Content::new(raw), thread, call.now_ms()));
    saved(call, &id, message)
}

/// `PUT /drafts/{id}`: the draft keeps its id, its message gets a new one.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, Error> {
    let id = draft_id(call.path("id"))?;
    let (raw, thread) = content(call)?;
    let message = call.mailbox.change(|state| state.update_draft(id, Content::new(raw), thread, call.now_ms()));
    saved(call, id, message.ok_or_else(Error::not_found)?)
}

/// `POST /drafts/send`: `id` names the draft; a message given along replaces its text.
pub(crate) fn send(call: &Call<'_>) -> Result<Answer, Error> {
    let id = draft_id(call.text("id")?.unwrap_or_default())?;
    let (raw, thread) = outgoing(call, id)?;
    let (draft, notice_after) = (Some(id.to_owned()), call.manner.notice_after());
    let submission = Submission { raw, thread, draft, method: "gmail.drafts.send", notice_after };
    let sent = call.world().submit(&call.mailbox, submission).map_err(refusal)?;
    stub(call, sent)
}

/// The message that `send` would send.
pub(crate) fn message(call: &Call<'_>) -> Result<Bytes, Error> {
    let id = draft_id(call.text("id")?.unwrap_or_default())?;
    outgoing(call, id).map(|(raw, _)| raw)
}

/// What is given along with the draft's id, or else what is stored under it.
fn outgoing(call: &Call<'_>, id: &str) -> Result<(Bytes, Option<Id>), Error> {
    let stored = {
        let state = call.mailbox.read();
        let message = state.drafts.get(id).and_then(|message| state.get(*message)).ok_or_else(Error::not_found)?;
        message.content.raw().clone()
    };
    let given = call.media.is_some() || message_body(call)?.contains_key("raw");
    if given { content(call) } else { Ok((stored, None)) }
}

/// `DELETE /drafts/{id}`: for good.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let id = draft_id(call.path("id"))?;
    call.mailbox.change(|state| state.take_draft(id, call.now_ms())).ok_or_else(Error::not_found)?;
    Ok(Answer::empty())
}

fn saved(call: &Call<'_>, id: &str, message: Id) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let message = state.get(message).ok_or_else(Error::not_found)?;
    call.answer(&DraftJson { id, message: Stub::labelled(message) })
}

/// The message in a draft's body, or beside an upload.
fn content(call: &Call<'_>) -> Result<(Bytes, Option<Id>), Error> {
    let message = message_body(call)?;
    // An upload's metadata may be the draft or, as some clients have it, the message itself.
    let thread = thread_in(call, &message)?;
    Ok((message_bytes(call, &message, "message.raw")?, thread))
}

fn message_body(call: &Call<'_>) -> Result<Map<String, Value>, Error> {
    Ok(call.object("message")?.cloned().unwrap_or_default())
}

/// `r`, perhaps `-`, and digits.
fn draft_id(text: &str) -> Result<&str, Error> {
    let number = text.strip_prefix('r').filter(|number| number.parse::<i64>().is_ok());
    number.map(|_| text).ok_or_else(Error::invalid_id)
}
