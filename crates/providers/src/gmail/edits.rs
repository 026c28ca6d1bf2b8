//! Changing, trashing and deleting messages and threads. Trashing is a label change: 5 units of quota against the 20 of
//! `messages.trash`, with the same effect (facts 1.1).

use model::message::{MessageEdit, Placement};
use model::{Fault, MessageId, ThreadId};
use reqwest::Method;

use super::fault::Call;
use super::http::{Http, segment};
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
    let message: wire::Message = http.json(http.request(Method::POST, &path).json(change), Call::Write).await?;
    Ok(placement::of_labels(message.label_ids))
}

/// Removes a message for good. Needs the full scope (facts 3).
pub(super) async fn delete(http: &Http, id: &MessageId) -> Result<(), Fault> {
    let path = format!("/messages/{}", segment(id.as_str())?);
    http.done(http.request(Method::DELETE, &path), Call::Write).await
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
    modify_thread(http, id, current, &change).await
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
    let thread: wire::Thread = http.json(http.request(Method::POST, &path).json(change), Call::Write).await?;
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
