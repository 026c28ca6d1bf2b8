//! How faults are answered, for whoever explains them: documents, commands, tests.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use model::{Fault, FaultKind, Timestamp};
use serde_json::Value;

use crate::call::{self, Call, Family, Standing};
use crate::error::{self, Refusal};

/// The HTTP status of a kind of fault on requests about mail.
pub fn status(kind: FaultKind) -> u16 {
    error::status_of(kind, Family::Mail).as_u16()
}

/// The contract's `error.type` of a kind of fault on requests about mail.
pub fn wire_type(kind: FaultKind) -> &'static str {
    error::type_of(kind, Family::Mail)
}

/// The whole answer to a request for `path` at `now` that ends in this fault.
pub async fn answer(fault: Fault, path: &str, now: Timestamp) -> Response {
    let call = example_call(Family::of(path), now);
    call::scope(call, async move { Refusal::from(fault).into_response() }).await
}

/// The body of the answer to a request about mail at `now` that ends in this fault.
pub fn example(fault: Fault, now: Timestamp) -> Value {
    let answer = Refusal::from(fault).answer(&example_call(Family::Mail, now));
    serde_json::to_value(answer).unwrap_or_default()
}

fn example_call(family: Family, now: Timestamp) -> Call {
    let (request_id, clock) = (EXAMPLE_ID.into(), Arc::new(Standing(now)));
    Call { request_id, family, clock, public_url: "https://mail.example.com".into() }
}

/// The request id of examples.
const EXAMPLE_ID: &str = "019bc1a2-7d40-7000-8000-000000000000";
