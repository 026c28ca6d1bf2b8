//! Classifies what Microsoft Graph answers for mail. Pure: an answer in, a fault out.
//!
//! In the order of trust: the innermost known code of the error object, its name, the few messages that tell what no
//! code does, the HTTP status. Graph documents messages as subject to change, so only `messages` looks at them.

mod body;
mod codes;
mod messages;
pub(crate) mod signals;

use body::{Parts, Unwrapped};
use model::FaultKind::*;
use model::{Fault, Provider, Timestamp, Verdict};

use crate::exchange::fault::{by_name, response_code};
use crate::microsoft_identity::challenge;
use crate::ruling::{Finding, Ruling, is};
use crate::wire::{WireAnswer, object_of};
use crate::{operation, retry_after, status, transport};

/// Classifies an answer that holds an error, also one inner answer of `$batch`.
pub fn classify(answer: &WireAnswer<'_>) -> Fault {
    let unwrapped = Unwrapped::of(answer);
    let parts = Parts::of(&unwrapped);
    let code = parts.codes.first().cloned();
    let challenge = answer.header("www-authenticate").and_then(challenge::in_header);
    // Continuous access evaluation: whatever the code, a token with these claims will do.
    let ruling = if challenge.is_some() { is(Unauthenticated) } else { decide(&parts, &unwrapped, answer) };
    let wait = answer.wait().max(unwrapped.wait(answer.now)).or_else(|| hold(ruling, answer.now));
    let error = object_of(unwrapped.json, answer.bounded().len());
    let fault =
        Finding { ruling, wait, provider: Provider::Microsoft, code, error, raw: answer.bounded() }.into_fault();
    uncertain_send(Fault { challenge: challenge.map(Into::into), ..fault }, answer)
}

/// A send that ended in a 5xx may have been accepted (Graph answers 202 before it delivers): look before repeating, whatever
/// time the answer names. A brake says that it was not.
fn uncertain_send(fault: Fault, answer: &WireAnswer<'_>) -> Fault {
    let failed = matches!(fault.kind, TransientBackend | GatewayTimeout | Network | Unknown)
        && answer.status.is_none_or(|s| s >= 500);
    let repeats = matches!(fault.verdict, Verdict::Backoff | Verdict::At(_));
    if failed && repeats && operation::sends(answer.operation) { fault.with_verdict(Verdict::LookFirst) } else { fault }
}

/// How long a mailbox that sent enough for a day is left alone when no instant is named.
///
/// Microsoft names none and says only that the limits are counted over a rolling 24 hours (facts 2.3); reports differ even in
/// the status (403, 429), and some say that asking again makes it worse. In a rolling window room comes back bit by bit, so a
/// whole day would be too long for most; an hour asks at most twenty-four times in vain.
const SENT_ENOUGH: std::time::Duration = std::time::Duration::from_secs(3600);

fn hold(ruling: Ruling, now: Timestamp) -> Option<Timestamp> {
    if ruling.kind == SendingQuotaExceeded { now.checked_add(SENT_ENOUGH).ok() } else { None }
}

fn decide(parts: &Parts, unwrapped: &Unwrapped, answer: &WireAnswer<'_>) -> Ruling {
    let status = unwrapped.status.or(answer.status);
    if is_subscription(answer.operation) && parts.codes.iter().any(|code| code == "ResourceNotFound") {
        // "The object was not found": the subscription, not a mailbox.
        return is(NotFound);
    }
    let listed = parts.codes.iter().find_map(|code| {
        codes::with_status(code, status).or_else(|| codes::exact(code)).or_else(|| response_code(code))
    });
    let by_message = || messages::find(&parts.low);
    // Codes that cover several causes, or none at all, let the message speak first.
    let refined =
        if listed.is_none() || parts.codes.iter().any(|code| codes::is_broad(code)) { by_message() } else { None };
    refined
        .or(listed)
        .or_else(|| parts.codes.iter().filter(|code| !codes::is_generic(code)).find_map(|code| by_name(code)))
        .or_else(|| status.and_then(|status| by_status(status, answer)))
        .or_else(|| parts.codes.iter().find_map(|code| codes::generic(code)))
        .or_else(|| transport::fault::by_text(&parts.low))
        .unwrap_or(is(Unknown))
}

fn is_subscription(operation: Option<&str>) -> bool {
    operation.is_some_and(|operation| operation.starts_with("subscriptions."))
}

fn by_status(status: u16, answer: &WireAnswer<'_>) -> Option<Ruling> {
    match status {
        // A change token that is too old (delta query); anywhere else 410 is a thing that is gone.
        410 if answer.operation.is_none_or(|operation| operation.contains("delta")) => Some(is(SyncStateExpired)),
        200..=299 => None,
        other => status::ruling(other),
    }
}

/// The instant inside an inner answer's own header fields.
fn inner_wait(headers: &serde_json::Value, now: model::Timestamp) -> Option<model::Timestamp> {
    let fields: Vec<_> = headers.as_object()?.iter().filter_map(|(k, v)| Some((k.as_str(), v.as_str()?))).collect();
    retry_after::from_headers(&fields, now)
}

#[cfg(test)]
mod tests;
