//! Changes that providers tell by themselves: where they may, what is kept of a subscription, and what their posts say.
//!
//! A post is a hint to look, never a fact: it comes from outside, late, twice or not at all.

use model::secret::SecretString;
use model::{Fault, Provider, Timestamp};

use crate::client::Result;
use crate::{gmail, graph};

/// Where changes may be told. A provider takes what it speaks of it.
#[derive(Clone, Debug)]
pub struct PushAddress {
    /// What the connector's project publishes under; `None` where nothing is named.
    pub topic: Option<String>,
    /// Where this installation can be posted to, as far as it knows.
    pub callback: String,
    /// What comes to `callback` has to repeat it. At most 128 characters.
    pub secret: SecretString,
}

/// A subscription as it stands at the provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watching {
    /// What it is renewed and ended by, and what its posts name; `None` where a mailbox has one without a name.
    pub handle: Option<String>,
    /// Until then changes are told.
    pub ends_at: Timestamp,
}

/// What a provider posted.
#[derive(Debug)]
pub enum Posted {
    /// It asks whether anybody listens: to be given back as plain text.
    Greeting(String),
    /// It tells of mailboxes.
    Notices(Vec<Notice>),
}

/// Something told.
#[derive(Debug)]
pub struct Notice {
    /// What it is about.
    pub about: About,
    /// What proves that the provider said it: the subscription's secret, or the one of the address that was posted to.
    /// Not compared yet.
    pub proof: SecretString,
    /// What is said.
    pub news: News,
}

/// What a notice is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum About {
    /// The mailbox with this address.
    Mailbox(String),
    /// The subscription with this handle.
    Watch(String),
}

/// What a notice says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum News {
    /// Something changed, or may have: what could not be told counts as well.
    Changed,
    /// The subscription has to be renewed.
    Renew,
    /// The subscription is gone.
    Ended,
}

/// Reads what was posted to a provider's callback: the query of the URL, still encoded, and the body.
///
/// # Errors
/// `invalid_request` naming the field; `unsupported` for providers that post nothing.
pub fn posted(provider: Provider, query: &str, body: &[u8]) -> Result<Posted> {
    match provider {
        Provider::Google => gmail::posted(query, body),
        Provider::Microsoft => graph::posted(query, body),
        Provider::Ews | Provider::Imap => {
            let message = format!("The provider `{provider}` posts no changes.");
            Err(Fault { provider: Some(provider), ..Fault::new(model::FaultKind::Unsupported, message) })
        }
    }
}

/// A parameter of an encoded query; of several the last counts.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(key, value)| key == name && !value.is_empty()).last().map(|(_, value)| value.into_owned())
}
