//! Google's error envelope with both of its layers (facts 1.3, 1.4), read from whatever is there of it.

use std::borrow::Cow;

use serde_json::Value;

use crate::wire::{bounded, object_of, start_of};

/// An error body, parsed as far as it parses.
pub(super) struct Envelope {
    /// The body when it is JSON.
    json: Option<Value>,
    /// The start of the body as text, for what is not JSON.
    text: String,
    /// Bytes of the body that were looked at.
    length: usize,
}

impl Envelope {
    /// Reads a body. Never fails: GFE answers in HTML, proxies in anything.
    pub(super) fn read(body: &[u8]) -> Self {
        let body = bounded(body);
        let json = serde_json::from_slice(body).ok();
        let text = if json.is_none() { String::from_utf8_lossy(start_of(body)).into_owned() } else { String::new() };
        Self { json, text, length: body.len() }
    }

    /// The JSON object as the provider sent it, unless it is too long to be handed on or holds a token after all.
    pub(super) fn into_object(self) -> Option<Value> {
        let tokens = ["access_token", "refresh_token", "id_token"];
        let harmless = |json: &Value| !tokens.iter().any(|name| json.get(name).is_some());
        object_of(self.json, self.length).filter(harmless)
    }

    fn error(&self) -> Option<&Value> {
        self.json.as_ref()?.get("error")
    }

    fn first(&self) -> Option<&Value> {
        self.error()?.get("errors")?.get(0)
    }

    fn detail(&self, kind: &str) -> Option<&Value> {
        let details = self.error()?.get("details")?.as_array()?;
        details.iter().find(|d| d.get("@type").and_then(Value::as_str).is_some_and(|t| t.ends_with(kind)))
    }

    /// `error.errors[0].reason`.
    pub(super) fn reason(&self) -> Option<&str> {
        self.first()?.get("reason")?.as_str()
    }

    /// `error.status`, the canonical name.
    pub(super) fn status(&self) -> Option<&str> {
        self.error()?.get("status")?.as_str()
    }

    /// `error` itself where it is a word (the token endpoint).
    pub(super) fn word(&self) -> Option<&str> {
        self.error()?.as_str()
    }

    /// `error_description` (the token endpoint).
    pub(super) fn description(&self) -> Option<&str> {
        self.json.as_ref()?.get("error_description")?.as_str()
    }

    /// `error_subtype` (the token endpoint).
    pub(super) fn subtype(&self) -> Option<&str> {
        self.json.as_ref()?.get("error_subtype")?.as_str()
    }

    /// `reason` of the `google.rpc.ErrorInfo` detail.
    pub(super) fn info(&self) -> Option<&str> {
        self.detail("ErrorInfo")?.get("reason")?.as_str()
    }

    /// A value of the `ErrorInfo` detail's metadata.
    pub(super) fn metadata(&self, key: &str) -> Option<&str> {
        self.detail("ErrorInfo")?.get("metadata")?.get(key)?.as_str()
    }

    /// `retryDelay` of the `google.rpc.RetryInfo` detail (`"5.5s"`).
    pub(super) fn retry_delay(&self) -> Option<&str> {
        self.detail("RetryInfo")?.get("retryDelay")?.as_str()
    }

    /// What tells the error in a word, most telling first.
    pub(super) fn code(&self) -> Option<String> {
        self.reason().or_else(|| self.info()).or_else(|| self.status()).or_else(|| self.word()).map(str::to_owned)
    }

    /// Everything said in words: both messages, or the start of the body when it is not JSON.
    pub(super) fn words(&self) -> Cow<'_, str> {
        if self.json.is_none() {
            return Cow::Borrowed(&self.text);
        }
        let mut words: Vec<&str> = [said(self.error()), said(self.first())].into_iter().flatten().collect();
        words.extend(self.description().map(clip));
        words.dedup();
        match words[..] {
            [only] => Cow::Borrowed(only),
            _ => Cow::Owned(words.join("\n")),
        }
    }

    /// Whether the body is JSON at all.
    pub(super) fn is_json(&self) -> bool {
        self.json.is_some()
    }
}

/// As much of a sentence as is searched.
fn clip(text: &str) -> &str {
    let bytes = start_of(text.as_bytes());
    std::str::from_utf8(bytes).unwrap_or_else(|cut| &text[..cut.valid_up_to()])
}

fn said(value: Option<&Value>) -> Option<&str> {
    value?.get("message")?.as_str().map(clip)
}
