//! Listing and reading messages.

use http::StatusCode;
use serde_json::Value;

use super::errors::Error;
use super::method::Call;
use super::paging::{self, Page};
use super::search::Wanted;
use super::view::View;
use crate::google::Answer;

/// `GET messages`, of the whole mailbox or of one folder.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let view = View::of(call)?;
    let state = call.mailbox.read();
    let folder = call.folder(&state)?;
    let wanted = Wanted::of(call)?;
    let items = wanted.of_all(&call.mailbox, state.newest_first(folder));
    let page = Page::of(call, items.len())?;
    let shown: Vec<Value> = page.slice(&items).iter().map(|item| view.message(item)).collect();
    let context = call.context("messages");
    call.answer(StatusCode::OK, &paging::listing(call, context, shown, &page))
}

/// `GET messages/$count`.
pub(crate) fn count(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let folder = call.folder(&state)?;
    let count = Wanted::of(call)?.of_all(&call.mailbox, state.newest_first(folder)).len();
    Ok(Answer::new(StatusCode::OK, "text/plain", count.to_string()))
}

/// `GET messages/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let view = View::of(call)?;
    let state = call.mailbox.read();
    let shown = with_context(call, view.message(call.item(&state)?));
    call.answer(StatusCode::OK, &shown)
}

/// One message under the name of its set.
pub(crate) fn with_context(call: &Call<'_>, mut shown: Value) -> Value {
    if let Some(shown) = shown.as_object_mut() {
        shown.shift_insert(0, "@odata.context".to_owned(), call.context("messages/$entity").into());
    }
    shown
}
