//! Messages that come as media: simple, multipart and resumable (facts 3.3).

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::Google;
use super::errors::Error;
use super::route::{Door, Found};
use super::wire::{Answer, Incoming};
use crate::upload::{Progress, SessionError, split_related};

/// What an upload request turned out to be.
#[derive(Debug)]
pub(crate) enum Upload {
    /// A resumable session was opened; nothing has happened yet.
    Started(Answer),
    /// The message is here.
    Whole { body: Map<String, Value>, media: Bytes },
}

/// What a request to an open session turned out to be.
#[derive(Debug)]
pub(crate) enum Resumed {
    /// It is none.
    No,
    /// More is to come, or the session cannot go on.
    Answer(Answer),
    /// The last byte has come.
    Whole(Box<Whole>),
}

/// A resumable upload at its end, as if it had come in one piece.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) incoming: Incoming,
    pub(crate) body: Map<String, Value>,
    pub(crate) media: Option<Bytes>,
}

/// Reads an upload's body, or opens a session for it.
pub(crate) fn read(google: &Google, found: &Found, incoming: &Incoming) -> Result<Upload, Error> {
    let limit = found.method.upload.unwrap_or_default();
    let content_type = incoming.content_type();
    let kind = incoming.query.get("uploadType").or_else(|| incoming.query.get("upload_protocol"));
    let kind = kind.unwrap_or(if content_type.starts_with("multipart/") { "multipart" } else { "media" });
    if matches!(kind, "resumable") {
        return start(google, incoming, limit).map(Upload::Started);
    }
    let (body, media) = match kind {
        "multipart" => {
            let (body, media) =
                split_related(content_type, &incoming.body).map_err(|bad| Error::bad_upload(bad.to_string()))?;
            (object(body)?, Bytes::from(media))
        }
        "media" | "raw" => (Map::new(), incoming.body.clone()),
        other => return Err(Error::bad_upload(format!("Unsupported uploadType: {other}"))),
    };
    if media.len() as u64 > limit {
        return Err(Error::too_large());
    }
    Ok(Upload::Whole { body, media })
}

/// Takes a chunk for an open session.
pub(crate) fn resume(google: &Google, found: &Found, incoming: &Incoming) -> Result<Resumed, Error> {
    let Some(session) = incoming.query.get("upload_id").filter(|_| found.door == Door::Upload) else {
        return Ok(Resumed::No);
    };
    if incoming.method == http::Method::DELETE {
        return cancel(google, session).map(Resumed::Answer);
    }
    match google.sessions.put(session, incoming.header("content-range"), &incoming.body).map_err(refusal)? {
        Progress::More { received } => Ok(Resumed::Answer(more(received))),
        Progress::Complete { metadata, bytes } => {
            let mut incoming = incoming.clone();
            if let (None, Some(token)) = (incoming.bearer(), metadata["token"].as_str()) {
                incoming.query.0.push(("access_token".to_owned(), token.to_owned()));
            }
            let body = metadata["body"].as_object().cloned().unwrap_or_default();
            Ok(Resumed::Whole(Box::new(Whole { incoming, body, media: Some(bytes.into()) })))
        }
    }
}

fn start(google: &Google, incoming: &Incoming, limit: u64) -> Result<Answer, Error> {
    let body = match incoming.body.iter().all(u8::is_ascii_whitespace) {
        true => Value::Object(Map::new()),
        false => serde_json::from_slice(&incoming.body).map_err(|error| Error::invalid_json(&error.to_string()))?,
    };
    let total = incoming.header("x-upload-content-length").and_then(|length| length.parse().ok());
    let metadata = json!({"token": incoming.bearer(), "body": body});
    let session = google.sessions.start(metadata, total, limit).map_err(refusal)?;
    let mut query = incoming.query.clone();
    query.0.retain(|(name, _)| name != "access_token");
    query.0.push(("upload_id".to_owned(), session.clone()));
    let location = format!("{}{}?{}", incoming.base, incoming.path, query.to_text());
    Ok(Answer::google(StatusCode::OK, Bytes::new()).with("location", &location).with("x-guploader-uploadid", &session))
}

/// 308: go on behind what has arrived.
fn more(received: u64) -> Answer {
    let answer = Answer { status: StatusCode::PERMANENT_REDIRECT, ..Answer::empty() };
    match received {
        0 => answer,
        received => answer.with("range", &format!("bytes=0-{}", received - 1)),
    }
}

/// A session that is given up is answered 499, whatever one thinks of it.
fn cancel(google: &Google, session: &str) -> Result<Answer, Error> {
    if !google.sessions.cancel(session) {
        return Err(Error::not_found());
    }
    Ok(Answer { status: StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST), ..Answer::empty() })
}

fn object(value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Null => Ok(Map::new()),
        _ => Err(Error::invalid_json("Root element must be a message.")),
    }
}

fn refusal(error: SessionError) -> Error {
    match error.status() {
        404 => Error::not_found(),
        413 => Error::too_large(),
        _ => Error::bad_upload(error.to_string()),
    }
}
