//! Changing, trashing and deleting messages and threads, by the calls that `plan` finds cheapest. Trashing is a label
//! change: 5 units of quota against the 20 of `messages.trash`, with the same effect (facts 1.1).

use model::message::{MessageEdit, Placement};
use model::{Fault, FaultKind, MessageId, ThreadId};
use reqwest::Method;

use super::cost::Operation;
use super::http::{Http, segment};
use super::plan::{self, Edit};
use super::{placement, wire};

/// Where each message of a thread lies.
pub(super) type Placed = Vec<(MessageId, Placement)>;

/// Changes a message.
pub(super) async fn message(
    http: &Http,
    id: &MessageId,
    current: &Placement,
    edit: &MessageEdit,
) -> Result<Placement, Fault> {
    let change = placement::change(&[current], edit)?;
    if change == wire::Modify::default() {
        return Ok(current.clone());
    }
    modify(http, id, &change).await
}

/// Moves a message to the trash.
pub(super) async fn trash(http: &Http, id: &MessageId) -> Result<Placement, Fault> {
    modify(http, id, &placement::to_trash()).await
}

async fn modify(http: &Http, id: &MessageId, change: &wire::Modify) -> Result<Placement, Fault> {
    let path = format!("/messages/{}/modify", segment(id.as_str())?);
    let message: wire::Message =
        http.json(http.request(Method::POST, &path).json(change), Operation::MessagesModify).await?;
    Ok(placement::of_labels(message.label_ids))
}

/// Gmail has no copies, and needs none.
pub(super) fn no_copies() -> Fault {
    let message = "A message at Gmail can be in several folders at once and is not copied: add the folder to its `folders` with PUT.";
    Fault::new(FaultKind::Unsupported, message)
}

/// Removes a message for good. Needs the full scope (facts 3).
pub(super) async fn delete(http: &Http, id: &MessageId) -> Result<(), Fault> {
    let path = format!("/messages/{}", segment(id.as_str())?);
    http.done(http.request(Method::DELETE, &path), Operation::MessagesDelete).await
}

/// Changes every message of a thread.
pub(super) async fn thread(
    http: &Http,
    id: &ThreadId,
    current: &[(MessageId, Placement)],
    edit: &MessageEdit,
) -> Result<Placed, Fault> {
    let placements: Vec<&Placement> = current.iter().map(|(_, p)| p).collect();
    let change = placement::change(&placements, edit)?;
    if change == wire::Modify::default() {
        return Ok(current.to_vec());
    }
    let (drafts, others): (Placed, Placed) = current.iter().cloned().partition(|(_, placement)| placement.draft);
    if drafts.is_empty() || others.is_empty() || !placement::marks(&change) {
        return modify_thread(http, id, current, &change).await;
    }
    // Gmail refuses the whole thread for the draft's sake, and the draft cannot be changed anyway.
    let mut all = modify_all(http, others, &change).await?;
    all.extend(drafts);
    Ok(all)
}

/// Makes one change to several messages. One that fails leaves the rest undone; the same call may be repeated.
async fn modify_all(http: &Http, messages: Placed, change: &wire::Modify) -> Result<Placed, Fault> {
    let mut all = Placed::with_capacity(messages.len());
    if plan::edit(messages.len(), http.regime()) == Edit::Each {
        for (id, _) in messages {
            let after = modify(http, &id, change).await?;
            all.push((id, after));
        }
        return Ok(all);
    }
    for some in messages.chunks(plan::MOST_AT_ONCE) {
        let ids = some.iter().map(|(id, _)| id.as_str()).collect();
        let request = http.request(Method::POST, "/messages/batchModify").json(&wire::BatchModify { ids, change });
        http.done(request, Operation::MessagesBatchModify).await?;
        all.extend(some.iter().map(|(id, before)| (id.clone(), placement::applied(before, change))));
    }
    Ok(all)
}

/// Moves a thread to the trash.
pub(super) async fn trash_thread(
    http: &Http,
    id: &ThreadId,
    current: &[(MessageId, Placement)],
) -> Result<Placed, Fault> {
    modify_thread(http, id, current, &placement::to_trash()).await
}

async fn modify_thread(
    http: &Http,
    id: &ThreadId,
    current: &[(MessageId, Placement)],
    change: &wire::Modify,
) -> Result<Placed, Fault> {
    let path = format!("/threads/{}/modify", segment(id.as_str())?);
    let thread: wire::Thread =
        http.json(http.request(Method::POST, &path).json(change), Operation::ThreadsModify).await?;
    Ok(placed(thread, current, change))
}

/// The placements the answer states; for messages it leaves out, what the change does to what was known.
fn placed(thread: wire::Thread, current: &[(MessageId, Placement)], change: &wire::Modify) -> Placed {
    let mut all: Placed =
        thread.messages.into_iter().map(|m| (MessageId(m.id), placement::of_labels(m.label_ids))).collect();
    for (id, before) in current {
        if !all.iter().any(|(known, _)| known == id) {
            all.push((id.clone(), placement::applied(before, change)));
        }
    }
    all
}
