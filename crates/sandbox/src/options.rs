//! What a sandbox can be told at its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::clock::Clock;
use crate::microsoft::limits::GraphQuotas;
use crate::quotas::Quotas;

/// The OAuth client that every sandbox knows from its start; any loopback redirect URI is registered for it.
pub const DEFAULT_CLIENT_ID: &str = "000000000000-sandbox.apps.googleusercontent.com";
/// What the consent page calls [`DEFAULT_CLIENT_ID`] until told otherwise.
pub(crate) const DEFAULT_CLIENT_NAME: &str = "Sandbox application";
/// The secret of [`DEFAULT_CLIENT_ID`].
pub const DEFAULT_CLIENT_SECRET: &str = "GOCSPX-sandbox";

/// Settings of one sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where to listen for TLS as well, with a certificate of a development authority; `None` for nowhere.
    pub tls: Option<SocketAddr>,
    /// Decides every id, and every draw of a FaultPlan.
    pub seed: u64,
    /// How long an access token lives; Google's own is about an hour.
    pub access_token_lifetime: Duration,
    /// How long history records are kept; Google promises "at least a week, often longer, sometimes hours".
    pub history_retention: Duration,
    /// Least time between two push notifications for one mailbox; Google's is one second.
    pub push_interval: Duration,
    /// Which of Gmail's quotas are enforced.
    pub quotas: Quotas,
    /// Which of Exchange Online's limits are enforced; `None` for none.
    pub graph_quotas: Option<GraphQuotas>,
    /// The base URL that is printed into documents (discovery, issuer, upload locations); `None` takes it from each
    /// request's `Host`.
    pub public_url: Option<String>,
    /// The time all of this lives in.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7679)),
            tls: None,
            seed: 1,
            access_token_lifetime: Duration::from_secs(3599),
            history_retention: Duration::from_secs(7 * 24 * 3600),
            push_interval: Duration::from_secs(1),
            quotas: Quotas::Off,
            graph_quotas: None,
            public_url: None,
            clock: Clock::system(),
        }
    }
}
