//! Listing and fetching. A listing shows all of a message but its bytes, so that each message costs one request more.

use std::collections::HashSet;
use std::sync::OnceLock;

use futures_util::stream::{self, StreamExt as _};
use model::message::Placement;
use model::sync::NativeQuery;
use model::{Fault, FaultKind, FolderId, MessageId, ThreadId};
use reqwest::Method;

use super::batch::{self, Part};
use super::bins::bins;
use super::cost::Operation;
use super::http::{Http, segment, unreadable};
use super::place::Place;
use super::placement::{self, Bins};
use super::query;
use super::wire::{Message, Page, SELECT};
use crate::entries::settle;
use crate::{Glimpse, Glimpses, IdPage, RemoteMessage, Wanted};

/// Messages read at once by one call: the mailbox bears no more (facts 2.1).
const AT_ONCE: usize = 4;

/// One page of message ids.
pub(super) async fn list(http: &Http, query: NativeQuery, page: Option<String>, limit: u32) -> Result<IdPage, Fault> {
    let place = page.as_deref().map(Place::read).transpose()?;
    let link = place.as_ref().map_or_else(|| query::listing(&query, limit), |place| place.link(&query, limit))?;
    let bins = match place.and_then(|place| place.bins) {
        Some(bins) => bins,
        None => bins(http).await?,
    };
    let page: Page<Message> = http.json(http.request(Method::GET, &link), Operation::MessagesList).await?;
    let next = page.next.map(|link| http.below(&link, Operation::MessagesList)).transpose()?;
    let next = next.map(|link| Place::at(&link, &query, limit, &bins)).transpose()?;
    let mut found = IdPage { next: next.and_then(|place| place.written()), ..IdPage::default() };
    for message in page.value {
        let lies_in = message.parent_folder_id.clone().map(FolderId);
        if !query.include_hidden && lies_in.is_some_and(|folder| bins.hide(&folder)) {
            continue;
        }
        // What is shown in part is asked for when it is fetched, where it harms no other.
        let glimpse = placement::glimpse(&message, &bins).map(|(_, glimpse)| glimpse);
        found.threads.push(ThreadId(conversation(&message)));
        let id = MessageId(message.id);
        found.glimpses.0.extend(glimpse.map(|glimpse| (id.clone(), glimpse)));
        found.ids.push(id);
    }
    Ok(found)
}

/// One page of thread ids: those of the messages that match, each once. Graph has no listing of threads.
pub(super) async fn list_threads(
    http: &Http,
    query: NativeQuery,
    page: Option<String>,
    limit: u32,
) -> Result<(Vec<ThreadId>, Option<String>), Fault> {
    let found = list(http, query, page, limit).await?;
    let mut seen = HashSet::new();
    let threads = found.threads.into_iter().filter(|thread| seen.insert(thread.clone())).collect();
    Ok((threads, found.next))
}

/// Messages with their raw bytes.
pub(super) async fn fetch(http: &Http, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage, Fault>>, Fault> {
    let known = known(http, wanted).await?;
    let stopped = OnceLock::new();
    let reads: Vec<_> =
        wanted.iter().zip(known).map(|(one, known)| read(http, &stopped, one.id.clone(), known)).collect();
    settle(stream::iter(reads).buffered(AT_ONCE).collect().await)
}

/// What is known of each; asked for where no listing showed it.
async fn known(http: &Http, wanted: &[Wanted]) -> Result<Vec<Result<Glimpse, Fault>>, Fault> {
    let unknown: Vec<MessageId> = wanted.iter().filter(|one| one.glimpse.is_none()).map(|one| one.id.clone()).collect();
    let mut asked = glimpses(http, &unknown).await?.into_iter();
    let known = |one: &Wanted| match &one.glimpse {
        Some(glimpse) => Ok(glimpse.clone()),
        None => asked.next().unwrap_or_else(|| Err(unreadable("too few answers", Operation::MessagesGet))),
    };
    Ok(wanted.iter().map(known).collect())
}

/// Reads one. After a fault of the whole mailbox the others are not asked for any more.
async fn read(
    http: &Http,
    stopped: &OnceLock<Fault>,
    id: MessageId,
    known: Result<Glimpse, Fault>,
) -> Result<RemoteMessage, Fault> {
    let Glimpse { thread_id, placement, received_at } = known?;
    if let Some(fault) = stopped.get() {
        return Err(fault.clone());
    }
    let raw = http.value(&format!("/me/messages/{}/$value", segment(id.as_str())?)).await;
    let raw = raw.inspect_err(|fault| {
        if fault.kind.meets_others() {
            stopped.get_or_init(|| fault.clone());
        }
    })?;
    Ok(RemoteMessage { id, thread_id, placement, received_at, raw })
}

/// What there is to know of messages but their bytes, one entry each.
async fn glimpses(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<Glimpse, Fault>>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let bins = bins(http).await?;
    let entries = select(http, ids).await?;
    let glimpse = |message: Message| {
        // Asked for by itself it is shown whole.
        let message = Message { conversation_id: Some(conversation(&message)), ..message };
        placement::glimpse(&message, &bins).map(|(_, glimpse)| glimpse)
    };
    Ok(entries.into_iter().map(|entry| glimpse(entry?).ok_or_else(incomplete)).collect())
}

/// A message's conversation: what is in none is one by itself.
pub(super) fn conversation(message: &Message) -> String {
    message.conversation_id.clone().unwrap_or_else(|| message.id.clone())
}

/// Where messages lie, one entry each.
pub(super) async fn placements(
    http: &Http,
    ids: &[(MessageId, Option<ThreadId>)],
) -> Result<Vec<Result<Placement, Fault>>, Fault> {
    let ids: Vec<MessageId> = ids.iter().map(|(id, _)| id.clone()).collect();
    Ok(glimpses(http, &ids).await?.into_iter().map(|entry| entry.map(|glimpse| glimpse.placement)).collect())
}

/// Messages as selected, one entry each.
pub(super) async fn select(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<Message, Fault>>, Fault> {
    let path = |id: &MessageId| Ok(Part::get(format!("/me/messages/{}?$select={SELECT}", segment(id.as_str())?)));
    let read = batch::read(http, Operation::MessagesGet, ids.iter().map(path).collect()).await?;
    Ok(read.into_iter().map(|entry| gone(batch::decoded(entry, Operation::MessagesGet))).collect())
}

/// An id that Graph cannot have issued, or of another mailbox, names nothing here.
pub(super) fn gone<T>(entry: Result<T, Fault>) -> Result<T, Fault> {
    const NOBODYS: &[&str] = &["ErrorInvalidIdMalformed", "ErrorInvalidIdEmpty", "ErrorInvalidMailboxItemId"];
    entry.map_err(|fault| match &fault.provider_code {
        Some(code) if NOBODYS.iter().any(|known| known.eq_ignore_ascii_case(code)) => {
            Fault { kind: FaultKind::NotFound, ..fault }
        }
        _ => fault,
    })
}

fn incomplete() -> Fault {
    unreadable("a message came without what was selected", Operation::MessagesGet)
}

/// Glimpses of whatever an answer shows whole.
pub(super) fn shown(messages: &[Message], bins: &Bins) -> Glimpses {
    Glimpses(messages.iter().filter_map(|message| placement::glimpse(message, bins)).collect())
}
