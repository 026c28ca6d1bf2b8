//! Google's classifiers live with the Gmail client and speak its words; this puts an observation into them.

use std::borrow::Cow;

use model::Fault;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::Protocol;
use crate::gmail::fault::{Call, api, token};
use crate::operation;
use crate::wire::{WireAnswer, embedded_object};

/// Classifies an answer of Gmail REST or of Google's OAuth endpoints.
pub(super) fn classify(protocol: Protocol, answer: &WireAnswer<'_>) -> Fault {
    let status = answer.status.unwrap_or_default();
    let headers = header_map(answer.headers);
    let body = clean(answer.bounded());
    match protocol {
        Protocol::GoogleOauth => token(status, &headers, &body, answer.now),
        _ => api(status, &headers, &body, call(answer.operation), answer.now),
    }
}

fn call(name: Option<&str>) -> Call {
    match name {
        Some(name) if name.starts_with("history") => Call::History,
        Some(name) if operation::sends(Some(name)) => Call::Send,
        Some(name) if name.ends_with(".list") || name.ends_with(".get") => Call::Read,
        _ => Call::Write,
    }
}

/// The error object out of a log line around it; anything else as it is.
fn clean(body: &[u8]) -> Cow<'_, [u8]> {
    if body.trim_ascii_start().starts_with(b"{") {
        return Cow::Borrowed(body);
    }
    let object = embedded_object(body).filter(|object| object.get("error").is_some());
    object.map_or(Cow::Borrowed(body), |object| Cow::Owned(object.to_string().into_bytes()))
}

/// Fields that are no valid header fields are left out.
fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let field =
        |(name, value): &(&str, &str)| Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?));
    headers.iter().filter_map(field).collect()
}
