//! Messages as MIME: read whole, and taken in as base64 under `text/plain`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

use super::errors::Error;
use super::method::Call;
use crate::google::Answer;
use crate::world::headers;

/// `GET messages/{id}/$value`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let raw = call.item(&state)?.content.raw().clone();
    Ok(Answer::new(StatusCode::OK, "text/plain", raw))
}

/// Whether the body is MIME in base64 rather than JSON.
pub(crate) fn is_mime(call: &Call<'_>) -> bool {
    let kind = call.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("text/plain")
}

/// The message in a MIME body.
pub(crate) fn read(body: &[u8]) -> Result<Vec<u8>, Error> {
    let packed: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let raw = STANDARD.decode(packed).map_err(|_| Error::not_base64())?;
    if headers::fields(&raw).next().is_none() {
        return Err(Error::bad_mime());
    }
    Ok(raw)
}
