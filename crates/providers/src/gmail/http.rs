//! Requests to Gmail: paths, the token, size caps, the meter, and the way from an answer to a value or a fault.
//!
//! The one place from which requests to a mailbox leave, so that none goes round the meter: `exchange` takes the pass.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::quota::Regime;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Request, RequestBuilder};
use serde::de::DeserializeOwned;

use super::batch;
use super::cost::{Errand, Operation};
use super::fault::{self, Call};
use super::origin;
use crate::meter::{Meter, Outcome, Pass, Spend};
use crate::transport::body::{body_length, read};
pub(crate) use crate::transport::path::segment;
use crate::transport::token::with_token_of;

/// Largest JSON answer read: the largest real one is a page of 500 ids or a thread's labels.
const MAX_JSON: usize = 16 * 1024 * 1024;
/// Largest batch answer held in memory; a batch of large messages is split.
const MAX_BATCH: usize = 64 * 1024 * 1024;
/// Largest single message: 150 MiB as imported, in base64, with room.
const MAX_SINGLE: usize = 212 * 1024 * 1024;
/// How much of an error body is looked at.
const MAX_ERROR: usize = 64 * 1024;
/// No answer to a small request takes longer.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Uploads and batches move megabytes.
const LONG_TIMEOUT: Duration = Duration::from_secs(300);

/// A connection to one mailbox.
#[derive(Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    /// Scheme and host, no trailing slash.
    root: String,
    token: SecretString,
    clock: Arc<dyn Clock>,
    meter: Arc<dyn Meter>,
}

/// A successful answer, not yet understood.
pub(crate) struct Answer {
    /// `Content-Type`.
    pub(crate) content_type: String,
    /// The body.
    pub(crate) body: Bytes,
    /// The body was longer than allowed and is cut.
    pub(crate) cut: bool,
}

/// A request and what came of it.
pub(crate) struct Exchange {
    /// The answer, or what is wrong with it.
    pub(crate) answer: Result<Answer, Fault>,
    bytes_up: u64,
    bytes_down: u64,
}

impl Exchange {
    /// The bytes that went; what became of the calls is still to be added.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome { bytes_up: self.bytes_up, bytes_down: self.bytes_down, ..Outcome::default() }
    }
}

impl Http {
    pub(crate) fn new(
        client: reqwest::Client,
        root: &str,
        token: SecretString,
        clock: Arc<dyn Clock>,
        meter: Arc<dyn Meter>,
    ) -> Self {
        Self { client, root: root.trim_end_matches('/').to_owned(), token, clock, meter }
    }

    /// The price list in force.
    pub(crate) fn regime(&self) -> Regime {
        self.meter.regime()
    }

    /// The injected clock's instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A request to `path` below the mailbox (`/messages`).
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/gmail/v1/users/me{path}")).timeout(TIMEOUT)
    }

    /// A request to `path` below the mailbox's upload root.
    pub(crate) fn upload(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/upload/gmail/v1/users/me{path}")).timeout(LONG_TIMEOUT)
    }

    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.root)).bearer_auth(self.token.expose_secret())
    }

    /// Sends and reads a JSON answer.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        errand: impl Into<Errand>,
    ) -> Result<T, Fault> {
        let errand = errand.into();
        let answer = self.send(request, errand, MAX_JSON).await?;
        let call = errand.operation.call();
        if answer.cut {
            return Err(fault::unreadable("the answer is larger than 16 MiB", call));
        }
        serde_json::from_slice(&answer.body).map_err(|e| fault::unreadable(&e.to_string(), call))
    }

    /// Sends; the answer's body, if any, does not matter.
    pub(crate) async fn done(&self, request: RequestBuilder, operation: Operation) -> Result<(), Fault> {
        self.send(request, operation.into(), MAX_ERROR).await.map(drop)
    }

    async fn send(&self, request: RequestBuilder, errand: Errand, cap: usize) -> Result<Answer, Fault> {
        let call = errand.operation.call();
        let request = request.build().map_err(|e| fault::transport(&e, call))?;
        let pass = self.enter(errand, body_length(&request), 1).await?;
        let exchange = self.exchange(&pass, Ok(request), call, cap).await;
        let mut outcome = exchange.outcome();
        outcome.add(1, exchange.answer.as_ref().err());
        pass.end(outcome);
        exchange.answer
    }

    /// Asks the meter for leave for some calls of a kind.
    pub(crate) async fn enter(&self, errand: Errand, bytes_up: u64, calls: u32) -> Result<Pass, Fault> {
        let cost = errand.cost(self.meter.regime(), bytes_up);
        self.meter.enter(Spend { operation: errand.operation.name(), cost, calls }).await
    }

    /// Sends a batch (discovery document: `batchPath`). Whoever holds the pass says what became of its calls.
    pub(crate) async fn batch(&self, pass: &Pass, body: String) -> Exchange {
        let request = self.bare(Method::POST, "/batch").timeout(LONG_TIMEOUT);
        let request = request.header(CONTENT_TYPE, batch::content_type()).body(body).build();
        self.exchange(pass, request, Call::Read, MAX_BATCH).await
    }

    /// Reads one large thing. Whoever holds the pass says what became of it.
    pub(crate) async fn single(&self, pass: &Pass, path: &str, operation: Operation) -> Exchange {
        self.exchange(pass, self.request(Method::GET, path).build(), operation.call(), MAX_SINGLE).await
    }

    /// Sends with a pass and reads at most `cap` bytes of the answer.
    async fn exchange(&self, pass: &Pass, request: reqwest::Result<Request>, call: Call, cap: usize) -> Exchange {
        let bytes_up = request.as_ref().map_or(0, body_length);
        let mut bytes_down = 0;
        let request = request.map(|request| with_token_of(pass, request));
        let answer = self.answered(request, call, cap, &mut bytes_down).await;
        Exchange { answer, bytes_up, bytes_down }
    }

    async fn answered(
        &self,
        request: reqwest::Result<Request>,
        call: Call,
        cap: usize,
        bytes_down: &mut u64,
    ) -> Result<Answer, Fault> {
        let lost = |e: reqwest::Error| fault::transport(&e, call);
        let request = request.map_err(lost)?;
        let method = request.method().clone();
        let response = self.client.execute(request).await.map_err(lost)?;
        let status = response.status();
        let path = response.url().path().to_owned();
        let headers = response.headers().clone();
        let (body, cut) = if status.is_success() {
            read(response, cap).await.map_err(lost)?
        } else {
            // The status alone is an answer; a body that breaks off takes nothing from it.
            read(response, MAX_ERROR).await.unwrap_or_default()
        };
        *bytes_down = body.len() as u64;
        if !status.is_success() {
            let fault = fault::api(status.as_u16(), &headers, &body, call, self.now());
            return Err(fault.answering(origin::gmail(&method, &path, status.as_u16())));
        }
        Ok(Answer { content_type: text_of(&headers), body, cut })
    }
}

fn text_of(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}
