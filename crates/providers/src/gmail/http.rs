//! Requests to Gmail: paths, the token, size caps, prices, and the way from an answer to a value or a fault.

use std::sync::Arc;
use std::time::Duration;

use model::quota::Regime;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, Timestamp};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;

use super::batch;
use super::cost::{Errand, Operation};
use super::fault::{self, Call};
use super::origin;
use crate::meter::{Meter, Pass, Spend};
use crate::transport::body::body_length;
use crate::transport::exchange::{self, Answer, Classifier, Exchange, MAX_ERROR, Refusal};
pub(crate) use crate::transport::path::segment;

/// Largest JSON answer read: the largest real one is a page of 500 ids or a thread's labels.
const MAX_JSON: usize = 16 * 1024 * 1024;
/// Largest batch answer held in memory; a batch of large messages is split.
const MAX_BATCH: usize = 64 * 1024 * 1024;
/// Largest single message: 150 MiB as imported, in base64, with room.
const MAX_SINGLE: usize = 212 * 1024 * 1024;
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
        let terms = self.terms(errand.operation.call());
        let request = request.build().map_err(|error| terms.lost(&error))?;
        let pass = self.enter(errand, body_length(&request), 1).await?;
        exchange::one(&self.client, pass, request, cap, &terms).await
    }

    /// Asks the meter for leave for some calls of a kind.
    pub(crate) async fn enter(&self, errand: Errand, bytes_up: u64, calls: u32) -> Result<Pass, Fault> {
        let cost = errand.cost(self.meter.regime(), bytes_up);
        self.meter.enter(Spend { operation: errand.operation.name(), cost, calls }).await
    }

    /// Sends a batch (discovery document: `batchPath`). Whoever holds the pass says what became of its calls.
    pub(crate) async fn batch(&self, pass: &Pass, body: String) -> Exchange {
        let terms = self.terms(Call::Read);
        let request = self.bare(Method::POST, "/batch").timeout(LONG_TIMEOUT);
        match request.header(CONTENT_TYPE, batch::content_type()).body(body).build() {
            Ok(request) => exchange::exchange(&self.client, pass, request, MAX_BATCH, &terms).await,
            Err(error) => Exchange::unsent(terms.lost(&error)),
        }
    }

    /// Reads one large thing, with a pass for it.
    pub(crate) async fn single(&self, pass: Pass, path: &str, operation: Operation) -> Result<Answer, Fault> {
        let terms = self.terms(operation.call());
        let request = self.request(Method::GET, path).build().map_err(|error| terms.lost(&error))?;
        exchange::one(&self.client, pass, request, MAX_SINGLE, &terms).await
    }

    fn terms(&self, call: Call) -> Terms<'_> {
        Terms { http: self, call }
    }
}

/// What Gmail's failures are called.
struct Terms<'a> {
    http: &'a Http,
    call: Call,
}

impl Classifier for Terms<'_> {
    fn lost(&self, error: &reqwest::Error) -> Fault {
        fault::transport(error, self.call)
    }

    fn refused(&self, it: &Refusal) -> Fault {
        let fault = fault::api(it.status, &it.headers, &it.body, self.call, self.http.now());
        fault.answering(origin::gmail(&it.method, &it.path, it.status))
    }
}
