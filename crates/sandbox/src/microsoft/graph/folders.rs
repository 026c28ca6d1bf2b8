//! Mail folders.

use http::StatusCode;
use serde_json::{Value, json};

use super::errors::Error;
use super::method::{Call, empty, parameter};
use super::paging::{self, Page};
use crate::google::Answer;
use crate::microsoft::mail::folder::{Folder, ROOT};
use crate::microsoft::mail::ids::Form;
use crate::microsoft::mail::{ExchangeMailbox, State};

/// The longest name a folder may have.
const LONGEST_NAME: usize = 255;

/// `GET mailFolders`: those at the top.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    under(call, ROOT)
}

/// `GET mailFolders/{folder}/childFolders`.
pub(crate) fn children(call: &Call<'_>) -> Result<Answer, Error> {
    let parent = {
        let state = call.mailbox.read();
        call.folder(&state)?.unwrap_or(ROOT)
    };
    under(call, parent)
}

fn under(call: &Call<'_>, parent: u64) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let hidden = call.query.get("includeHiddenFolders").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let name = call.option("filter").map(by_name).transpose()?;
    let wanted = |folder: &&Folder| {
        (hidden || !folder.hidden) && name.as_ref().is_none_or(|name| folder.name.eq_ignore_ascii_case(name))
    };
    let all: Vec<&Folder> = state.children(parent).into_iter().filter(wanted).collect();
    let page = Page::of(call, all.len())?;
    let shown: Vec<Value> = page.slice(&all).iter().map(|folder| show(&call.mailbox, &state, folder).into()).collect();
    let context = call.context("mailFolders");
    call.answer(StatusCode::OK, &paging::listing(call, context, shown, &page))
}

/// The one filter that programs use on folders: `displayName eq 'x'`.
fn by_name(filter: &str) -> Result<String, Error> {
    let text = filter.trim();
    let quoted = text.strip_prefix("displayName eq '").and_then(|rest| rest.strip_suffix('\''));
    quoted
        .map(|name| name.replace("''", "'"))
        .ok_or_else(|| Error::bad_filter("The query filter is not supported on folders."))
}

/// `GET mailFolders/{folder}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let key = call.folder(&state)?.unwrap_or(ROOT);
    one(call, StatusCode::OK, &state, key)
}

/// `POST mailFolders` and `POST mailFolders/{folder}/childFolders`.
pub(crate) fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let name = name(parameter(&body, "displayName"))?;
    let hidden = parameter(&body, "isHidden").and_then(Value::as_bool).unwrap_or(false);
    let key = call.mailbox.change(|state| {
        let parent = call.folder(state)?.unwrap_or(ROOT);
        free(state, parent, &name)?;
        Ok(state.create_folder(parent, &name, hidden))
    })?;
    one(call, StatusCode::CREATED, &call.mailbox.read(), key)
}

/// `PATCH mailFolders/{folder}`: another name.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let name = name(parameter(&body, "displayName"))?;
    let key = call.mailbox.change(|state| {
        let key = call.folder(state)?.unwrap_or(ROOT);
        let folder = own(state, key)?;
        if folder.name != name {
            if !folder.name.eq_ignore_ascii_case(&name) {
                free(state, folder.parent, &name)?;
            }
            state.edit_folder(key, |folder| folder.name.clone_from(&name));
        }
        Ok(key)
    })?;
    one(call, StatusCode::OK, &call.mailbox.read(), key)
}

/// `DELETE mailFolders/{folder}`: below Deleted Items.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    take_away(call, State::discard_folder)
}

/// `POST mailFolders/{folder}/permanentDelete`.
pub(crate) fn remove(call: &Call<'_>) -> Result<Answer, Error> {
    take_away(call, State::remove_folder)
}

fn take_away(call: &Call<'_>, how: fn(&mut State, u64)) -> Result<Answer, Error> {
    call.mailbox.change(|state| {
        let key = call.folder(state)?.unwrap_or(ROOT);
        own(state, key)?;
        how(state, key);
        Ok(empty(StatusCode::NO_CONTENT))
    })
}

/// `POST mailFolders/{folder}/move`.
pub(crate) fn relocate(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let to = destination(parameter(&body, "destinationId"))?;
    let key = call.mailbox.change(|state| {
        let key = call.folder(state)?.unwrap_or(ROOT);
        let (folder, to) = (own(state, key)?, call.folder_named(state, &to)?);
        if state.is_under(to, key) {
            return Err(Error::new(400, "ErrorMoveCopyFailed", "The move or copy operation failed."));
        }
        free(state, to, &folder.name)?;
        state.edit_folder(key, |folder| folder.parent = to);
        Ok(key)
    })?;
    one(call, StatusCode::CREATED, &call.mailbox.read(), key)
}

/// `POST mailFolders/{folder}/copy`: with its messages, without folders below it.
pub(crate) fn copy(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let to = destination(parameter(&body, "destinationId"))?;
    let now_ms = call.now_ms();
    let key = call.mailbox.change(|state| {
        let key = call.folder(state)?.unwrap_or(ROOT);
        let (folder, to) = (own(state, key)?, call.folder_named(state, &to)?);
        free(state, to, &folder.name)?;
        let copy = state.create_folder(to, &folder.name, folder.hidden);
        for (_, message) in &folder.order {
            state.copy_to(*message, copy, now_ms);
        }
        Ok(copy)
    })?;
    one(call, StatusCode::CREATED, &call.mailbox.read(), key)
}

fn one(call: &Call<'_>, status: StatusCode, state: &State, key: u64) -> Result<Answer, Error> {
    let folder = state.folders.get(&key).ok_or_else(Error::no_folder)?;
    let mut shown = show(&call.mailbox, state, folder);
    shown.shift_insert(0, "@odata.context".to_owned(), call.context("mailFolders/$entity").into());
    call.answer(status, &Value::Object(shown))
}

/// A folder as JSON.
pub(crate) fn show(mailbox: &ExchangeMailbox, state: &State, folder: &Folder) -> serde_json::Map<String, Value> {
    let (total, unread) = state.counts(folder);
    let size: usize =
        folder.order.iter().filter_map(|(_, key)| state.by_key(*key)).map(|item| item.content.raw().len()).sum();
    let shown = json!({
        "id": mailbox.naming.write(Form::Folder, folder.key),
        "displayName": folder.name,
        "parentFolderId": mailbox.naming.write(Form::Folder, folder.parent),
        "childFolderCount": state.children(folder.key).iter().filter(|child| !child.hidden).count(),
        "unreadItemCount": unread,
        "totalItemCount": total,
        "sizeInBytes": size,
        "isHidden": folder.hidden,
    });
    match shown {
        Value::Object(shown) => shown,
        _ => serde_json::Map::new(),
    }
}

/// A folder that may be changed: one of the person's own.
fn own(state: &State, key: u64) -> Result<Folder, Error> {
    let folder = state.folders.get(&key).ok_or_else(Error::no_folder)?;
    match folder.well_known {
        None => Ok(folder.clone()),
        Some(_) => Err(Error::new(
            400,
            "ErrorDeleteDistinguishedFolder",
            "Distinguished folders cannot be deleted, renamed or moved.",
        )),
    }
}

fn free(state: &State, parent: u64, name: &str) -> Result<(), Error> {
    state.child_named(parent, name).map_or(Ok(()), |_| Err(Error::folder_exists()))
}

fn name(value: Option<&Value>) -> Result<String, Error> {
    let name = value.and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Error::bad_property("displayName: a folder's name has 1 to 255 characters."))
    }
}

fn destination(value: Option<&Value>) -> Result<String, Error> {
    let to = value.and_then(Value::as_str).filter(|to| !to.is_empty());
    to.map(str::to_owned)
        .ok_or_else(|| Error::new(400, "ErrorInvalidRequest", "The destinationId parameter is missing."))
}
