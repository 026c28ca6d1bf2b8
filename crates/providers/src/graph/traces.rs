//! Finding what we saved or sent when the answer to it was lost: by a marker header, among the newest drafts and sent
//! messages. The folders are listed, because a search is behind what just happened.

use std::time::Duration;

use model::outbox::MARKER;
use model::{DraftId, Fault, FaultKind, MessageId, Timestamp};
use reqwest::Method;

use super::cost::Operation;
use super::http::{Http, segment};
use super::placement::instant;
use super::wire::{Header, Message, Page};
use super::{attach, drafts, mime};
use crate::{Receipt, Trace};

/// Messages looked at, at most: what was saved or sent since is among the newest.
const MOST: &str = "50";
/// How far the provider's clock may be behind ours.
const SKEW: Duration = Duration::from_secs(300);
/// What is looked at of each. The header fields of a draft may be left out of the answer all the same.
const MARKS: &str = "id,conversationId,receivedDateTime,createdDateTime,isDraft,internetMessageHeaders";

/// A message, and the header fields it may be recognised by.
struct Marked {
    message: Message,
    headers: Vec<Header>,
}

/// The draft that bears a mark. Half a draft, whose files were never added, is none: it is removed.
pub(super) async fn draft(http: &Http, marker: &str, since: Timestamp) -> Result<Option<Receipt>, Fault> {
    // What was accepted for sending lies there too until it leaves, but is no draft any more (facts 1.1).
    let newest = newest(http, "drafts", since).await?;
    for message in newest.into_iter().filter(|message| message.is_draft == Some(true)) {
        let Some(marked) = marked(http, message).await? else { continue };
        if marked.value(MARKER) != Some(marker) {
            continue;
        }
        if is_whole(http, &marked).await? {
            return drafts::receipt(marked.message).map(Some);
        }
        drafts::delete(http, &DraftId(marked.message.id)).await?;
    }
    Ok(None)
}

/// The sent message of a trace.
pub(super) async fn sent(http: &Http, trace: &Trace) -> Result<Option<Receipt>, Fault> {
    for message in newest(http, "sentitems", trace.since).await? {
        let in_thread = trace.thread.as_ref().is_some_and(|thread| Some(&thread.0) == message.conversation_id.as_ref());
        let after = time(&message).is_some_and(|at| at >= trace.since);
        let Some(marked) = marked(http, message).await? else { continue };
        let traced = match marked.value(MARKER) {
            Some(marker) => marker == trace.marker,
            None => in_thread && after,
        };
        if traced {
            return drafts::receipt(marked.message).map(|receipt| Some(Receipt { draft_id: None, ..receipt }));
        }
    }
    Ok(None)
}

/// The newest messages of a folder that are not older than an instant.
async fn newest(http: &Http, folder: &str, since: Timestamp) -> Result<Vec<Message>, Fault> {
    let earliest = since.checked_sub(SKEW).unwrap_or(Timestamp::MIN);
    let path =
        format!("/me/mailFolders/{folder}/messages?$select={MARKS}&$top={MOST}&$orderby=receivedDateTime%20desc");
    let page: Page<Message> = http.json(http.request(Method::GET, &path), Operation::MessagesList).await?;
    Ok(page.value.into_iter().filter(|message| time(message).is_none_or(|at| at >= earliest)).collect())
}

/// When a message came to be here: the later of what is told.
fn time(message: &Message) -> Option<Timestamp> {
    let told = [&message.received_date_time, &message.created_date_time];
    told.into_iter().flatten().filter_map(|text| instant(text)).max()
}

/// A message with its header fields, read from its bytes where the listing leaves them out. `None` when it is gone by now.
async fn marked(http: &Http, mut message: Message) -> Result<Option<Marked>, Fault> {
    if let Some(headers) = message.internet_message_headers.take().filter(|headers| !headers.is_empty()) {
        return Ok(Some(Marked { message, headers }));
    }
    match http.value(&format!("/me/messages/{}/$value", segment(&message.id)?)).await {
        Ok(raw) => Ok(Some(Marked { headers: fields(&raw), message })),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        // It may be the one: no answer is better than a wrong one.
        Err(fault) => Err(fault),
    }
}

/// The header fields of a message.
pub(super) fn fields(raw: &[u8]) -> Vec<Header> {
    let parsed = mail_parser::MessageParser::default().parse_headers(raw);
    let fields = parsed.iter().flat_map(|message| message.headers_raw());
    fields.map(|(name, value)| Header { name: name.to_owned(), value: value.trim().to_owned() }).collect()
}

impl Marked {
    fn value(&self, name: &str) -> Option<&str> {
        let field = self.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        field.map(|field| field.value.trim())
    }
}

/// Whether the files that were to be added after the draft was saved are there.
async fn is_whole(http: &Http, marked: &Marked) -> Result<bool, Fault> {
    let Some(promise) = marked.headers.iter().find(|field| mime::is_promise(&field.name)) else { return Ok(true) };
    let sizes = attach::sizes(http, &MessageId(marked.message.id.clone())).await?;
    Ok(mime::kept(promise.value.trim(), &sizes))
}
