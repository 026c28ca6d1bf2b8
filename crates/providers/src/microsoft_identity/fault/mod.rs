//! Classifies what the Microsoft identity platform answers at its token endpoints. Pure: an answer in, a fault out.
//!
//! `error` is too coarse (`invalid_grant` covers revoked grants, missing consent, conditional access and a brake on
//! loops alike), so the AADSTS number is asked first, then `suberror`, then `error`. A number that is not listed leaves
//! the matter to the latter two, and only without them is judged by the range it lies in.

mod aadsts;
mod oauth_error;
mod parts;
mod ranges;
pub(crate) mod signals;

use std::sync::LazyLock;

use model::FaultKind::*;
use model::{Fault, Provider, Scope};
use serde_json::Value;

use crate::ruling::{Finding, PhraseRow, PhraseTable, Ruling, is};
use crate::wire::{Excerpt, WireAnswer, embedded_object, field, object_of};
use crate::{status, transport};
use parts::Parts;

/// Classifies an answer that holds an error: JSON, a log line around JSON, or only the description.
pub fn classify(answer: &WireAnswer<'_>) -> Fault {
    let body = answer.bounded();
    let excerpt = Excerpt::of(body);
    let json = embedded_object(body);
    let parts = Parts::of(json.as_ref(), &excerpt);
    let number = parts.best_number();
    let ruling = decide(&parts, number, answer.status, &excerpt.low);
    let code = number.map(|number| format!("AADSTS{number}")).or_else(|| parts.error.clone());
    let (error, raw) = if holds_token(json.as_ref(), &excerpt.text) {
        (None, &b"[withheld: the answer holds a token]"[..])
    } else {
        (object_of(json, body.len()), body)
    };
    Finding { ruling, wait: answer.wait(), provider: Provider::Microsoft, code, error, raw }.into_fault()
}

/// Whether an answer holds what must never be logged: a token endpoint's success that ended up here after all.
fn holds_token(json: Option<&Value>, text: &str) -> bool {
    // A claims challenge speaks of access tokens and holds none; as a text inside the answer it is looked through like one.
    let claims = json.and_then(|json| json.get("claims")).filter(|claims| claims.is_string());
    let text = claims.map_or_else(|| text.to_owned(), |claims| text.replacen(&claims.to_string(), "\"\"", 1));
    let named = |name: &str| json.is_some_and(|json| json.get(name).is_some()) || field(&text, name).is_some();
    ["access_token", "refresh_token", "id_token"].into_iter().any(named)
}

fn decide(parts: &Parts, number: Option<u32>, status: Option<u16>, low: &str) -> Ruling {
    let error = parts.error.as_deref();
    texts()
        .find(low)
        .or_else(|| parts.numbers.iter().find_map(|number| aadsts::specific(*number)))
        .or_else(|| error.and_then(oauth_error::transient))
        .or_else(|| parts.suberror.as_deref().and_then(oauth_error::suberror))
        .or_else(|| number.and_then(aadsts::wrapper))
        .or_else(|| error.and_then(oauth_error::ruling))
        .or_else(|| number.and_then(ranges::ruling))
        .or_else(|| status.and_then(by_status))
        .or_else(|| transport::fault::by_text(low))
        .unwrap_or(is(Unknown))
}

/// A token endpoint's 401 is about the client (RFC 6749, 5.2), its 400 and 403 are about the request.
fn by_status(status: u16) -> Option<Ruling> {
    match status {
        401 => Some(is(OauthClientMisconfigured)),
        400 => Some(is(InvalidRequest).on(Scope::App)),
        429 => Some(is(AccountThrottled).on(Scope::App)),
        other => status::ruling(other),
    }
}

fn texts() -> &'static PhraseTable {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    &TABLE
}

/// Wording of the identity platform where one number covers several causes.
const ROWS: &[PhraseRow] = &[
    // AADSTS70000 of the consumer service: the account is held for abuse; signing in again does not free it.
    (&["service abuse mode"], is(MailboxUnavailable).on(Scope::Account)),
    // AADSTS70000 when consent ran out.
    (&["scopes requested are unauthorized or expired"], is(InsufficientScope)),
    // AADSTS50034 and 50020 are listed; the same without a number.
    (&["user account is disabled"], is(MailboxUnavailable).on(Scope::Account)),
];

#[cfg(test)]
mod tests;
