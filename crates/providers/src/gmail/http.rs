//! Requests to Gmail: paths, the token, size caps, the meter, and the way from an answer to a value or a fault.
//!
//! The one place from which requests to a mailbox leave, so that none goes round the meter: `exchange` takes the pass.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::quota::Regime;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Body, Method, Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;

use super::batch;
use super::cost::{Errand, Operation};
use super::fault::{self, Call};
use super::origin;
use crate::meter::{Meter, Outcome, Pass, Spend};

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
/// Longest id put into a path; Gmail's are under 32.
const MAX_ID: usize = 256;

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

/// With the access token that the pass brings, if it brings a newer one.
fn with_token_of(pass: &Pass, mut request: Request) -> Request {
    let header = |token: &SecretString| HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok();
    if let Some(mut header) = pass.token().and_then(header) {
        header.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, header);
    }
    request
}

/// Bytes of a body that is held in memory, as ours all are.
fn body_length(request: &Request) -> u64 {
    request.body().and_then(Body::as_bytes).map_or(0, |body| body.len() as u64)
}

fn text_of(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

/// Reads a body up to `cap` bytes and says whether it was cut there.
pub(crate) async fn read(mut response: Response, cap: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let Some(first) = response.chunk().await? else { return Ok((Bytes::new(), false)) };
    let expected = usize::try_from(response.content_length().unwrap_or_default()).unwrap_or(cap);
    let mut body = Vec::with_capacity(expected.clamp(first.len(), cap.max(first.len())));
    let mut next = Some(first);
    while let Some(chunk) = next {
        let room = cap - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.into(), true));
        }
        body.extend_from_slice(&chunk);
        next = response.chunk().await?;
    }
    Ok((body.into(), false))
}

/// An id as a path segment. Ids reach us from callers; one that Gmail cannot have issued names nothing.
pub(crate) fn segment(id: &str) -> Result<String, Fault> {
    let dots = id.chars().all(|c| c == '.');
    if dots || id.len() > MAX_ID {
        return Err(Fault::not_found("Nothing with this id exists in the mailbox."));
    }
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_segment() {
        assert_eq!(segment("Label_1-x").unwrap(), "Label_1-x");
        assert_eq!(segment("a/b?c#d e").unwrap(), "a%2Fb%3Fc%23d%20e");
        assert!(segment("").is_err() && segment("..").is_err() && segment(&"x".repeat(300)).is_err());
    }
}
