//! Classifies refusals of IMAP servers. Pure: a response in, a fault out.
//!
//! The response code decides (RFC 5530, RFC 9051 7.1) unless it is one of those that providers stretch (Gmail says
//! OVERQUOTA for bandwidth, Yahoo LIMIT for a rate, Dovecot UNAVAILABLE for connections): there, and where no code came,
//! the provider's wording is asked first. Last comes what NO, BAD or BYE means for the command.

mod codes;
mod commands;
mod response;
pub(crate) mod signals;
mod texts;

use model::FaultKind::*;
use model::{Fault, Provider, Timestamp};
use serde_json::json;

use crate::retry_after;
use crate::ruling::{Finding, Ruling, is};
use crate::transport;
use crate::wire::{Excerpt, short_raw};
use response::Response;

/// A response line of an IMAP server, with or without its tag, or as some client printed it.
#[derive(Clone, Copy, Debug)]
pub struct ImapResponse<'a> {
    /// The line.
    pub line: &'a [u8],
    /// The command it answers (`LOGIN`, `SELECT`), when known.
    pub command: Option<&'a str>,
    /// The instant of the response.
    pub now: Timestamp,
}

/// Classifies a response that refuses something.
pub fn classify(imap: &ImapResponse<'_>) -> Fault {
    let excerpt = Excerpt::of(imap.line);
    let response = Response::of(&excerpt.text);
    let code = response.code.map(|code| code.to_ascii_uppercase());
    let error = json!({ "code": code, "message": short_raw(imap.line) });
    Finding {
        ruling: decide(&response, code.as_deref(), &excerpt.low, imap.command),
        wait: suggested(&excerpt.low, imap.now),
        provider: Provider::Imap,
        code: code.or_else(|| response.status.map(|status| status.to_ascii_uppercase())),
        error: Some(error),
        raw: imap.line,
    }
    .into_fault()
}

fn decide(response: &Response<'_>, code: Option<&str>, low: &str, command: Option<&str>) -> Ruling {
    let listed = code.and_then(|code| codes::ruling(code, command));
    let stretched = code.is_none_or(codes::is_stretched) || listed.is_none();
    let worded = || texts::find(low);
    stretched
        .then(worded)
        .flatten()
        .or(listed)
        .or_else(|| commands::ruling(response.status, command.or(response.command)))
        .or_else(|| transport::fault::by_text(low))
        .unwrap_or(is(Unknown))
}

/// Exchange names its pause in the text: `Request is throttled. Suggested Backoff Time: 299961 milliseconds`.
fn suggested(low: &str, now: Timestamp) -> Option<Timestamp> {
    let (_, rest) = low.split_once("suggested backoff time:")?;
    let mut words = rest.split_whitespace();
    let number = words.next()?;
    words.next().filter(|unit| unit.starts_with("millisecond"))?;
    retry_after::milliseconds(number)?.until(now)
}

#[cfg(test)]
mod tests;
