//! Listing and fetching.

use std::borrow::Cow;
use std::collections::VecDeque;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use model::message::Placement;
use model::outbox::MARKER;
use model::sync::NativeQuery;
use model::{Fault, FaultKind, MessageId, ThreadId, Timestamp};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::fault::{self, Call};
use super::http::{Http, segment};
use super::{batch, origin, placement, wire};
use crate::{IdPage, RemoteMessage};

/// Calls in one batch: the documentation discourages more (facts 1.2), and each runs at once with the others.
const BATCH: usize = 50;
/// Largest batch answer held in memory; a batch of large messages is split.
const MAX_BATCH: usize = 64 * 1024 * 1024;
/// Largest single message: 150 MiB as imported, in base64, with room.
const MAX_SINGLE: usize = 212 * 1024 * 1024;
/// Largest page Gmail gives.
const MAX_PAGE: u32 = 500;

const RAW: &str = "format=raw&fields=id,threadId,labelIds,internalDate,raw";
const MINIMAL: &str = "format=minimal&fields=id,threadId,labelIds";
/// The header is [`MARKER`].
const MARKS: &str =
    "format=metadata&metadataHeaders=X-Postroad-Submission&fields=id,threadId,internalDate,payload/headers";

/// Reads padded and unpadded base64url alike: Gmail writes both (facts 3.1).
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One page of message ids.
pub(super) async fn list(http: &Http, query: NativeQuery, page: Option<String>, limit: u32) -> Result<IdPage, Fault> {
    let request = http
        .request(Method::GET, "/messages")
        .query(&list_query(&query, page.as_deref(), limit))
        .query(&[("fields", "messages/id,nextPageToken")]);
    let list: wire::MessageList = http.json(request, Call::Read).await?;
    Ok(IdPage { ids: list.messages.into_iter().map(|m| MessageId(m.id)).collect(), next: list.next_page_token })
}

/// One page of thread ids.
pub(super) async fn list_threads(
    http: &Http,
    query: NativeQuery,
    page: Option<String>,
    limit: u32,
) -> Result<(Vec<ThreadId>, Option<String>), Fault> {
    let request = http
        .request(Method::GET, "/threads")
        .query(&list_query(&query, page.as_deref(), limit))
        .query(&[("fields", "threads/id,nextPageToken")]);
    let list: wire::ThreadList = http.json(request, Call::Read).await?;
    Ok((list.threads.into_iter().map(|t| ThreadId(t.id)).collect(), list.next_page_token))
}

fn list_query<'x>(query: &'x NativeQuery, page: Option<&'x str>, limit: u32) -> Vec<(&'static str, Cow<'x, str>)> {
    let mut pairs = vec![("maxResults", Cow::Owned(limit.clamp(1, MAX_PAGE).to_string()))];
    if let Some(q) = query.query.as_deref().filter(|q| !q.is_empty()) {
        pairs.push(("q", q.into()));
    }
    if let Some(folder) = &query.folder {
        pairs.push(("labelIds", folder.as_str().into()));
    }
    if query.include_hidden {
        pairs.push(("includeSpamTrash", "true".into()));
    }
    if let Some(page) = page {
        pairs.push(("pageToken", page.into()));
    }
    pairs
}

/// Messages with their raw bytes.
pub(super) async fn fetch(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<RemoteMessage, Fault>>, Fault> {
    Reading { http, ids, query: RAW, decode: remote_message }.all().await
}

/// Placements alone.
pub(super) async fn placements(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<Placement, Fault>>, Fault> {
    Reading { http, ids, query: MINIMAL, decode: minimal }.all().await
}

/// Where a message of ours may have left its mark, without its body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Marked {
    pub(super) id: MessageId,
    pub(super) thread_id: ThreadId,
    /// The marker header, if it has one.
    pub(super) marker: Option<String>,
    pub(super) received_at: Timestamp,
}

/// The marks of messages.
pub(super) async fn marks(http: &Http, ids: &[MessageId]) -> Result<Vec<Result<Marked, Fault>>, Fault> {
    Reading { http, ids, query: MARKS, decode: marked }.all().await
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

fn minimal(body: &[u8], _now: Timestamp) -> Result<Placement, Fault> {
    let message: wire::Message =
        serde_json::from_slice(body).map_err(|e| fault::unreadable(&e.to_string(), Call::Read))?;
    Ok(placement::of_labels(message.label_ids))
}

/// Decodes a message in `raw` format.
pub(super) fn remote_message(body: &[u8], now: Timestamp) -> Result<RemoteMessage, Fault> {
    let message: wire::RawMessage<'_> =
        serde_json::from_slice(body).map_err(|e| fault::unreadable(&e.to_string(), Call::Read))?;
    let Some(raw) = message.raw else { return Err(fault::unreadable("the message came without `raw`", Call::Read)) };
    let date = message.internal_date.and_then(|n| i64::try_from(n.0).ok());
    Ok(RemoteMessage {
        thread_id: ThreadId(message.thread_id.into_owned()),
        placement: placement::of_labels(message.label_ids),
        received_at: date.and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(now),
        raw: Bytes::from(base64url(&raw)?),
        id: MessageId(message.id.into_owned()),
    })
}

/// Decodes base64url; the standard alphabet and line ends are tolerated on a second look.
fn base64url(text: &str) -> Result<Vec<u8>, Fault> {
    TOLERANT.decode(text).or_else(|_| {
        let mended: Vec<u8> = text
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .map(|b| match b {
                b'+' => b'-',
                b'/' => b'_',
                b => b,
            })
            .collect();
        TOLERANT.decode(mended).map_err(|e| fault::unreadable(&format!("`raw` is not base64url: {e}"), Call::Read))
    })
}

/// Reads many messages in one format.
struct Reading<'x, T> {
    http: &'x Http,
    ids: &'x [MessageId],
    query: &'static str,
    decode: fn(&[u8], Timestamp) -> Result<T, Fault>,
}

type Slots<T> = Vec<Option<Result<T, Fault>>>;

impl<T> Reading<'_, T> {
    /// One entry per id, in order. Reads in batches and shrinks them while answers are larger than memory allows.
    async fn all(self) -> Result<Vec<Result<T, Fault>>, Fault> {
        let mut slots: Slots<T> = self.ids.iter().map(|_| None).collect();
        let mut waiting: VecDeque<usize> = (0..self.ids.len()).collect();
        let mut size = BATCH;
        while !waiting.is_empty() {
            let group: Vec<usize> = waiting.drain(..size.min(waiting.len())).collect();
            match self.group(&group, &mut slots).await {
                Ok(complete) => {
                    if !complete {
                        size = (size / 2).max(1);
                        group.iter().rev().filter(|&&i| slots[i].is_none()).for_each(|&i| waiting.push_front(i));
                    }
                }
                Err(fault) if slots.iter().all(Option::is_none) => return Err(fault),
                Err(fault) => {
                    slots.iter_mut().filter(|s| s.is_none()).for_each(|s| *s = Some(Err(fault.clone())));
                    waiting.clear();
                }
            }
        }
        settle(slots)
    }

    /// Reads some messages; says whether every one of them has its entry now.
    async fn group(&self, group: &[usize], slots: &mut Slots<T>) -> Result<bool, Fault> {
        if let &[only] = group {
            slots[only] = Some(self.single(&self.ids[only]).await?);
            return Ok(true);
        }
        let ids: Vec<MessageId> = group.iter().map(|&i| self.ids[i].clone()).collect();
        let request =
            self.http.batch().header(CONTENT_TYPE, batch::content_type()).body(batch::request(&ids, self.query));
        let answer = self.http.send(request, Call::Read, MAX_BATCH).await?;
        let Some(boundary) = batch::boundary(&answer.content_type) else {
            return Err(fault::unreadable("the batch was not answered with multipart/mixed", Call::Read));
        };
        for inner in batch::parse(&answer.body, boundary) {
            if let Some(&index) = group.get(inner.index) {
                slots[index] = Some(self.inner(&answer.body, &inner));
            }
        }
        if !answer.cut {
            for &index in group {
                slots[index].get_or_insert_with(|| Err(missing(&self.ids[index])));
            }
        }
        Ok(!answer.cut)
    }

    fn inner(&self, body: &[u8], inner: &batch::Inner) -> Result<T, Fault> {
        let content = &body[inner.body.clone()];
        if (200..300).contains(&inner.status) {
            (self.decode)(content, self.http.now())
        } else {
            let headers = retry_after(&body[inner.headers.clone()]);
            let fault = fault::api(inner.status, &headers, content, Call::Read, self.http.now());
            Err(fault.answering(origin::batched(inner.status)))
        }
    }

    /// One message by itself. The outer error is one that says nothing about the message.
    async fn single(&self, id: &MessageId) -> Result<Result<T, Fault>, Fault> {
        let path = match segment(id.as_str()) {
            Ok(id) => format!("/messages/{id}?{}", self.query),
            Err(fault) => return Ok(Err(fault)),
        };
        match self.http.send(self.http.request(Method::GET, &path), Call::Read, MAX_SINGLE).await {
            Ok(answer) if answer.cut => Ok(Err(fault::unreadable("the message is larger than 150 MiB", Call::Read))),
            Ok(answer) => Ok((self.decode)(&answer.body, self.http.now())),
            Err(fault) if concerns_more_than_one(fault.kind) => Err(fault),
            Err(fault) => Ok(Err(fault)),
        }
    }
}

/// The one inner header that classification looks at.
fn retry_after(block: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(value) = batch::header(block, b"retry-after").and_then(|v| HeaderValue::from_bytes(v).ok()) {
        headers.insert(HeaderName::from_static("retry-after"), value);
    }
    headers
}

fn missing(id: &MessageId) -> Fault {
    match segment(id.as_str()) {
        Err(fault) => fault,
        Ok(_) => fault::unreadable("the batch answer ended before this message", Call::Read),
    }
}

/// When every entry failed for a reason that concerns the mailbox, nothing was fetched and that is the answer.
fn settle<T>(slots: Slots<T>) -> Result<Vec<Result<T, Fault>>, Fault> {
    let entries: Vec<Result<T, Fault>> = slots.into_iter().flatten().collect();
    let common = entries.iter().all(|e| e.as_ref().is_err_and(|f| concerns_more_than_one(f.kind)));
    match entries.first() {
        Some(Err(fault)) if common => Err(fault.clone()),
        _ => Ok(entries),
    }
}

/// Whether a failure would have met any other message just as well.
fn concerns_more_than_one(kind: FaultKind) -> bool {
    !matches!(
        kind,
        FaultKind::NotFound
            | FaultKind::InvalidRequest
            | FaultKind::PermissionDenied
            | FaultKind::ConflictOrPrecondition
            | FaultKind::MessageTooLarge
            | FaultKind::TransientBackend
            | FaultKind::Unknown
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_messages_are_decoded_in_either_alphabet() {
        let body = |raw: &str| {
            format!(
                "{{\n \"id\": \"a\",\n \"threadId\": \"t\",\n \"labelIds\": [\"INBOX\"],\n \"internalDate\": \"1700000000123\",\n \"raw\": \"{raw}\"\n}}"
            )
        };
        for raw in ["_-4_Pg==", "_-4_Pg", "/+4/Pg==", "_-4_Pg\\u003d\\u003d", "_-4_\\r\\nPg"] {
            let m = remote_message(body(raw).as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(m.raw.as_ref(), b"\xff\xee\x3f\x3e", "{raw}");
            assert_eq!(m.received_at.as_millisecond(), 1_700_000_000_123);
        }
        assert!(remote_message(body("!").as_bytes(), Timestamp::UNIX_EPOCH).is_err());
        assert!(remote_message(b"{\"id\":\"a\"}", Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_fault_of_the_whole_mailbox_is_the_answer_only_when_nothing_came() {
        let throttled = || Some(Err(Fault::new(FaultKind::RateLimitedUser, "x")));
        let gone = || Some(Err(Fault::not_found("x")));
        assert!(settle::<()>(vec![throttled(), throttled()]).is_err());
        assert!(settle(vec![throttled(), Some(Ok(()))]).is_ok());
        assert!(settle::<()>(vec![gone(), gone()]).is_ok());
        assert!(settle::<()>(vec![]).is_ok());
    }
}
