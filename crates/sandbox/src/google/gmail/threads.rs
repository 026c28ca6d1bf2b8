//! `users.threads`.

use std::collections::HashSet;

use serde::Serialize;

use super::message_json::{Format, MessageJson, Stub};
use super::messages::{estimate, listing};
use super::modify::{TRASH, fixed, label_change, refuse_drafts};
use super::searching::Filter;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::Id;
use crate::world::mailbox::{LabelChange, Place, State};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThreadJson<M> {
    #[serde(skip_serializing_if = "Option::is_none")]
    history_id: Option<String>,
    id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<M>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    result_size_estimate: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    threads: Vec<ThreadJson<()>>,
}

/// `GET /threads`: by the newest message that the search admits.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let filter = Filter::of(call, &state)?;
    let listing = listing("threads", call);
    let from = call.query.filled("pageToken").map(|token| listing.place(token)).transpose()?;
    // A thread stands where its newest admitted message does; those above the page have had theirs already.
    let mut seen = above(&state, &filter, from);
    let page =
        state.page(from, call.max_results(), |message| filter.admits(message, &state) && seen.insert(message.thread));
    call.answer(&Listed {
        next_page_token: page.next.map(|place| listing.token(place)),
        result_size_estimate: estimate(page.messages.len(), page.next.is_some()),
        threads: page.messages.iter().filter_map(|message| summary(&state, message.thread)).collect(),
    })
}

/// `GET /threads/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let format = Format::of(call)?;
    let id = call.id("id")?;
    let state = call.mailbox.read();
    let messages = state.thread(id).ok_or_else(Error::not_found)?;
    let history_id = messages.iter().map(|message| message.history_id).max().map(|id| id.to_string());
    let messages = messages.into_iter().map(|message| MessageJson::of(message, &format, call.google)).collect();
    call.answer(&ThreadJson { history_id, id, messages: Some(messages), snippet: None })
}

/// `POST /threads/{id}/modify`.
pub(crate) fn modify(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, label_change)
}

/// `POST /threads/{id}/trash`.
pub(crate) fn trash(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, |_, _| Ok(fixed(&[TRASH], &[])))
}

/// `POST /threads/{id}/untrash`.
pub(crate) fn untrash(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, |_, _| Ok(fixed(&[], &[TRASH])))
}

/// `DELETE /threads/{id}`.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let id = call.id("id")?;
    call.mailbox.change(|state| {
        for message in members(state, id)? {
            state.delete(message, call.now_ms());
        }
        Ok(Answer::empty())
    })
}

fn change(
    call: &Call<'_>,
    change: impl FnOnce(&Call<'_>, &State) -> Result<LabelChange, Error>,
) -> Result<Answer, Error> {
    let id = call.id("id")?;
    call.mailbox.change(|state| {
        let members = members(state, id)?;
        let change = change(call, state)?;
        refuse_drafts(state, &members, &change)?;
        for message in members {
            state.relabel(message, &change, call.now_ms());
        }
        let messages = state.thread(id).unwrap_or_default().into_iter().map(Stub::labelled).collect();
        call.answer(&ThreadJson { history_id: None, id, messages: Some(messages), snippet: None })
    })
}

fn members(state: &State, thread: Id) -> Result<Vec<Id>, Error> {
    state.threads.members(thread).map(<[Id]>::to_vec).ok_or_else(Error::not_found)
}

/// Threads that were listed on pages before the one that begins at `from`.
fn above(state: &State, filter: &Filter, from: Option<Place>) -> HashSet<Id> {
    let Some(from) = from else { return HashSet::new() };
    let above = state
        .newest_first(None)
        .take_while(|message| Place { date_ms: message.internal_date_ms, id: message.id } > from);
    above.filter(|message| filter.admits(message, state)).map(|message| message.thread).collect()
}

fn summary(state: &State, thread: Id) -> Option<ThreadJson<()>> {
    let messages = state.thread(thread)?;
    let history_id = messages.iter().map(|message| message.history_id).max().map(|id| id.to_string());
    let snippet = messages.last().map(|message| message.content.snippet().to_owned());
    Some(ThreadJson { history_id, id: thread, messages: None, snippet })
}
