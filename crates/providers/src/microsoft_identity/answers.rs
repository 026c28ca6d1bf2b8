//! From answers that are not what was hoped for to faults: refusals, lost answers, answers without sense.

use model::fault::Origin;
use model::{Fault, Provider, Timestamp};
use reqwest::header::HeaderMap;

use super::{challenge, fault};
use crate::transport::fault::{Failure, classify};
use crate::wire::WireAnswer;

/// An answer that holds an error. With it comes what has to be asked for at the next sign-in, where the platform says so.
pub(super) fn refusal(status: u16, headers: &HeaderMap, body: &[u8], operation: &str, now: Timestamp) -> Fault {
    let headers: Vec<(&str, &str)> =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let answer = WireAnswer { status: Some(status), headers: &headers, body, operation: None, now };
    let fault = if operation == "me" { crate::graph::fault::classify(&answer) } else { fault::classify(&answer) };
    let stated = fault.provider_error.as_ref().and_then(|error| error.get("claims")?.as_str().map(str::to_owned));
    let challenge = stated.filter(|claims| challenge::is_one(claims));
    let origin = Origin { protocol: "microsoft_identity", operation: operation.to_owned(), status: Some(status) };
    Fault { challenge: challenge.map(Into::into).or(fault.challenge.clone()), ..fault }.answering(origin)
}

/// A request that got no (whole) answer.
pub(super) fn lost(error: &reqwest::Error, operation: &str) -> Fault {
    crate::transport::lost::lost(error, Provider::Microsoft, operation)
}

/// An answer of success that cannot be understood.
pub(super) fn unreadable(why: &str, operation: &str) -> Fault {
    classify(Failure::Garbled, Provider::Microsoft, Some(operation), why)
}
