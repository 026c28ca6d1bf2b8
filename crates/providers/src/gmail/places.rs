//! Where messages lie, by the cheapest calls.

use std::collections::HashMap;

use model::message::Placement;
use model::{Fault, MessageId, ThreadId, Timestamp};

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::{Http, segment};
use super::plan::{self, Places};
use super::reading::Reading;
use super::{messages, placement, wire};

const MESSAGE: &str = "format=minimal&fields=id,threadId,labelIds";
const THREAD: &str = "format=minimal&fields=messages(id,labelIds)";

type Entries = Vec<Option<Result<Placement, Fault>>>;

/// One entry per id, in order.
pub(super) async fn placements(
    http: &Http,
    ids: &[(MessageId, Option<ThreadId>)],
) -> Result<Vec<Result<Placement, Fault>>, Fault> {
    let Places { threads, mut messages } = plan::places(ids.iter().map(|(_, thread)| thread.as_ref()), http.regime());
    let mut entries: Entries = ids.iter().map(|_| None).collect();
    read_threads(http, ids, &threads, &mut entries).await?;
    // What its thread did not show may lie in another one by now, or be gone: asked for by itself.
    messages.extend(threads.into_iter().flat_map(|(_, members)| members).filter(|&i| entries[i].is_none()));
    let paths = messages.iter().map(|&i| messages::path(&ids[i].0, MESSAGE)).collect();
    let read = Reading { http, operation: Operation::MessagesGet, paths, decode: of_message }.all().await;
    match read {
        Ok(read) => messages.iter().zip(read).for_each(|(&i, entry)| entries[i] = Some(entry)),
        Err(fault) if entries.iter().all(Option::is_none) => return Err(fault),
        Err(fault) => messages.iter().for_each(|&i| entries[i] = Some(Err(fault.clone()))),
    }
    Ok(entries.into_iter().flatten().collect())
}

/// Reads whole threads and takes from them what was asked for.
async fn read_threads(
    http: &Http,
    ids: &[(MessageId, Option<ThreadId>)],
    threads: &[(ThreadId, Vec<usize>)],
    entries: &mut Entries,
) -> Result<(), Fault> {
    let path = |id: &ThreadId| segment(id.as_str()).map(|id| format!("/threads/{id}?{THREAD}"));
    let paths = threads.iter().map(|(id, _)| path(id)).collect();
    let read = Reading { http, operation: Operation::ThreadsGet, paths, decode: of_thread }.all().await?;
    for ((_, members), thread) in threads.iter().zip(read) {
        match thread {
            Ok(mut placed) => members.iter().for_each(|&i| entries[i] = placed.remove(&ids[i].0).map(Ok)),
            // No such thread: nothing is said of its messages yet.
            Err(fault) if fault.kind == model::FaultKind::NotFound => {}
            Err(fault) => members.iter().for_each(|&i| entries[i] = Some(Err(fault.clone()))),
        }
    }
    Ok(())
}

fn of_message(body: &[u8], _now: Timestamp) -> Result<Placement, Fault> {
    let message: wire::Message = read(body)?;
    Ok(placement::of_labels(message.label_ids))
}

fn of_thread(body: &[u8], _now: Timestamp) -> Result<HashMap<MessageId, Placement>, Fault> {
    let thread: wire::Thread = read(body)?;
    Ok(thread.messages.into_iter().map(|m| (MessageId(m.id), placement::of_labels(m.label_ids))).collect())
}

fn read<'x, T: serde::Deserialize<'x>>(body: &'x [u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|e| fault::unreadable(&e.to_string(), Call::Read))
}
