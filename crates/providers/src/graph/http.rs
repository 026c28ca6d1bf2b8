//! Requests to Graph: paths, the token, preferences, size caps, prices, and the way from an answer to a value or a fault.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, FaultKind, Timestamp};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;

use super::cost::{Errand, Operation};
use super::{answers, origin};
use crate::meter::{Meter, Pass, Spend};
use crate::transport::body::body_length;
use crate::transport::exchange::{self, Answer, Classifier, Exchange, MAX_ERROR, Refusal};
pub(super) use crate::transport::path::segment;

/// Largest JSON answer read: a page of 1000 messages with what is selected of them, or a batch of such pages.
const MAX_JSON: usize = 32 * 1024 * 1024;
/// Largest message: what a tenant may set at most (facts 2.3), with room.
const MAX_VALUE: usize = 160 * 1024 * 1024;
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

    /// Whether what answers here is a stand-in on this very machine.
    pub(super) fn is_on_this_machine(&self) -> bool {
        match url::Url::parse(&self.root).ok().as_ref().and_then(url::Url::host) {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
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
        let terms = self.terms(errand.operation);
        let request = request.build().map_err(|error| terms.lost(&error))?;
        let pass = self.enter(errand, body_length(&request), 1).await?;
        exchange::one(&self.client, pass, request, cap, &terms).await
    }

    /// Asks the meter for leave for some calls of a kind.
    pub(super) async fn enter(&self, errand: Errand, bytes_up: u64, calls: u32) -> Result<Pass, Fault> {
        self.meter.enter(Spend { operation: errand.operation.name(), cost: errand.cost(bytes_up), calls }).await
    }

    /// Sends a batch. Whoever holds the pass says what became of its calls.
    pub(super) async fn batch(&self, pass: &Pass, operation: Operation, body: &serde_json::Value) -> Exchange {
        let terms = self.terms(operation);
        match self.request(Method::POST, "/$batch").json(body).build() {
            Ok(request) => exchange::exchange(&self.client, pass, request, MAX_JSON, &terms).await,
            Err(error) => Exchange::unsent(terms.lost(&error)),
        }
    }

    fn terms(&self, operation: Operation) -> Terms<'_> {
        Terms { http: self, operation }
    }
}

/// What Graph's failures are called.
struct Terms<'a> {
    http: &'a Http,
    operation: Operation,
}

impl Classifier for Terms<'_> {
    fn lost(&self, error: &reqwest::Error) -> Fault {
        answers::lost(error, self.operation)
    }

    fn refused(&self, it: &Refusal) -> Fault {
        let fields: Vec<(&str, &str)> =
            it.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let fault = answers::refusal(Some(it.status), &fields, &it.body, self.operation, self.http.now());
        fault.answering(origin::graph(&it.method, &it.path, it.status))
    }
}

/// An answer of success that cannot be understood.
pub(super) fn unreadable(why: &str, operation: Operation) -> Fault {
    answers::unreadable(why, operation)
}
