//! Changing, moving, copying and removing messages. Only what may be changed of received mail is: read, flag, categories, folder (facts
//! 1.7).

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::message::{MessageEdit, Placement};
use model::{Fault, FolderId, MessageId, ThreadId};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::bins::bins;
use super::categories;
use super::cost::Operation;
use super::http::{Http, segment, unreadable};
use super::messages::{conversation, gone};
use super::placement::{self, Bins};
use super::wire::{Message, SELECT};
use crate::Receipt;

/// Where each message of a thread lies.
pub(super) type Placed = Vec<(MessageId, Placement)>;

/// Messages of a thread changed at once: the mailbox bears no more (facts 2.1).
const AT_ONCE: usize = 4;

/// An edit as Graph can carry it out.
struct Edit<'e> {
    /// What is written into the message.
    patch: Map<String, Value>,
    /// Where it is moved.
    folder: Option<&'e FolderId>,
}

impl<'e> Edit<'e> {
    fn of(edit: &'e MessageEdit) -> Result<Self, Fault> {
        let mut patch = Map::new();
        if let Some(unread) = edit.unread {
            patch.insert("isRead".into(), (!unread).into());
        }
        if let Some(starred) = edit.starred {
            let status = if starred { "flagged" } else { "notFlagged" };
            patch.insert("flag".into(), json!({ "flagStatus": status }));
        }
        if let Some(names) = &edit.categories {
            categories::check(names)?;
            patch.insert("categories".into(), json!(names));
        }
        let folder = edit.folders.as_deref().map(only).transpose()?;
        Ok(Self { patch, folder })
    }
}

/// The one folder that a message can lie in.
fn only(folders: &[FolderId]) -> Result<&FolderId, Fault> {
    match folders {
        [folder] => Ok(folder),
        _ => Err(Fault::invalid("folders", "A message at Microsoft lies in exactly one folder: name one.")),
    }
}

/// Changes a message.
pub(super) async fn message(
    http: &Http,
    id: &MessageId,
    current: &Placement,
    edit: &MessageEdit,
) -> Result<Placement, Fault> {
    let edit = Edit::of(edit)?;
    let bins = match edit.folder {
        Some(folder) if !current.folders.contains(folder) => bins(http).await?,
        _ => known_bins(current),
    };
    change(http, id, current, &edit, &bins).await
}

/// Without a move, whether it is hidden stays as it was.
fn known_bins(current: &Placement) -> Bins {
    Bins { trash: current.folders.first().cloned().filter(|_| current.hidden), ..Bins::default() }
}

async fn change(
    http: &Http,
    id: &MessageId,
    current: &Placement,
    edit: &Edit<'_>,
    bins: &Bins,
) -> Result<Placement, Fault> {
    let mut placement = current.clone();
    let path = format!("/me/messages/{}", segment(id.as_str())?);
    if !edit.patch.is_empty() {
        let request = http.request(Method::PATCH, &format!("{path}?$select={SELECT}")).json(&edit.patch);
        placement = placed(http.json(request, Operation::MessagesUpdate).await, bins)?;
    }
    match edit.folder {
        Some(folder) if !current.folders.contains(folder) => relocate(http, &path, folder.as_str(), bins).await,
        _ => Ok(placement),
    }
}

/// Moves a message to the trash.
pub(super) async fn trash(http: &Http, id: &MessageId) -> Result<Placement, Fault> {
    let path = format!("/me/messages/{}", segment(id.as_str())?);
    let placement = relocate(http, &path, "deleteditems", &Bins::default()).await?;
    Ok(Placement { hidden: true, ..placement })
}

async fn relocate(http: &Http, path: &str, folder: &str, bins: &Bins) -> Result<Placement, Fault> {
    let request = http.request(Method::POST, &format!("{path}/move")).json(&json!({ "destinationId": folder }));
    placed(http.json(request, Operation::MessagesMove).await, bins)
}

/// Copies a message into a folder. The answer is the copy.
pub(super) async fn copy(http: &Http, id: &MessageId, folder: &FolderId) -> Result<Receipt, Fault> {
    let path = format!("/me/messages/{}/copy", segment(id.as_str())?);
    let request = http.request(Method::POST, &path).json(&json!({ "destinationId": folder }));
    let copy: Message = gone(http.json(request, Operation::MessagesCopy).await)?;
    let thread_id = ThreadId(conversation(&copy));
    Ok(Receipt { message_id: MessageId(copy.id), thread_id, draft_id: None })
}

fn placed(answer: Result<Message, Fault>, bins: &Bins) -> Result<Placement, Fault> {
    let message = gone(answer)?;
    placement::of(&message, bins)
        .ok_or_else(|| unreadable("a changed message came without what was selected", Operation::MessagesUpdate))
}

/// Removes a message for good. `DELETE` would only move it to the trash.
pub(super) async fn delete(http: &Http, id: &MessageId) -> Result<(), Fault> {
    let path = format!("/me/messages/{}/permanentDelete", segment(id.as_str())?);
    gone(http.done(http.request(Method::POST, &path).body(""), Operation::MessagesDelete).await)
}

/// Changes every message of a thread. One that fails leaves the rest undone; the same call may be repeated.
pub(super) async fn thread(
    http: &Http,
    current: &[(MessageId, Placement)],
    edit: &MessageEdit,
) -> Result<Placed, Fault> {
    let edit = &Edit::of(edit)?;
    let bins = &match edit.folder {
        Some(_) => bins(http).await?,
        None => Bins::default(),
    };
    let one = async |id: MessageId, placement: Placement| {
        let kept = known_bins(&placement);
        let bins = if edit.folder.is_some() { bins } else { &kept };
        change(http, &id, &placement, edit, bins).await.map(|placed| (id, placed))
    };
    let changes: Vec<_> = current.iter().cloned().map(|(id, placement)| one(id, placement)).collect();
    stream::iter(changes).buffered(AT_ONCE).try_collect().await
}

/// Moves a thread to the trash, drafts included.
pub(super) async fn trash_thread(http: &Http, current: &[(MessageId, Placement)]) -> Result<Placed, Fault> {
    let one = async |id: MessageId| trash(http, &id).await.map(|placed| (id, placed));
    let moves: Vec<_> = current.iter().map(|(id, _)| one(id.clone())).collect();
    stream::iter(moves).buffered(AT_ONCE).try_collect().await
}
