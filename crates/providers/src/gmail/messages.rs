//! Listing and fetching.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use model::sync::NativeQuery;
use model::{Fault, MessageId, ThreadId, Timestamp};
use reqwest::Method;

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::{Http, segment};
use super::reading::Reading;
use super::{placement, wire};
use crate::{IdPage, RemoteMessage, Wanted};

/// Largest page Gmail gives.
const MAX_PAGE: u32 = 500;

const RAW: &str = "format=raw&fields=id,threadId,labelIds,internalDate,raw";

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
        .query(&[("fields", "messages(id,threadId),nextPageToken")]);
    let list: wire::MessageList = http.json(request, Operation::MessagesList).await?;
    let listed = list.messages.into_iter().map(|m| (MessageId(m.id), ThreadId(m.thread_id)));
    let (ids, threads) = listed.unzip();
    Ok(IdPage { ids, threads, next: list.next_page_token, ..IdPage::default() })
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
    let list: wire::ThreadList = http.json(request, Operation::ThreadsList).await?;
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

/// Messages with their raw bytes. Gmail's listings show nothing of a message, and its raw form brings everything.
pub(super) async fn fetch(http: &Http, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage, Fault>>, Fault> {
    let paths = wanted.iter().map(|one| path(&one.id, RAW)).collect();
    Reading { http, operation: Operation::MessagesGet, paths, decode: remote_message }.all().await
}

/// Where one message is read in a format.
pub(super) fn path(id: &MessageId, format: &str) -> Result<String, Fault> {
    segment(id.as_str()).map(|id| format!("/messages/{id}?{format}"))
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
}
