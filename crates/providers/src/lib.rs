//! Speaks the providers' protocols. Provider words stop here, and so do the providers' HTTP statuses: every failure
//! leaves this crate as a [`model::Fault`].
//!
//! [`ProviderClient`] is what the engine sees of a mailbox, [`OauthClient`] of an identity platform. [`connect`] and
//! [`oauth`] are each one `match` over [`model::Provider`].

mod carriage;
pub mod classify;
mod client;
pub mod domains;
mod entries;
pub mod exchange;
pub mod gmail;
pub mod graph;
pub mod imap;
mod limits;
pub mod meter;
pub mod microsoft_identity;
mod oauth;
mod operation;
mod push;
mod recipients;
pub mod retry_after;
mod ruling;
pub mod signals;
pub mod smtp;
mod status;
pub mod transport;
pub mod wire;

pub use carriage::{Carriage, carriage};
pub use client::*;
pub use limits::{limits, limits_of};
pub use meter::{Meter, Unmetered};
pub use oauth::*;
pub use push::*;

use std::sync::Arc;

use model::Provider;

/// Where a provider's services are. Defaults are the real hosts; the sandbox is reached by overriding them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoogleEndpoints {
    /// Gmail REST, without a trailing slash (`https://gmail.googleapis.com`).
    pub gmail: String,
    /// Authorization page.
    pub authorize: String,
    /// Token endpoint.
    pub token: String,
    /// Revocation endpoint.
    pub revoke: String,
    /// OpenID userinfo.
    pub userinfo: String,
}

impl Default for GoogleEndpoints {
    fn default() -> Self {
        Self {
            gmail: "https://gmail.googleapis.com".into(),
            authorize: "https://accounts.google.com/o/oauth2/v2/auth".into(),
            token: "https://oauth2.googleapis.com/token".into(),
            revoke: "https://oauth2.googleapis.com/revoke".into(),
            userinfo: "https://openidconnect.googleapis.com/v1/userinfo".into(),
        }
    }
}

/// Where Microsoft's services are. Defaults are those of the global cloud; national clouds and the sandbox have others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MicrosoftEndpoints {
    /// Graph with its version, without a trailing slash (`https://graph.microsoft.com/v1.0`).
    pub graph: String,
    /// The identity platform, to which a tenant is appended, without a trailing slash.
    pub authority: String,
}

impl Default for MicrosoftEndpoints {
    fn default() -> Self {
        Self { graph: "https://graph.microsoft.com/v1.0".into(), authority: "https://login.microsoftonline.com".into() }
    }
}

/// The endpoints of every provider.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Endpoints {
    /// Google's.
    pub google: GoogleEndpoints,
    /// Microsoft's.
    pub microsoft: MicrosoftEndpoints,
}

/// Opens a client for one mailbox, whose every request passes `meter`. No network is touched.
pub fn connect(
    provider: Provider,
    http: &reqwest::Client,
    endpoints: &Endpoints,
    clock: Arc<dyn model::Clock>,
    access_token: model::secret::SecretString,
    meter: Arc<dyn Meter>,
) -> Result<Box<dyn ProviderClient>> {
    match provider {
        Provider::Google => {
            Ok(Box::new(gmail::Gmail::new(http.clone(), &endpoints.google.gmail, access_token, clock, meter)))
        }
        Provider::Microsoft => {
            Ok(Box::new(graph::Graph::new(http.clone(), &endpoints.microsoft.graph, access_token, clock, meter)))
        }
        Provider::Ews | Provider::Imap => Err(unsupported(provider)),
    }
}

/// Opens a client for a provider's identity platform. No network is touched.
pub fn oauth(
    provider: Provider,
    http: &reqwest::Client,
    endpoints: &Endpoints,
    clock: Arc<dyn model::Clock>,
    registration: Registration,
) -> Result<Box<dyn OauthClient>> {
    match provider {
        Provider::Google => {
            Ok(Box::new(gmail::GoogleOauth::new(http.clone(), endpoints.google.clone(), clock, registration)))
        }
        Provider::Microsoft => {
            let endpoints = endpoints.microsoft.clone();
            Ok(Box::new(microsoft_identity::MicrosoftOauth::new(http.clone(), endpoints, clock, registration)))
        }
        Provider::Ews | Provider::Imap => Err(unsupported(provider)),
    }
}

/// Whether there is a client for the provider's mailboxes.
pub fn has_client(provider: Provider) -> bool {
    match provider {
        Provider::Google | Provider::Microsoft => true,
        Provider::Ews | Provider::Imap => false,
    }
}

fn unsupported(provider: Provider) -> model::Fault {
    let message = format!("The provider `{provider}` is not supported by this release; `google` and `microsoft` are.");
    model::Fault {
        field: Some("provider".into()),
        provider: Some(provider),
        ..model::Fault::new(model::FaultKind::Unsupported, message)
    }
}
