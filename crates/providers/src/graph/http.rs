//! Requests to Graph: paths, the token, preferences, size caps, the meter, and the way from an answer to a value or a fault.
//!
//! The one place from which requests to a mailbox leave, so that none goes round the meter: `exchange` takes the pass.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, FaultKind, Timestamp};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Request, RequestBuilder};
use serde::de::DeserializeOwned;

use super::cost::{Errand, Operation};
use super::{answers, origin};
use crate::meter::{Meter, Outcome, Pass, Spend};
use crate::transport::body::{body_length, read};
pub(super) use crate::transport::path::segment;
use crate::transport::token::with_token_of;

/// Largest JSON answer read: a page of 1000 messages with what is selected of them, or a batch of such pages.
const MAX_JSON: usize = 32 * 1024 * 1024;
/// Largest message: what a tenant may set at most (facts 2.3), with room.
const MAX_VALUE: usize = 160 * 1024 * 1024;
/// How much of an error body is looked at.
const MAX_ERROR: usize = 64 * 1024;
/// No answer to a small request takes longer.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Messages and uploads move megabytes.
const LONG_TIMEOUT: Duration = Duration::from_secs(300);
/// Ids that stay when a message moves (facts 1.3).
pub(super) const IMMUTABLE: &str = "IdType=\"ImmutableId\"";

/// A connection to one mailbox.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    /// Scheme, host and version, no trailing slash.
    root: String,
    token: SecretString,
    clock: Arc<dyn Clock>,
    meter: Arc<dyn Meter>,
}

/// A successful answer, not yet understood.
pub(super) struct Answer {
    pub(super) body: Bytes,
    /// The body was longer than allowed and is cut.
    cut: bool,
}

/// A request and what came of it.
pub(super) struct Exchange {
    /// The answer, or what is wrong with it.
    pub(super) answer: Result<Answer, Fault>,
    bytes_up: u64,
    bytes_down: u64,
}

impl Exchange {
    /// The bytes that went; what became of the calls is still to be added.
    pub(super) fn outcome(&self) -> Outcome {
        Outcome { bytes_up: self.bytes_up, bytes_down: self.bytes_down, ..Outcome::default() }
    }
}

impl Http {
    pub(super) fn new(
        client: reqwest::Client,
        root: &str,
        token: SecretString,
        clock: Arc<dyn Clock>,
        meter: Arc<dyn Meter>,
    ) -> Self {
        Self { client, root: root.trim_end_matches('/').to_owned(), token, clock, meter }
    }

    /// The injected clock's instant.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A request to `path` below the version (`/me/messages`).
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.root))
            .bearer_auth(self.token.expose_secret())
            .header("Prefer", IMMUTABLE)
            .timeout(TIMEOUT)
    }

    /// A piece of a file on its way to an address that authorises itself: the token is not shown there (facts 1.5).
    pub(super) fn upload(&self, url: &str, piece: Bytes, range: String) -> Result<RequestBuilder, Fault> {
        if !self.may_upload_to(url) {
            return Err(unreadable(
                "the upload session has an address that is not to be trusted",
                Operation::UploadOpen,
            ));
        }
        let request = self.client.request(Method::PUT, url).timeout(LONG_TIMEOUT);
        let request = request.header(CONTENT_TYPE, "application/octet-stream").header(CONTENT_RANGE, range);
        Ok(request.header(CONTENT_LENGTH, piece.len()).body(piece))
    }

    /// Encrypted, or on the very host that everything else goes to.
    fn may_upload_to(&self, url: &str) -> bool {
        let (Ok(url), Ok(root)) = (url::Url::parse(url), url::Url::parse(&self.root)) else { return false };
        url.scheme() == "https" || (url.scheme() == root.scheme() && url.host() == root.host())
    }

    /// What of a link of Graph's comes after the version: links are kept and used below our own root, whatever host they
    /// name, so that the token goes nowhere else.
    pub(super) fn below(&self, link: &str, operation: Operation) -> Result<String, Fault> {
        let tail = link.strip_prefix(&self.root).or_else(|| {
            let version = self.root.rsplit('/').next()?;
            link.split_once(&format!("/{version}/")).map(|(head, _)| &link[head.len() + version.len() + 1..])
        });
        let tail = tail.filter(|tail| tail.starts_with('/')).map(str::to_owned);
        tail.ok_or_else(|| unreadable("a link leads out of Graph", operation))
    }

    /// Sends and reads a JSON answer.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        errand: impl Into<Errand>,
    ) -> Result<T, Fault> {
        let errand = errand.into();
        let answer = self.send(request, errand, MAX_JSON).await?;
        if answer.cut {
            return Err(unreadable("the answer is larger than 32 MiB", errand.operation));
        }
        serde_json::from_slice(&answer.body).map_err(|e| unreadable(&e.to_string(), errand.operation))
    }

    /// Sends; the answer's body, if any, does not matter.
    pub(super) async fn done(&self, request: RequestBuilder, errand: impl Into<Errand>) -> Result<(), Fault> {
        self.send(request, errand.into(), MAX_ERROR).await.map(drop)
    }

    /// Reads a message as it is.
    pub(super) async fn value(&self, path: &str) -> Result<Bytes, Fault> {
        let request = self.request(Method::GET, path).timeout(LONG_TIMEOUT);
        let answer = self.send(request, Operation::MessagesValue.into(), MAX_VALUE).await?;
        match answer.cut {
            true => Err(Fault {
                provider: Some(model::Provider::Microsoft),
                ..Fault::new(FaultKind::MessageTooLarge, "The message is larger than any that Exchange Online holds.")
            }),
            false => Ok(answer.body),
        }
    }

    async fn send(&self, request: RequestBuilder, errand: Errand, cap: usize) -> Result<Answer, Fault> {
        let request = request.build().map_err(|e| answers::lost(&e, errand.operation))?;
        let pass = self.enter(errand, body_length(&request), 1).await?;
        let exchange = self.exchange(&pass, request, errand.operation, cap).await;
        let mut outcome = exchange.outcome();
        outcome.add(1, exchange.answer.as_ref().err());
        pass.end(outcome);
        exchange.answer
    }

    /// Asks the meter for leave for some calls of a kind.
    pub(super) async fn enter(&self, errand: Errand, bytes_up: u64, calls: u32) -> Result<Pass, Fault> {
        self.meter.enter(Spend { operation: errand.operation.name(), cost: errand.cost(bytes_up), calls }).await
    }

    /// Sends a batch. Whoever holds the pass says what became of its calls.
    pub(super) async fn batch(&self, pass: &Pass, operation: Operation, body: &serde_json::Value) -> Exchange {
        let request = self.request(Method::POST, "/$batch").json(body).build();
        match request {
            Ok(request) => self.exchange(pass, request, operation, MAX_JSON).await,
            Err(error) => Exchange { answer: Err(answers::lost(&error, operation)), bytes_up: 0, bytes_down: 0 },
        }
    }

    /// Sends with a pass and reads at most `cap` bytes of the answer.
    async fn exchange(&self, pass: &Pass, request: Request, operation: Operation, cap: usize) -> Exchange {
        let request = with_token_of(pass, request);
        let bytes_up = body_length(&request);
        let mut bytes_down = 0;
        let answer = self.answered(request, operation, cap, &mut bytes_down).await;
        Exchange { answer, bytes_up, bytes_down }
    }

    async fn answered(
        &self,
        request: Request,
        operation: Operation,
        cap: usize,
        bytes_down: &mut u64,
    ) -> Result<Answer, Fault> {
        let lost = |e: reqwest::Error| answers::lost(&e, operation);
        let method = request.method().clone();
        let response = self.client.execute(request).await.map_err(lost)?;
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
            let fault = self.refusal(status.as_u16(), &headers, &body, operation);
            return Err(fault.answering(origin::graph(&method, &path, status.as_u16())));
        }
        Ok(Answer { body, cut })
    }

    fn refusal(&self, status: u16, headers: &HeaderMap, body: &[u8], operation: Operation) -> Fault {
        let fields: Vec<(&str, &str)> =
            headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        answers::refusal(Some(status), &fields, body, operation, self.now())
    }
}

/// An answer of success that cannot be understood.
pub(super) fn unreadable(why: &str, operation: Operation) -> Fault {
    answers::unreadable(why, operation)
}
