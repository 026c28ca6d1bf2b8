//! How the engine reaches providers. Production uses [`Wire`]; tests bring their own.

use std::sync::Arc;
use std::time::Duration;

use model::secret::SecretString;
use model::{Clock, Fault, Provider};
use providers::{Endpoints, Meter, OauthClient, ProviderClient, Registration};

use crate::Result;

/// Opens clients. Only [`crate::gate`] holds one, so that no provider call can go around it.
pub trait Doors: Send + Sync {
    /// A client for one mailbox, each of whose requests passes the meter.
    fn mailbox(
        &self,
        provider: Provider,
        access_token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>>;
    /// A client for an identity platform.
    fn platform(&self, provider: Provider, registration: Registration) -> Result<Box<dyn OauthClient>>;
}

/// The real providers, over HTTP.
pub struct Wire {
    http: reqwest::Client,
    endpoints: Endpoints,
    clock: Arc<dyn Clock>,
}

impl Wire {
    /// Clients for `endpoints` that give up on a request after `timeout`.
    pub fn new(endpoints: Endpoints, clock: Arc<dyn Clock>, timeout: Duration) -> Result<Self> {
        Self::trusting(&[], endpoints, clock, timeout)
    }

    /// The same, trusting these PEM certificates beside the system's.
    pub fn trusting(
        authorities: &[u8],
        endpoints: Endpoints,
        clock: Arc<dyn Clock>,
        timeout: Duration,
    ) -> Result<Self> {
        let authorities = reqwest::Certificate::from_pem_bundle(authorities)
            .map_err(|error| Fault::internal(format!("`sync.provider_ca_file` holds no PEM certificates: {error}")))?;
        let http = reqwest::Client::builder()
            .tls_certs_merge(authorities)
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("postroad/", env!("CARGO_PKG_VERSION"), " (gzip)"))
            .build()
            .map_err(|error| Fault::internal(format!("no HTTP client for providers: {error}")))?;
        Ok(Self { http, endpoints, clock })
    }
}

impl Doors for Wire {
    fn mailbox(
        &self,
        provider: Provider,
        access_token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        providers::connect(provider, &self.http, &self.endpoints, self.clock.clone(), access_token, meter)
    }

    fn platform(&self, provider: Provider, registration: Registration) -> Result<Box<dyn OauthClient>> {
        providers::oauth(provider, &self.http, &self.endpoints, self.clock.clone(), registration)
    }
}
