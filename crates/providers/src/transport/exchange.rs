//! The one place from which requests to mailboxes leave, so that none goes round the meter: whoever sends has a pass.

use bytes::Bytes;
use model::Fault;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Request};

use super::body::{body_length, read};
use super::token::with_token_of;
use crate::meter::{Outcome, Pass};

/// How much of an error body is looked at.
pub(crate) const MAX_ERROR: usize = 64 * 1024;

/// A successful answer, not yet understood.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body was longer than allowed and is cut.
    pub(crate) cut: bool,
}

/// A refusal as it came.
pub(crate) struct Refusal {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// At most [`MAX_ERROR`] bytes of it.
    pub(crate) body: Bytes,
}

/// What a provider's failures are called.
pub(crate) trait Classifier: Sync {
    /// No (whole) answer came.
    fn lost(&self, error: &reqwest::Error) -> Fault;
    /// The provider refused.
    fn refused(&self, refusal: &Refusal) -> Fault;
}

/// A request and what came of it.
pub(crate) struct Exchange {
    /// The answer, or what is wrong with it.
    pub(crate) answer: Result<Answer, Fault>,
    bytes_up: u64,
    bytes_down: u64,
}

impl Exchange {
    /// Nothing was sent.
    pub(crate) fn unsent(fault: Fault) -> Self {
        Self { answer: Err(fault), bytes_up: 0, bytes_down: 0 }
    }

    /// The bytes that went; what became of the calls is still to be added.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome { bytes_up: self.bytes_up, bytes_down: self.bytes_down, ..Outcome::default() }
    }
}

/// Sends with a pass and reads at most `cap` bytes of the answer. Whoever holds the pass says what became of its calls.
pub(crate) async fn exchange(
    client: &Client,
    pass: &Pass,
    request: Request,
    cap: usize,
    classifier: &impl Classifier,
) -> Exchange {
    let request = with_token_of(pass, request);
    let bytes_up = body_length(&request);
    let mut bytes_down = 0;
    let answer = answered(client, request, cap, classifier, &mut bytes_down).await;
    Exchange { answer, bytes_up, bytes_down }
}

/// Sends the one call that a pass is for, and tells the pass what became of it.
pub(crate) async fn one(
    client: &Client,
    pass: Pass,
    request: Request,
    cap: usize,
    classifier: &impl Classifier,
) -> Result<Answer, Fault> {
    let exchange = exchange(client, &pass, request, cap, classifier).await;
    let mut outcome = exchange.outcome();
    outcome.add(1, exchange.answer.as_ref().err());
    pass.end(outcome);
    exchange.answer
}

async fn answered(
    client: &Client,
    request: Request,
    cap: usize,
    classifier: &impl Classifier,
    bytes_down: &mut u64,
) -> Result<Answer, Fault> {
    let lost = |error: reqwest::Error| classifier.lost(&error);
    let method = request.method().clone();
    let response = client.execute(request).await.map_err(lost)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let path = response.url().path().to_owned();
    let (body, cut) = if status.is_success() {
        read(response, cap).await.map_err(lost)?
    } else {
        // The status alone is an answer; a body that breaks off takes nothing from it.
        read(response, MAX_ERROR).await.unwrap_or_default()
    };
    *bytes_down = body.len() as u64;
    if !status.is_success() {
        return Err(classifier.refused(&Refusal { method, path, status: status.as_u16(), headers, body }));
    }
    Ok(Answer { headers, body, cut })
}
