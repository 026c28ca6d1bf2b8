//! How a caller wants something sent: `Idempotency-Key`, `Prefer: wait=N`, and the fields `send_at` and `use_draft`.

use std::time::Duration;

use engine::outbox::{MOST_KEY, Wish};
use http::HeaderMap;
use mail::compose::File;
use model::Timestamp;
use serde::Serialize;

use super::compose::Draft;
use crate::app::sha256;
use crate::error::Refusal;

/// Longest wait a caller may ask for, in seconds: the contract's own deadline.
const MOST_WAIT: u64 = 90;

/// The wish of a request for `what` (its method and path), which came with these headers and content.
pub fn wish(headers: &HeaderMap, what: &str, content: &Content<'_>) -> Result<Wish, Refusal> {
    Ok(Wish { key: key(headers, what, content)?, patience: patience(headers)?, ..Wish::default() })
}

/// What of a request decides whether another with its key is the same.
#[derive(Serialize)]
pub struct Content<'a> {
    /// The JSON.
    pub json: &'a serde_json::Value,
    /// What came beside it, in order.
    pub files: Vec<Part<'a>>,
}

/// One file.
#[derive(Serialize)]
pub struct Part<'a>(&'a str, &'a str, Option<&'a str>, bool, String);

impl<'a> Content<'a> {
    /// Content without files.
    pub fn of(json: &'a serde_json::Value) -> Self {
        Self { json, files: Vec::new() }
    }

    /// With files.
    pub fn with(self, files: &'a [File]) -> Self {
        let part = |file: &'a File| {
            let hash = sha256(&file.content).iter().map(|byte| format!("{byte:02x}")).collect();
            Part(&file.filename, &file.content_type, file.content_id.as_deref(), file.inline, hash)
        };
        Self { files: files.iter().map(part).collect(), ..self }
    }
}

/// The idempotency key with the hash of its request (1 to 256 characters; contract facts, section 1.5).
pub fn key(headers: &HeaderMap, what: &str, content: &Content<'_>) -> Result<Option<(String, [u8; 32])>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.chars().count() > MOST_KEY {
        let message = "Idempotency-Key must be 256 characters or fewer, of ASCII, and not empty.";
        return Err(Refusal::invalid("Idempotency-Key", message).typed("api.invalid_idempotency_key"));
    }
    let content = serde_json::to_vec(content).map_err(|error| model::Fault::internal(error.to_string()))?;
    let request = [what.as_bytes(), b"\n", &content].concat();
    Ok(Some((text.to_owned(), sha256(&request))))
}

/// `Prefer: wait=N` (RFC 7240 section 4.3), in seconds.
fn patience(headers: &HeaderMap) -> Result<Option<Duration>, Refusal> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let wait = preferences.flat_map(|value| value.split([',', ';'])).find_map(|one| {
        let (name, value) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("wait").then(|| value.trim().trim_matches('"').to_owned())
    });
    let Some(wait) = wait else { return Ok(None) };
    match wait.parse::<u64>() {
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds.min(MOST_WAIT)))),
        Err(_) => Err(Refusal::invalid("Prefer", "Prefer: wait takes whole seconds, for example wait=10")),
    }
}

impl Draft {
    /// When it is to be sent, if not at once.
    pub fn send_at(&self) -> Result<Option<Timestamp>, Refusal> {
        send_at(self.wire.send_at)
    }
}

/// Unix seconds as an instant; 0 counts as left out.
pub fn send_at(given: Option<i64>) -> Result<Option<Timestamp>, Refusal> {
    let Some(seconds) = given.filter(|seconds| *seconds != 0) else { return Ok(None) };
    let at = Timestamp::from_second(seconds);
    at.map(Some).map_err(|_| Refusal::invalid("send_at", "send_at takes Unix seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_key_stands_for_its_request() {
        let hash = |what: &str, json: &serde_json::Value| {
            key(&headers("idempotency-key", "k"), what, &Content::of(json)).unwrap().unwrap().1
        };
        assert_eq!(hash("send", &json!({ "a": 1 })), hash("send", &json!({ "a": 1 })));
        assert_ne!(hash("send", &json!({ "a": 1 })), hash("send", &json!({ "a": 2 })));
        assert_ne!(hash("send", &json!({ "a": 1 })), hash("folder", &json!({ "a": 1 })));
    }

    #[test]
    fn keys_have_1_to_256_characters() {
        let nothing = json!({});
        for bad in [String::new(), "x".repeat(257)] {
            assert!(key(&headers("idempotency-key", &bad), "", &Content::of(&nothing)).is_err());
        }
        assert!(key(&headers("idempotency-key", &"x".repeat(256)), "", &Content::of(&nothing)).unwrap().is_some());
        assert!(key(&HeaderMap::new(), "", &Content::of(&nothing)).unwrap().is_none());
    }

    #[test]
    fn callers_say_how_long_they_wait() {
        let wait = |value: &str| patience(&headers("prefer", value));
        assert_eq!(wait("wait=10").unwrap(), Some(Duration::from_secs(10)));
        assert_eq!(wait("respond-async, wait=0").unwrap(), Some(Duration::ZERO));
        assert_eq!(wait("wait=900").unwrap(), Some(Duration::from_secs(90)));
        assert_eq!(wait("return=minimal").unwrap(), None);
        assert!(wait("wait=soon").is_err());
    }
}
