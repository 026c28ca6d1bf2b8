//! Adding files to drafts and taking them away: small ones in one request, large ones piece by piece (facts 1.5).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Graph;
use super::attachments::{find, show};
use super::compose;
use super::errors::Error;
use super::method::{Call, empty, parameter};
use super::view::{View, instant};
use crate::google::{Answer, Incoming};
use crate::microsoft::mail::ExchangeMailbox;
use crate::microsoft::mail::ids::Form;
use crate::microsoft::mail::letter::{Attachment, Letter};
use crate::upload::ContentRange;
use crate::world::chance::secret;
use crate::world::message::Content;

/// From this size on a file needs a session: 3 MB.
const SMALL: usize = 3 << 20;
/// A session is refused below this size: 3 MB, less what a request with such a file holds beside it, so that each has a way.
const SMALLEST_SESSION: u64 = (3 << 20) - 1024;
/// The largest file: 150 MB.
const LARGEST: u64 = 150 << 20;
/// How long a session waits for the next piece.
const PATIENCE_MS: i64 = 3 * 86_400_000;

/// Uploads under way, by their secret.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

/// One upload under way.
#[derive(Debug)]
struct Session {
    email: String,
    /// The draft.
    key: u64,
    attachment: Attachment,
    size: u64,
    expires_ms: i64,
}

/// `POST messages/{id}/attachments`.
pub(crate) fn add(call: &Call<'_>) -> Result<Answer, Error> {
    let attachment = compose::attachment(&Value::Object(call.json()?))?;
    if attachment.bytes.len() > SMALL {
        return Err(Error::new(
            413,
            "ErrorRequestSizeExceeded",
            "The attachment is too large for one request; create an upload session.",
        ));
    }
    let key = draft(call)?;
    attach(&call.mailbox, key, attachment.clone(), call.now_ms())?;
    let view = View::from_query(&crate::google::Query::default(), &call.mailbox.naming, call.prefer.immutable, None)?;
    let state = call.mailbox.read();
    let item = state.by_key(key).ok_or_else(Error::no_item)?;
    call.answer(StatusCode::CREATED, &show(&view, item, &attachment))
}

/// `DELETE messages/{id}/attachments/{attachment}`.
pub(crate) fn remove(call: &Call<'_>) -> Result<Answer, Error> {
    let key = draft(call)?;
    let number = find(call, call.item(&call.mailbox.read())?)?.number();
    rewrite(&call.mailbox, key, call.now_ms(), |letter| letter.attachments.retain(|have| have.number() != number))?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `POST messages/{id}/attachments/createUploadSession`.
pub(crate) fn begin(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.json()?;
    let item = parameter(&body, "attachmentItem").and_then(Value::as_object);
    let item =
        item.ok_or_else(|| Error::new(400, "ErrorInvalidRequest", "The AttachmentItem parameter is missing."))?;
    let text = |name: &str| parameter(item, name).and_then(Value::as_str).map(str::to_owned);
    let size = parameter(item, "size").and_then(Value::as_u64).filter(|size| (1..=LARGEST).contains(size));
    let size = size.ok_or_else(|| {
        Error::new(400, "ErrorAttachmentSizeLimitExceeded", "The attachment's size must be between 1 byte and 150 MB.")
    })?;
    if size < SMALLEST_SESSION {
        let message = "Attachment size must be greater than the minimum size.";
        return Err(Error::new(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", message));
    }
    let name = text("name")
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Error::bad_property("Required property 'name' is missing on the attachment item."))?;
    let attachment = Attachment {
        name,
        content_type: text("contentType").unwrap_or_else(|| "application/octet-stream".to_owned()),
        content_id: text("contentId"),
        is_inline: parameter(item, "isInline").and_then(Value::as_bool).unwrap_or(false),
        ..Attachment::default()
    };
    let (key, expires_ms) = (draft(call)?, call.now_ms() + PATIENCE_MS);
    let session = Session { email: call.mailbox.email.clone(), key, attachment, size, expires_ms };
    let token = secret(43);
    let id = call.mailbox.naming.write(Form::Key, key);
    let base = call.root.rsplit_once('/').map_or(call.root.as_str(), |(base, _)| base);
    let account = BASE64_URL_SAFE_NO_PAD.encode(&call.mailbox.email);
    let url = format!(
        "{base}{PATH}Users('{account}')/Messages('{id}')/AttachmentSessions('{}')?authtoken={token}",
        secret(20)
    );
    call.graph.uploads.lock().insert(token, session);
    call.answer(
        StatusCode::CREATED,
        &json!({
            "@odata.context": format!("{}/$metadata#microsoft.graph.uploadSession", call.root),
            "uploadUrl": url, "expirationDateTime": instant(expires_ms), "nextExpectedRanges": ["0-"],
        }),
    )
}

/// Where pieces are put; at Microsoft's on a host of its own, `outlook.office.com`.
pub(crate) const PATH: &str = "/api/v2.0/";

/// `PUT`, `GET` and `DELETE` at the address of a session. Whoever knows it needs no token.
pub(crate) fn piece(graph: &Graph, incoming: &Incoming) -> Result<Answer, Error> {
    let now_ms = graph.world.clock().now_ms();
    let token = incoming.query.get("authtoken").unwrap_or_default().to_owned();
    let mut sessions = graph.uploads.lock();
    sessions.retain(|_, session| session.expires_ms > now_ms);
    let session = sessions
        .get_mut(&token)
        .ok_or_else(|| Error::new(404, "ErrorItemNotFound", "The upload session was not found."))?;
    match incoming.method {
        Method::DELETE => {
            sessions.remove(&token);
            return Ok(empty(StatusCode::NO_CONTENT));
        }
        Method::GET => return Ok(progress(session)),
        Method::PUT => {}
        _ => return Err(Error::no_verb()),
    }
    session.take(incoming)?;
    session.expires_ms = now_ms + PATIENCE_MS;
    if (session.attachment.bytes.len() as u64) < session.size {
        return Ok(progress(session));
    }
    let Some(done) = sessions.remove(&token) else { return Err(Error::no_item()) };
    drop(sessions);
    let mailbox = graph.world.exchange(&done.email).ok_or_else(Error::no_mailbox)?;
    let number = done.attachment.number();
    attach(&mailbox, done.key, done.attachment, now_ms)?;
    let id = mailbox.naming.write_attachment(Form::Key, done.key, number);
    let place = incoming.path.split("/AttachmentSessions").next().unwrap_or_default();
    let location = format!("{}{place}/Attachments('{id}')", incoming.base);
    Ok(empty(StatusCode::CREATED).with("location", &location))
}

/// What is expected next. The capital E and the missing dash are Exchange's own (facts 1.5).
fn progress(session: &Session) -> Answer {
    let body = json!({
        "@odata.context": "https://outlook.office.com/api/v2.0/$metadata#Users('x')/Messages('x')/AttachmentSessions/$entity",
        "ExpirationDateTime": instant(session.expires_ms),
        "nextExpectedRanges": [session.attachment.bytes.len().to_string()],
    });
    Answer::new(StatusCode::OK, "application/json; charset=utf-8", body.to_string())
}

impl Session {
    /// Takes the next piece; pieces come in order.
    fn take(&mut self, incoming: &Incoming) -> Result<(), Error> {
        let wrong = |message: &str| Error::new(400, "ErrorInvalidRange", message);
        let range = incoming.header("content-range").and_then(|text| ContentRange::parse(text).ok());
        let have = self.attachment.bytes.len() as u64;
        match range {
            Some(ContentRange::Bytes { first, last, total }) => {
                if first != have {
                    return Err(Error::new(
                        416,
                        "ErrorInvalidRange",
                        "The uploaded range is not the next one expected.",
                    ));
                }
                if total.is_some_and(|total| total != self.size)
                    || last >= self.size
                    || last + 1 - first != incoming.body.len() as u64
                {
                    return Err(wrong(
                        "The Content-Range header does not agree with the body or with the size of the session.",
                    ));
                }
            }
            _ => return Err(wrong("The Content-Range header is missing or cannot be read.")),
        }
        self.attachment.bytes.extend_from_slice(&incoming.body);
        Ok(())
    }
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of the draft the path names; files of received mail stay as they are.
fn draft(call: &Call<'_>) -> Result<u64, Error> {
    let state = call.mailbox.read();
    let item = call.item(&state)?;
    if item.marks.is_draft { Ok(item.key) } else { Err(Error::access_denied()) }
}

fn attach(mailbox: &ExchangeMailbox, key: u64, attachment: Attachment, now_ms: i64) -> Result<(), Error> {
    rewrite(mailbox, key, now_ms, |letter| letter.attachments.push(attachment))
}

fn rewrite(mailbox: &ExchangeMailbox, key: u64, now_ms: i64, edit: impl FnOnce(&mut Letter)) -> Result<(), Error> {
    mailbox.change(|state| {
        let mut letter = Letter::of(state.by_key(key).ok_or_else(Error::no_item)?.content.raw());
        edit(&mut letter);
        let content = Content::new(letter.write().into());
        state.edit(key, now_ms, true, |item| item.content = content).map(|_| ()).ok_or_else(Error::no_item)
    })
}
