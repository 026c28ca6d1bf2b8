//! `users.messages.send`, `insert` and `import`: messages that come from the caller.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::message_json::Stub;
use super::modify::stub;
use crate::google::errors::Error;
use crate::google::method::{Call, text_in};
use crate::google::wire::Answer;
use crate::world::mailbox::{Arrival, State};
use crate::world::message::Content;
use crate::world::submit::{SendRefusal, Submission};
use crate::world::{Id, date_of};

/// base64url, padded or not, as Gmail takes it.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// `POST /messages/send`.
pub(crate) fn send(call: &Call<'_>) -> Result<Answer, Error> {
    let raw = message(call)?;
    let thread = thread_in(call, &call.body)?;
    let (method, manner) = ("gmail.messages.send", call.manner);
    let submission = Submission { raw, thread, draft: None, method, notice_after: manner.notice_after() };
    let id = call.world().submit(&call.mailbox, submission).map_err(refusal)?;
    stub(call, id)
}

/// The message that `send` would send.
pub(crate) fn message(call: &Call<'_>) -> Result<Bytes, Error> {
    message_bytes(call, &call.body, "raw")
}

/// `POST /messages`: put into the mailbox as it is, dated now unless told otherwise.
pub(crate) fn insert(call: &Call<'_>) -> Result<Answer, Error> {
    let by_header = call.query.get("internalDateSource").is_some_and(is_date_header);
    put(call, by_header)
}

/// `POST /messages/import`: as if it had come by SMTP, dated by its Date field unless told otherwise.
pub(crate) fn import(call: &Call<'_>) -> Result<Answer, Error> {
    let by_header = call.query.get("internalDateSource").is_none_or(is_date_header);
    put(call, by_header)
}

/// The message handed in: as upload, or as `raw`.
pub(super) fn message_bytes(call: &Call<'_>, body: &Map<String, Value>, field: &str) -> Result<Bytes, Error> {
    if let Some(media) = &call.media {
        return Ok(media.clone());
    }
    let text = text_in(body, "raw")?.filter(|text| !text.is_empty()).ok_or_else(Error::raw_required)?;
    decode(text).map(Bytes::from).ok_or_else(|| Error::raw_undecodable(field, text))
}

/// `threadId`: refused when it is not hex (400), or hex but unknown (404; facts 1.4).
pub(super) fn thread_in(call: &Call<'_>, body: &Map<String, Value>) -> Result<Option<Id>, Error> {
    let Some(text) = text_in(body, "threadId")?.filter(|text| !text.is_empty()) else { return Ok(None) };
    let thread: Id = text.parse().map_err(|_| Error::invalid_thread_id())?;
    call.mailbox.read().threads.members(thread).ok_or_else(Error::not_found)?;
    Ok(Some(thread))
}

/// Why a message was not sent, in Gmail's words.
pub(super) fn refusal(refusal: SendRefusal) -> Error {
    match refusal {
        SendRefusal::NoRecipient => Error::recipient_required(),
        SendRefusal::BadField(name) => Error::invalid_header(name),
        SendRefusal::NoSuchDraft => Error::not_found(),
        SendRefusal::Limited { until_ms } => Error::retry_after(until_ms, "Mail sending"),
    }
}

/// Also the standard alphabet, which Gmail tolerates often enough for clients to rely on it (facts 3.1).
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    TOLERANT.decode(text).or_else(|_| general_purpose::STANDARD.decode(text)).ok()
}

fn is_date_header(source: &str) -> bool {
    matches!(source, "dateHeader" | "DATE_HEADER")
}

fn put(call: &Call<'_>, dated_by_header: bool) -> Result<Answer, Error> {
    let raw = message_bytes(call, &call.body, "raw")?;
    let thread = thread_in(call, &call.body)?;
    let labels = call.texts("labelIds")?;
    let now_ms = call.now_ms();
    let internal_date_ms = dated_by_header.then(|| date_of(&raw)).flatten().unwrap_or(now_ms);
    let arrival = Arrival { content: Content::new(raw), labels, internal_date_ms, thread };
    let id = call.mailbox.change(|state| {
        let unknown = arrival.labels.iter().find(|label| !may_carry(state, label));
        if let Some(label) = unknown {
            return Err(Error::invalid_label(label));
        }
        let id = state.add(arrival, now_ms);
        // `deleted`: kept for the administrator's vault only, so gone for the mailbox.
        Ok(if call.flag("deleted") {
            state.delete(id, now_ms).map(|message| (id, Some(message)))
        } else {
            Some((id, None))
        })
    })?;
    match id {
        Some((_, Some(message))) => call.answer(&Stub::labelled(&message)),
        Some((id, None)) => stub(call, id),
        None => Err(Error::not_found()),
    }
}

/// Mail that is brought in may have been sent; it cannot be a draft or a chat.
fn may_carry(state: &State, label: &str) -> bool {
    label == "SENT" || state.labels.is_settable(label)
}
