//! `users.messages.list` and `get`.

use serde::Serialize;

use super::message_json::{Format, MessageJson, Stub};
use super::page_token::Listing;
use super::searching::Filter;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;

/// What Gmail says when there are more than it cares to count (facts 3.1).
pub(super) const MANY: usize = 201;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Stub<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    result_size_estimate: usize,
}

/// `GET /messages`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let filter = Filter::of(call, &state)?;
    let listing = listing("messages", call);
    let from = call.query.filled("pageToken").map(|token| listing.place(token)).transpose()?;
    let page = state.page(from, call.max_results(), |message| filter.admits(message, &state));
    call.answer(&Listed {
        result_size_estimate: estimate(page.messages.len(), page.next.is_some()),
        messages: page.messages.into_iter().map(Stub::bare).collect(),
        next_page_token: page.next.map(|place| listing.token(place)),
    })
}

/// `GET /messages/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let format = Format::of(call)?;
    let id = call.id("id")?;
    // Cloned out, so that a large answer is written without holding up the mailbox.
    let message = call.mailbox.read().get(id).cloned().ok_or_else(Error::not_found)?;
    call.answer(&MessageJson::of(&message, &format, call.google))
}

/// The listing a page token belongs to: the mailbox and everything but the size of its pages.
pub(super) fn listing<'a>(kind: &'a str, call: &'a Call<'_>) -> Listing {
    let asked = ["q", "labelIds", "includeSpamTrash"].into_iter().flat_map(|name| call.query.all(name));
    Listing::of([kind, call.mailbox.email.as_str()].into_iter().chain(asked))
}

/// Rough, as Gmail's is: exact while everything fits on one page.
pub(super) fn estimate(shown: usize, more: bool) -> usize {
    if more { usize::max(MANY, shown + 1) } else { shown }
}
