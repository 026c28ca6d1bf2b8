//! How raw bytes travel: inside JSON while they are small, as an upload above (facts 3.3, 1.4).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use model::{Fault, FaultKind, ThreadId};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::http::Http;

/// Largest message sent inside JSON: older backends refuse JSON bodies over 1,048,576 bytes, and base64 adds a third.
const MAX_JSON_RAW: usize = 700_000;
/// Largest message by upload (discovery document: `mediaUpload.maxSize` of `messages.send`).
pub(super) const MAX_UPLOAD: usize = 36_700_160;

/// Where a message's bytes stand in the JSON body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"raw": ...}` (`messages.send`).
    Message,
    /// `{"message": {"raw": ...}}` (`drafts.*`).
    Draft,
}

/// A request that carries a message to `path`.
pub(super) fn request(
    http: &Http,
    method: Method,
    path: &str,
    shape: Shape,
    raw: &Bytes,
    thread: Option<&ThreadId>,
) -> Result<RequestBuilder, Fault> {
    if raw.len() > MAX_UPLOAD {
        return Err(Fault::new(
            FaultKind::MessageTooLarge,
            "Gmail takes messages of at most 35 MiB, attachments in base64 included.",
        ));
    }
    let mut message = serde_json::Map::new();
    if let Some(thread) = thread {
        message.insert("threadId".into(), thread.as_str().into());
    }
    if raw.len() <= MAX_JSON_RAW {
        message.insert("raw".into(), URL_SAFE.encode(raw).into());
        return Ok(http.request(method, path).json(&shaped(shape, message)));
    }
    let boundary = boundary(raw);
    Ok(http
        .upload(method, &format!("{path}?uploadType=multipart"))
        .header(CONTENT_TYPE, format!("multipart/related; boundary={boundary}"))
        .body(related(&shaped(shape, message), raw, &boundary)))
}

fn shaped(shape: Shape, message: serde_json::Map<String, Value>) -> Value {
    match shape {
        Shape::Message => Value::Object(message),
        Shape::Draft => json!({ "message": message }),
    }
}

/// `multipart/related`: the JSON, then the message as it is.
fn related(metadata: &Value, raw: &[u8], boundary: &str) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{metadata}\r\n\
         --{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    [head.as_bytes(), raw, tail.as_bytes()].concat()
}

/// A boundary that does not occur in the message.
fn boundary(raw: &[u8]) -> String {
    let mut salt = 0u64;
    loop {
        let candidate = format!("postroad_upload_{salt:016x}");
        if memchr::memmem::find(raw, candidate.as_bytes()).is_none() {
            return candidate;
        }
        salt = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::secret::SecretString;

    use super::*;

    struct Still;

    impl model::Clock for Still {
        fn now(&self) -> model::Timestamp {
            model::Timestamp::UNIX_EPOCH
        }
    }

    #[test]
    fn boundaries_do_not_occur_in_the_message() {
        let taken = boundary(b"");
        assert_ne!(boundary(taken.as_bytes()), taken);
    }

    #[test]
    fn the_size_chooses_the_way_and_ends_it() {
        let (client, token) = (reqwest::Client::new(), SecretString::from("t"));
        let http =
            Http::new(client, "http://127.0.0.1:9", token, Arc::new(Still), Arc::new(crate::Unmetered::default()));
        let url = |bytes: usize| {
            let raw = Bytes::from(vec![b'x'; bytes]);
            let built = request(&http, Method::POST, "/messages/send", Shape::Message, &raw, None);
            built.map(|request| request.build().unwrap().url().path().to_owned())
        };
        assert_eq!(url(MAX_JSON_RAW).unwrap(), "/gmail/v1/users/me/messages/send");
        assert_eq!(url(MAX_JSON_RAW + 1).unwrap(), "/upload/gmail/v1/users/me/messages/send");
        assert_eq!(url(MAX_UPLOAD).unwrap(), "/upload/gmail/v1/users/me/messages/send");
        assert_eq!(url(MAX_UPLOAD + 1).unwrap_err().kind, FaultKind::MessageTooLarge);
        assert!(base64::encoded_len(MAX_JSON_RAW, true).unwrap() < 1_048_576 - 1024, "room for the JSON around it");
    }

    #[test]
    fn an_upload_carries_the_message_as_it_is() {
        let body = related(&json!({"threadId": "t"}), b"A: b\r\n\r\n\xff", "x");
        let text = String::from_utf8_lossy(&body);
        assert!(text.starts_with("--x\r\nContent-Type: application/json"));
        assert!(text.contains("{\"threadId\":\"t\"}\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n"));
        assert!(text.ends_with("\r\n--x--\r\n"));
    }
}
