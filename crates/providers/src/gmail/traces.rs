//! Finding what we saved or sent when the answer to it was lost: by a marker header, among the newest drafts and sent
//! messages. The lists of a label are used, because a search is behind what just happened (facts 1.4).

use std::time::Duration;

use model::outbox::MARKER;
use model::sync::NativeQuery;
use model::{DraftId, Fault, FaultKind, MessageId, ThreadId, Timestamp};
use reqwest::Method;

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::{Http, segment};
use super::messages;
use super::reading::Reading;
use super::wire;
use crate::{DraftState, Receipt, Trace};

/// The label of sent messages.
const SENT: &str = "SENT";
/// Messages looked at, at most: what was saved or sent since is among the newest.
const MOST: u32 = 100;
/// Looked at together; what is sought is nearly always among the first.
const AT_ONCE: usize = 10;
/// The header is [`MARKER`].
const MARKS: &str =
    "format=metadata&metadataHeaders=X-Postroad-Submission&fields=id,threadId,internalDate,payload/headers";
/// How far the provider's clock may be behind ours.
const SKEW: Duration = Duration::from_secs(300);

/// The draft that bears a mark.
pub(super) async fn draft(http: &Http, marker: &str, since: Timestamp) -> Result<Option<Receipt>, Fault> {
    let query = [("maxResults", "100"), ("fields", "drafts(id,message/id)")];
    let list: wire::DraftList =
        http.json(http.request(Method::GET, "/drafts").query(&query), Operation::DraftsList).await?;
    let drafts: Vec<(DraftId, MessageId)> =
        list.drafts.into_iter().map(|d| (DraftId(d.id), MessageId(d.message.id))).collect();
    let ids: Vec<MessageId> = drafts.iter().map(|(_, message)| message.clone()).collect();
    let found = newest(http, &ids, since, |one| one.marker.as_deref() == Some(marker)).await?;
    Ok(found.map(|receipt| {
        let draft = drafts.into_iter().find(|(_, message)| *message == receipt.message_id);
        Receipt { draft_id: draft.map(|(draft, _)| draft), ..receipt }
    }))
}

/// Whether a draft is still there. A sent message has an id of its own, so nothing tells more here.
pub(super) async fn draft_state(http: &Http, id: &DraftId) -> Result<DraftState, Fault> {
    let path = format!("/drafts/{}?format=minimal&fields=id", segment(id.as_str())?);
    match http.json::<wire::Id>(http.request(Method::GET, &path), Operation::DraftsGet).await {
        Ok(_) => Ok(DraftState::There),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(DraftState::Gone),
        Err(fault) => Err(fault),
    }
}

/// The sent message of a trace.
pub(super) async fn sent(http: &Http, trace: &Trace) -> Result<Option<Receipt>, Fault> {
    let query = NativeQuery { folder: Some(SENT.into()), ..NativeQuery::default() };
    let page = messages::list(http, query, None, MOST).await?;
    newest(http, &page.ids, trace.since, |one| is_traced(one, trace)).await
}

/// By its mark; what bears none, by its thread and time.
fn is_traced(one: &Marked, trace: &Trace) -> bool {
    match (&one.marker, &trace.thread) {
        (Some(marker), _) => *marker == trace.marker,
        (None, Some(thread)) => one.thread_id == *thread && one.received_at >= trace.since,
        (None, None) => false,
    }
}

/// The first that fits, newest first, until what is looked at is older than `since`.
async fn newest(
    http: &Http,
    ids: &[MessageId],
    since: Timestamp,
    fits: impl Fn(&Marked) -> bool,
) -> Result<Option<Receipt>, Fault> {
    let earliest = since.checked_sub(SKEW).unwrap_or(Timestamp::MIN);
    for some in ids.chunks(AT_ONCE) {
        let mut older = false;
        for one in marks(http, some).await? {
            let one = match one {
                Ok(one) => one,
                // Gone since it was listed.
                Err(fault) if fault.kind == FaultKind::NotFound => continue,
                // It may be the one: no answer is better than a wrong one.
                Err(fault) => return Err(fault),
            };
            if fits(&one) {
                return Ok(Some(Receipt { message_id: one.id, thread_id: one.thread_id, draft_id: None }));
            }
            older |= one.received_at < earliest;
        }
        if older {
            break;
        }
    }
    Ok(None)
}

/// Where a message of ours may have left its mark, without its body.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Marked {
    id: MessageId,
    thread_id: ThreadId,
    /// The marker header, if it has one.
    marker: Option<String>,
    received_at: Timestamp,
}

/// The marks of messages.
async fn marks(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<Marked, Fault>>, Fault> {
    let paths = ids.iter().map(|id| messages::path(id, MARKS)).collect();
    Reading { http, operation: Operation::MessagesGet, paths, decode: marked }.all().await
}

fn marked(body: &[u8], now: Timestamp) -> Result<Marked, Fault> {
    let message: wire::MarkedMessage =
        serde_json::from_slice(body).map_err(|e| fault::unreadable(&e.to_string(), Call::Read))?;
    let date = message.internal_date.and_then(|n| i64::try_from(n.0).ok());
    let headers = message.payload.headers.into_iter();
    let marker = headers.filter(|header| header.name.eq_ignore_ascii_case(MARKER)).map(|header| header.value).next();
    Ok(Marked {
        id: MessageId(message.id),
        thread_id: ThreadId(message.thread_id),
        marker,
        received_at: date.and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(now),
    })
}
