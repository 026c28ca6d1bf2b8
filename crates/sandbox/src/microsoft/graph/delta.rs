//! Change tracking: of the messages in one folder, and of the folders (facts 1.3).
//!
//! A sync begins with a round that lists everything, newest first. Its delta link tells what changed since the round
//! began, in the order it happened; whatever changes while a round is under way is told by the next.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::errors::Error;
use super::folders::show;
use super::follow::{Follow, Wish};
use super::method::Call;
use super::paging::bare_link;
use super::view::View;
use crate::google::{Answer, Query};
use crate::microsoft::mail::folder::{Entry, Folder, ROOT};
use crate::microsoft::mail::ids::Form;
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::{State, rounds::NotKept};

/// A page of changes, and whether the round goes on.
struct Told {
    value: Vec<Value>,
    more: bool,
}

/// `GET mailFolders/{folder}/messages/delta`.
pub(crate) fn messages(call: &Call<'_>) -> Result<Answer, Error> {
    let Some(named) = call.path("folder") else {
        return Err(Error::new(
            400,
            "BadRequest",
            "Change tracking is not supported against 'microsoft.graph.message'.",
        ));
    };
    call.mailbox.change(|state| {
        let folder = call.folder_named(state, named).map_err(|error| match error.status {
            StatusCode::NOT_FOUND => Error::no_sync_folder(),
            _ => error,
        })?;
        let mut follow = place(call, state, folder)?;
        let filter = follow.filter()?;
        let query = options(&follow.wish);
        let view = View::from_query(&query, &call.mailbox.naming, call.prefer.immutable, call.prefer.text)?;
        let wanted = |item: &Item| filter.as_ref().is_none_or(|filter| filter.holds(item, &call.mailbox.naming));
        let told = if follow.since == 0 {
            first_round(call, state, &mut follow, &view, wanted)
        } else {
            later_round(call, state, &mut follow, &view, wanted)
        };
        answer(call, state, follow, told, "Collection(message)")
    })
}

/// `GET mailFolders/delta`: the whole tree, flat.
pub(crate) fn folders(call: &Call<'_>) -> Result<Answer, Error> {
    call.mailbox.change(|state| {
        let mut follow = place(call, state, 0)?;
        let shown = |folder: &&Folder| folder.key != ROOT && (follow.wish.hidden || !folder.hidden);
        let here = state.folders.values().filter(shown).map(|folder| (folder.change, folder.key, true));
        let known = follow.since;
        let gone = state.folders_gone.iter().filter(|_| known > 0).map(|(change, key)| (*change, *key, false));
        let mut all: Vec<(u64, u64, bool)> = here.chain(gone).filter(|(change, ..)| *change > follow.told).collect();
        all.sort_unstable();
        let size = follow.page(call);
        let entry = |(_, key, here): &(u64, u64, bool)| match state.folders.get(key).filter(|_| *here) {
            Some(folder) => {
                let mut shown = show(&call.mailbox, state, folder);
                shown.shift_insert(0, "@odata.type".to_owned(), "#microsoft.graph.mailFolder".into());
                Value::Object(shown)
            }
            None => removed(call.mailbox.naming.write(Form::Folder, *key), "deleted"),
        };
        let told = Told { value: all.iter().take(size).map(entry).collect(), more: all.len() > size };
        follow.told = all.get(size.saturating_sub(1)).or(all.last()).map_or(follow.told, |(change, ..)| *change);
        answer(call, state, follow, told, "Collection(mailFolder)")
    })
}

/// Where this request stands: at the beginning of a sync, in a round, or between two.
fn place(call: &Call<'_>, state: &mut State, folder: u64) -> Result<Follow, Error> {
    let lost = |lost: NotKept| Error::sync_state(lost.generation, &lost.kept);
    if let Some(token) = call.option("deltatoken").filter(|token| !token.eq_ignore_ascii_case("latest")) {
        let follow = Follow::read(token)?;
        if follow.folder != folder {
            return Err(Error::sync_state_invalid());
        }
        state.rounds.check(follow.sync, follow.generation).map_err(lost)?;
        return Ok(follow);
    }
    if let Some(token) = call.option("skiptoken") {
        let follow = Follow::read(token)?;
        if !state.rounds.knows(follow.sync) {
            return Err(Error::sync_state(follow.generation, &[]));
        }
        return if follow.folder == folder { Ok(follow) } else { Err(Error::sync_state_invalid()) };
    }
    // `$deltatoken=latest` is passed over for mail: there is no "from now on" (facts 1.3).
    let wish = Wish::of(call)?;
    let (sync, start) = (state.rounds.begin(), state.change());
    Ok(Follow { sync, folder, start, wish, ..Follow::default() })
}

/// Everything that is there, newest first.
fn first_round(
    call: &Call<'_>,
    state: &State,
    follow: &mut Follow,
    view: &View<'_>,
    wanted: impl Fn(&Item) -> bool,
) -> Told {
    let Some(folder) = state.folders.get(&follow.folder) else { return Told { value: Vec::new(), more: false } };
    let below = follow.place.unwrap_or((i64::MAX, u64::MAX));
    let mut rest =
        folder.order.range(..below).rev().filter_map(|(_, key)| state.by_key(*key)).filter(|item| wanted(item));
    let page: Vec<&Item> = rest.by_ref().take(follow.page(call)).collect();
    let more = rest.next().is_some();
    follow.place = page.last().map(|item| (item.received_ms, item.key));
    follow.told = follow.start;
    let value =
        if follow.wants("created") { page.iter().map(|item| typed(view.message(item))).collect() } else { Vec::new() };
    Told { value, more }
}

/// What changed, in the order it happened.
fn later_round(
    call: &Call<'_>,
    state: &State,
    follow: &mut Follow,
    view: &View<'_>,
    wanted: impl Fn(&Item) -> bool,
) -> Told {
    let Some(folder) = state.folders.get(&follow.folder) else { return Told { value: Vec::new(), more: false } };
    let size = follow.page(call);
    let (mut value, mut more) = (Vec::new(), false);
    for (change, entry) in folder.journal.0.range(follow.told + 1..) {
        let told = match *entry {
            Entry::Here { key } => {
                state.by_key(key).filter(|item| wanted(item)).and_then(|item| changed(follow, view, item))
            }
            Entry::Gone { key, place } => follow.wants("deleted").then(|| {
                let naming = &call.mailbox.naming;
                let id =
                    if call.prefer.immutable { naming.write(Form::Key, key) } else { naming.write(Form::Place, place) };
                removed(id, "deleted")
            }),
        };
        if told.is_some() && value.len() == size {
            more = true;
            break;
        }
        value.extend(told);
        follow.told = *change;
    }
    Told { value, more }
}

/// A message that is new in the folder, whole; of one that was there only what changed, where that is `isRead` alone.
fn changed(follow: &Follow, view: &View<'_>, item: &Item) -> Option<Value> {
    if item.entered > follow.since {
        return follow.wants("created").then(|| typed(view.message(item)));
    }
    if !follow.wants("updated") {
        return None;
    }
    let mut shown = typed(view.message(item));
    if item.solid_change <= follow.since {
        let kept = ["@odata.type", "@odata.etag", "id", "isRead"];
        if let Some(shown) = shown.as_object_mut() {
            shown.retain(|name, _| kept.contains(&name.as_str()));
        }
    }
    Some(shown)
}

fn answer(call: &Call<'_>, state: &mut State, follow: Follow, told: Told, kind: &str) -> Result<Answer, Error> {
    let mut body = Map::new();
    body.insert("@odata.context".into(), format!("{}/$metadata#{kind}", call.root).into());
    let (name, link) = if told.more {
        ("@odata.nextLink", bare_link(call, "$skiptoken", &follow.write()))
    } else {
        let generation = state.rounds.finish(follow.sync);
        let since = follow.told.max(follow.start);
        let next = Follow { generation, since, told: since, start: 0, place: None, ..follow };
        ("@odata.deltaLink", bare_link(call, "$deltatoken", &next.write()))
    };
    body.insert(name.into(), link.into());
    body.insert("value".into(), told.value.into());
    Ok(call.answer(StatusCode::OK, &body.into())?.with("preference-applied", "odata.track-changes"))
}

fn options(wish: &Wish) -> Query {
    let options = [("$select", &wish.select), ("$expand", &wish.expand)];
    Query(options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect())
}

fn typed(mut shown: Value) -> Value {
    if let Some(shown) = shown.as_object_mut() {
        shown.shift_insert(0, "@odata.type".to_owned(), "#microsoft.graph.message".into());
    }
    shown
}

fn removed(id: String, reason: &str) -> Value {
    json!({"id": id, "@removed": {"reason": reason}})
}
