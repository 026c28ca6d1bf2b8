//! Moving, copying and deleting messages.

use http::StatusCode;

use super::errors::Error;
use super::messages::with_context;
use super::method::{Call, empty, parameter};
use super::view::View;
use crate::google::Answer;
use crate::microsoft::mail::State;
use crate::microsoft::mail::item::Item;

/// `POST messages/{id}/move`: the ordinary id changes, the immutable one does not.
pub(crate) fn relocate(call: &Call<'_>) -> Result<Answer, Error> {
    displace(call, |state, key, to, now_ms| state.move_to(key, to, now_ms).cloned())
}

/// `POST messages/{id}/copy`.
pub(crate) fn copy(call: &Call<'_>) -> Result<Answer, Error> {
    displace(call, |state, key, to, now_ms| state.copy_to(key, to, now_ms).cloned())
}

fn displace(call: &Call<'_>, act: impl FnOnce(&mut State, u64, u64, i64) -> Option<Item>) -> Result<Answer, Error> {
    let body = call.json()?;
    let to = parameter(&body, "destinationId").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if to.is_empty() {
        return Err(Error::new(400, "ErrorInvalidRequest", "The destinationId parameter is missing."));
    }
    let (view, now_ms) = (View::of(call)?, call.now_ms());
    let moved = call.mailbox.change(|state| {
        let key = call.key(state)?;
        let to = call.folder_named(state, &to)?;
        act(state, key, to, now_ms).ok_or_else(Error::no_item)
    })?;
    call.answer(StatusCode::CREATED, &with_context(call, view.message(&moved)))
}

/// `DELETE messages/{id}`: into Deleted Items; from there to where only recovery finds it.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let now_ms = call.now_ms();
    call.mailbox.change(|state| {
        let key = call.key(state)?;
        state.discard(key, now_ms).ok_or_else(Error::no_item)
    })?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `POST messages/{id}/permanentDelete`.
pub(crate) fn remove(call: &Call<'_>) -> Result<Answer, Error> {
    call.mailbox.change(|state| {
        let key = call.key(state)?;
        state.remove(key).ok_or_else(Error::no_item)
    })?;
    Ok(empty(StatusCode::NO_CONTENT))
}
