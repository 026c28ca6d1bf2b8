//! `uploadType=multipart`: a JSON part, then the media part.

use crate::multipart::{self, BadMultipart};
use serde_json::Value;

/// Why an upload body was refused; Google answers 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUpload {
    /// The request is not multipart.
    #[error("Content-Type must be multipart/related, not {0:?}")]
    NotMultipart(String),
    /// The framing cannot be read.
    #[error("Malformed multipart body: {0}")]
    Framing(#[from] BadMultipart),
    /// There must be exactly two parts.
    #[error("Missing end boundary in multipart body, or not two parts: found {0}")]
    NotTwoParts(usize),
    /// The first part is not JSON.
    #[error("Invalid JSON in the metadata part: {0}")]
    BadJson(String),
    /// The media part uses a transfer encoding that cannot be undone.
    #[error("the media part's Content-Transfer-Encoding {0:?} cannot be decoded; send binary or base64")]
    BadEncoding(String),
}

/// Splits a `multipart/related` upload into its metadata and the media bytes, which come out exactly as framed.
/// An empty metadata part reads as `{}`. A media part marked `base64` is decoded; `binary`, `7bit` and `8bit` are not
/// touched. `multipart/mixed` is taken as well, as Google does.
///
/// # Errors
/// [`BadUpload`], which says what to answer.
pub fn split_related(content_type: &str, body: &[u8]) -> Result<(Value, Vec<u8>), BadUpload> {
    let essence = multipart::essence(content_type);
    if !essence.starts_with("multipart/") {
        return Err(BadUpload::NotMultipart(essence));
    }
    let parts = match multipart::split(content_type, body, 2) {
        Err(BadMultipart::TooManyParts(n)) => return Err(BadUpload::NotTwoParts(n + 1)),
        other => other?,
    };
    let [metadata, media] = parts.as_slice() else { return Err(BadUpload::NotTwoParts(parts.len())) };
    Ok((metadata_json(metadata.body)?, decoded(media)?))
}

fn metadata_json(body: &[u8]) -> Result<Value, BadUpload> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|error| BadUpload::BadJson(error.to_string()))
}

fn decoded(media: &multipart::RawPart<'_>) -> Result<Vec<u8>, BadUpload> {
    let encoding = multipart::header(&media.headers, "content-transfer-encoding").unwrap_or("binary");
    match encoding.to_ascii_lowercase().as_str() {
        "binary" | "7bit" | "8bit" | "" => Ok(media.body.to_vec()),
        "base64" => base64_lines(media.body).ok_or_else(|| BadUpload::BadEncoding(encoding.to_owned())),
        _ => Err(BadUpload::BadEncoding(encoding.to_owned())),
    }
}

fn base64_lines(body: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let packed: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}
