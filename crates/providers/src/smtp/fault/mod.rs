//! Classifies refusals of SMTP servers, at submission and in bounces. Pure: a reply in, a fault out.
//!
//! The first digit decides between later and never, the enhanced status code (RFC 3463, RFC 5248) names the cause,
//! vendors' codes go before the registered ones, and the wording is read only where the big hosts use one code for many
//! causes. A 4xx is always "later", except where later does not help.

mod enhanced;
mod parse;
mod replies;
pub(crate) mod signals;
mod texts;
mod vendor;

use model::FaultKind::*;
use model::{Fault, Provider, Timestamp};
use serde_json::json;

use crate::ruling::{Advice, Finding, Ruling, is};
use crate::transport;
use crate::wire::{Excerpt, short_raw};
pub(crate) use enhanced::Enhanced;
use parse::Parsed;

/// A reply of an SMTP server: its lines joined, with or without the code in front, or as some client printed it.
#[derive(Clone, Copy, Debug)]
pub struct SmtpReply<'a> {
    /// The reply code, when known apart from the text.
    pub code: Option<u16>,
    /// The text.
    pub text: &'a [u8],
    /// `send`, `delivery` (from a bounce), `AUTH`, `RCPT`, when known.
    pub operation: Option<&'a str>,
    /// The instant of the reply.
    pub now: Timestamp,
}

/// Classifies a reply that refuses something.
pub fn classify(reply: &SmtpReply<'_>) -> Fault {
    let excerpt = Excerpt::of(reply.text);
    let parsed = Parsed::of(reply.code, &excerpt.text);
    let enhanced = parsed.enhanced.map(|code| code.to_string());
    let error = json!({ "code": parsed.code, "enhanced_code": enhanced, "message": short_raw(reply.text) });
    Finding {
        ruling: decide(&parsed, &parsed.without_codes(&excerpt.low)),
        wait: None,
        provider: Provider::Imap,
        code: enhanced.or_else(|| parsed.code.map(|code| code.to_string())),
        error: Some(error),
        raw: reply.text,
    }
    .into_fault()
}

fn decide(parsed: &Parsed, low: &str) -> Ruling {
    let ruling = texts::find(parsed, low)
        .or_else(|| parsed.enhanced.and_then(|code| vendor::ruling(code, parsed)))
        .or_else(|| parsed.enhanced.and_then(|code| enhanced::ruling(code, parsed.code)))
        .or_else(|| parsed.code.and_then(replies::ruling))
        .or_else(|| texts::plain(low))
        .or_else(|| transport::fault::by_text(low))
        .unwrap_or(is(Unknown));
    if parsed.is_temporary() { temporarily(ruling) } else { ruling }
}

/// A 4xx invites another try (RFC 5321, 4.2.1): what would be "never" becomes "later". Not where the same transaction
/// would fail again: too many recipients have to be split, and a dead password stays dead.
fn temporarily(ruling: Ruling) -> Ruling {
    if ruling.advises(Advice::Never) {
        return ruling;
    }
    match ruling.kind {
        InvalidRequest | ReauthRequired | Unauthenticated | BasicAuthBlocked | DomainPolicy | MessageTooLarge => ruling,
        _ => ruling.but(Advice::Backoff),
    }
}

#[cfg(test)]
mod tests;
