//! Changes to messages that are there: labels, trash, deletion; one by one and in bulk.

use super::message_json::Stub;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::Id;
use crate::world::mailbox::{LabelChange, State};

/// Labels added, and labels removed, in one call.
const MOST_LABELS: usize = 100;
/// Ids in one bulk call.
const MOST_IDS: usize = 1000;

/// `POST /messages/{id}/modify`.
pub(crate) fn modify(call: &Call<'_>) -> Result<Answer, Error> {
    let id = call.id("id")?;
    let change = call.mailbox.change(|state| {
        state.get(id).ok_or_else(Error::not_found)?;
        let change = label_change(call, state)?;
        refuse_drafts(state, &[id], &change)?;
        state.relabel(id, &change, call.now_ms());
        Ok(())
    });
    change.and_then(|()| stub(call, id))
}

/// `POST /messages/{id}/trash`.
pub(crate) fn trash(call: &Call<'_>) -> Result<Answer, Error> {
    put(call, &[TRASH], &[])
}

/// `POST /messages/{id}/untrash`.
pub(crate) fn untrash(call: &Call<'_>) -> Result<Answer, Error> {
    put(call, &[], &[TRASH])
}

/// `DELETE /messages/{id}`.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let id = call.id("id")?;
    call.mailbox.change(|state| state.delete(id, call.now_ms())).ok_or_else(Error::not_found)?;
    Ok(Answer::empty())
}

/// `POST /messages/batchModify`. Ids that are not there are passed over.
pub(crate) fn batch_modify(call: &Call<'_>) -> Result<Answer, Error> {
    let ids = ids(call)?;
    call.mailbox.change(|state| {
        let change = label_change(call, state)?;
        refuse_drafts(state, &ids, &change)?;
        for id in ids {
            state.relabel(id, &change, call.now_ms());
        }
        Ok(Answer::empty())
    })
}

/// `POST /messages/batchDelete`. Ids that are not there are passed over.
pub(crate) fn batch_delete(call: &Call<'_>) -> Result<Answer, Error> {
    let ids = ids(call)?;
    call.mailbox.change(|state| {
        for id in ids {
            state.delete(id, call.now_ms());
        }
    });
    Ok(Answer::empty())
}

pub(super) const TRASH: &str = "TRASH";

/// Reads `addLabelIds` and `removeLabelIds` and refuses what cannot be set (facts 3.1).
pub(super) fn label_change(call: &Call<'_>, state: &State) -> Result<LabelChange, Error> {
    let change = LabelChange { add: call.texts("addLabelIds")?, remove: call.texts("removeLabelIds")? };
    if change.add.is_empty() && change.remove.is_empty() {
        return Err(Error::invalid_argument("No label add or removes specified"));
    }
    if change.add.len() > MOST_LABELS || change.remove.len() > MOST_LABELS {
        return Err(Error::invalid_argument("Too many labels: at most 100 may be added and 100 removed"));
    }
    if let Some(label) = change.add.iter().chain(&change.remove).find(|label| !state.labels.is_settable(label)) {
        return Err(Error::invalid_label(label));
    }
    if change.add.iter().any(|label| change.remove.contains(label)) {
        return Err(Error::invalid_argument("Cannot both add and remove the same label"));
    }
    Ok(change)
}

/// A draft holds only DRAFT; it may be thrown away, nothing else (facts 3.1).
pub(super) fn refuse_drafts(state: &State, ids: &[Id], change: &LabelChange) -> Result<(), Error> {
    let Some(label) = change.add.iter().find(|label| *label != TRASH) else { return Ok(()) };
    let draft = ids.iter().filter_map(|id| state.get(*id)).any(|message| message.has("DRAFT"));
    if draft { Err(Error::invalid_label(label)) } else { Ok(()) }
}

/// The answer to a change: id, thread and labels.
pub(super) fn stub(call: &Call<'_>, id: Id) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let message = state.get(id).ok_or_else(Error::not_found)?;
    call.answer(&Stub::labelled(message))
}

/// A change of fixed labels.
pub(super) fn fixed(add: &[&str], remove: &[&str]) -> LabelChange {
    let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    LabelChange { add: owned(add), remove: owned(remove) }
}

fn put(call: &Call<'_>, add: &[&str], remove: &[&str]) -> Result<Answer, Error> {
    let id = call.id("id")?;
    let change = fixed(add, remove);
    call.mailbox.change(|state| state.relabel(id, &change, call.now_ms())).ok_or_else(Error::not_found)?;
    stub(call, id)
}

fn ids(call: &Call<'_>) -> Result<Vec<Id>, Error> {
    let ids = call.texts("ids")?;
    if ids.is_empty() {
        return Err(Error::invalid_argument("No message ids specified"));
    }
    if ids.len() > MOST_IDS {
        return Err(Error::invalid_argument("Too many message ids: at most 1000 may be given"));
    }
    ids.iter().map(|id| id.parse().map_err(|_| Error::invalid_id())).collect()
}
