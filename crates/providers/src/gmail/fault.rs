//! Classifying what goes wrong at Google, once, beside the wire.
//!
//! The status alone decides almost nothing: 403 is a quota, a missing scope or a policy; 400 is bad input or a passing
//! fault. So the body is read first: `ErrorInfo`, then `reason`, then `status` (`reasons`), and the wording only where
//! those say too little (`texts`, one table with its sources). The instant to wait for comes from `retry`. The token
//! endpoint speaks another dialect (`token`).

mod envelope;
mod quota;
mod reasons;
mod retry;
pub(crate) mod signals;
mod texts;
mod token;
mod transport;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;

pub use token::token;
pub(crate) use transport::{transport, unreadable};

use model::{Fault, FaultKind, Provider, Scope, Timestamp, Verdict};
use reqwest::header::HeaderMap;

use crate::wire::{short_raw, start_of};
use envelope::Envelope;

/// What was being done: the same answer means different things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Changes nothing.
    Read,
    /// Changes something, and may be repeated.
    Write,
    /// Sends mail; must not be repeated blindly.
    Send,
    /// `history.list`: a 404 is a lost cursor.
    History,
}

/// What a part of an answer was recognised as. `None` leaves the kind's usual value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Class {
    kind: FaultKind,
    scope: Option<Scope>,
    verdict: Option<Verdict>,
    field: Option<&'static str>,
    sentence: Option<&'static str>,
}

impl Class {
    const fn of(kind: FaultKind) -> Self {
        Self { kind, scope: None, verdict: None, field: None, sentence: None }
    }

    const fn scope(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    const fn verdict(self, verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..self }
    }

    const fn field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    const fn says(self, sentence: &'static str) -> Self {
        Self { sentence: Some(sentence), ..self }
    }
}

/// Classifies an error answer of Gmail REST.
pub fn api(status: u16, headers: &HeaderMap, body: &[u8], call: Call, now: Timestamp) -> Fault {
    let envelope = Envelope::read(body);
    let class = reasons::classify(status, &envelope, call);
    let mut fault = build(class, envelope.code(), status, body);
    fault.quota = quota::refusal(fault.kind, &envelope);
    if call == Call::Send && status >= 500 {
        // The message may be out: the 5xx can come from in front of what sent it (facts 1.4).
        fault.verdict = Verdict::LookFirst;
    } else if may_wait(&fault)
        && let Some(instant) = retry::instant(&fault, headers, &envelope, now)
    {
        fault.verdict = Verdict::At(instant);
    }
    fault.provider_error = envelope.into_object();
    fault
}

/// Whether an instant to wait for makes sense of the fault.
fn may_wait(fault: &Fault) -> bool {
    matches!(fault.verdict, Verdict::Backoff)
}

/// Puts a fault together.
fn build(class: Class, code: Option<String>, status: u16, body: &[u8]) -> Fault {
    let sentence = class.sentence.map_or_else(|| format!("Google: {}", class.kind.cause()), str::to_owned);
    let fault = Fault::new(class.kind, sentence);
    Fault {
        scope: class.scope.unwrap_or(fault.scope),
        verdict: class.verdict.unwrap_or_else(|| fault.verdict.clone()),
        field: class.field.map(str::to_owned),
        provider: Some(Provider::Google),
        provider_code: code.and_then(|code| crate::wire::safe_code(&code)),
        raw: Some(logged(status, body)),
        ..fault
    }
}

/// An answer for the log: its status and its start, short and harmless.
fn logged(status: u16, body: &[u8]) -> String {
    let mut raw = format!("HTTP {status} ").into_bytes();
    raw.extend_from_slice(start_of(body));
    short_raw(&raw)
}
