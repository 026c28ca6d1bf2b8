//! The sections of the configuration, typed. Their meaning is told in `config.default.toml`, key by key.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use model::quota::Regime;
use model::secret::SecretString;
use serde::Deserialize;

use super::keys::{self, SealingKey};
use super::units;

/// Everything the operator decides.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The HTTP side.
    pub server: Server,
    /// Postroad's own rate limits.
    pub limits: Limits,
    /// The database.
    pub storage: Storage,
    /// Keys of secrets at rest.
    pub sealing: Sealing,
    /// Following mailboxes.
    pub sync: Sync,
    /// Deliveries.
    pub webhooks: Webhooks,
    /// Sending.
    pub sending: Sending,
    /// The providers' quotas.
    pub quota: Quota,
    /// What may be done to messages.
    pub messages: Messages,
    /// Google.
    pub google: Google,
    /// Microsoft.
    pub microsoft: Microsoft,
    /// Tracked messages.
    pub tracking: Tracking,
    /// Prometheus.
    pub metrics: Metrics,
    /// The log.
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Where it is reached from outside, without a trailing slash.
    pub public_url: String,
    /// Believe `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// Callback URIs may be plain http.
    pub allow_http_callbacks: bool,
    /// Bytes.
    #[serde(deserialize_with = "units::size")]
    pub max_json_body: usize,
    /// Bytes.
    #[serde(deserialize_with = "units::size")]
    pub max_multipart_body: usize,
    /// For the body of a request to arrive.
    #[serde(deserialize_with = "units::duration")]
    pub body_deadline: Duration,
    /// For the answer.
    #[serde(deserialize_with = "units::duration")]
    pub request_deadline: Duration,
    /// For work in hand when stopping.
    #[serde(deserialize_with = "units::duration")]
    pub drain_deadline: Duration,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    /// Per application.
    pub admin_per_second: u32,
    /// Per grant.
    pub grant_per_second: u32,
    /// Multipart sends per grant.
    pub multipart_per_second: u32,
    /// Visits to marks of tracked messages per network address.
    pub visits_per_second: u32,
}

/// `[storage]`
#[derive(Clone, Debug, Deserialize)]
pub struct Storage {
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// Reading connections.
    pub readers: usize,
    /// Bytes of page cache per connection.
    #[serde(deserialize_with = "units::size")]
    pub cache: usize,
    /// zstd level.
    pub compression_level: i32,
}

impl Storage {
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("postroad.db")
    }
}

/// `[sealing]`
#[derive(Clone, Debug, Deserialize)]
pub struct Sealing {
    /// The first one seals, all open. May be empty where nothing secret is touched.
    #[serde(deserialize_with = "keys::deserialize")]
    pub keys: Vec<SealingKey>,
}

/// `[sync]`
#[derive(Clone, Debug, Deserialize)]
pub struct Sync {
    /// Without push.
    #[serde(deserialize_with = "units::duration")]
    pub poll_interval: Duration,
    /// With push.
    #[serde(deserialize_with = "units::duration")]
    pub poll_interval_with_push: Duration,
    /// Mailboxes at once.
    pub workers: usize,
    /// Fetches in hand per mailbox.
    pub fetches_ahead: usize,
    /// Messages per fetch.
    pub fetch_batch: usize,
    /// Per provider request.
    #[serde(deserialize_with = "units::duration")]
    pub provider_timeout: Duration,
    /// PEM certificates to trust in requests to providers; empty for none.
    #[serde(rename = "provider_ca_file", deserialize_with = "certificates")]
    pub provider_ca: Vec<u8>,
}

/// The contents of the file that is named.
fn certificates<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let path = String::deserialize(from)?;
    let unreadable = |error| serde::de::Error::custom(format!("\"{path}\" cannot be read: {error}"));
    if path.is_empty() { Ok(Vec::new()) } else { std::fs::read(&path).map_err(unreadable) }
}

/// `[webhooks]`
#[derive(Clone, Debug, Deserialize)]
pub struct Webhooks {
    /// Per delivery.
    #[serde(deserialize_with = "units::duration")]
    pub timeout: Duration,
    /// Deliveries at once.
    pub workers: usize,
    /// Loopback and private addresses are fine.
    pub allow_private: bool,
    /// Webhooks may be plain http.
    pub allow_http: bool,
    /// For replay.
    #[serde(deserialize_with = "units::duration")]
    pub keep_events: Duration,
}

/// `[sending]`
#[derive(Clone, Debug, Deserialize)]
pub struct Sending {
    /// For the outcome of an immediate send.
    #[serde(deserialize_with = "units::duration")]
    pub patience: Duration,
    /// At once for one mailbox.
    pub lanes: usize,
    /// At once.
    pub workers: usize,
    /// 0 is no limit.
    pub messages_per_minute: u32,
    /// Immediate sends become events.
    pub announce_immediate: bool,
}

/// `[quota]`; a zero takes what the provider publishes.
#[derive(Clone, Debug, Deserialize)]
pub struct Quota {
    /// Stay under what is published.
    pub keep_to_published: bool,
    /// The price list; `None` is found out.
    #[serde(deserialize_with = "regime")]
    pub regime: Option<Regime>,
    /// Of one mailbox.
    pub mailbox_units_per_minute: u64,
    /// Of a project.
    pub project_units_per_minute: u64,
    /// Sent by one mailbox.
    pub messages_per_day: u64,
    /// Sent to by one mailbox.
    pub recipients_per_day: u64,
    /// Calls at once per mailbox.
    pub mailbox_concurrency: u32,
}

fn regime<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Regime>, D::Error> {
    let text = String::deserialize(from)?;
    match (text.as_str(), Regime::parse(&text)) {
        ("auto", _) => Ok(None),
        (_, Some(regime)) => Ok(Some(regime)),
        _ => Err(serde::de::Error::custom(format!("\"{text}\" is none of \"auto\", \"current\", \"previous\""))),
    }
}

/// `[messages]`
#[derive(Clone, Debug, Deserialize)]
pub struct Messages {
    /// `hard_delete=true` is honoured.
    pub allow_hard_delete: bool,
}

/// `[google]`
#[derive(Clone, Debug, Deserialize)]
pub struct Google {
    /// Proves Pub/Sub pushes; `None` refuses them.
    #[serde(deserialize_with = "optional_secret")]
    pub push_token: Option<SecretString>,
    /// Gmail REST.
    pub gmail_url: String,
    /// Authorization page.
    pub authorize_url: String,
    /// Token endpoint.
    pub token_url: String,
    /// Revocation endpoint.
    pub revoke_url: String,
    /// OpenID userinfo.
    pub userinfo_url: String,
}

/// `[microsoft]`
#[derive(Clone, Debug, Deserialize)]
pub struct Microsoft {
    /// Graph, with its version.
    pub graph_url: String,
    /// The identity platform, without a tenant.
    pub authority_url: String,
}

/// `[tracking]`
#[derive(Clone, Debug, Deserialize)]
pub struct Tracking {
    /// Who visited a mark is kept and told.
    pub visitors: bool,
}

/// `[metrics]`
#[derive(Clone, Debug, Deserialize)]
pub struct Metrics {
    /// `/metrics` is answered.
    pub enabled: bool,
    /// Who presents it may read; `None` leaves it to this machine.
    #[serde(deserialize_with = "optional_secret")]
    pub token: Option<SecretString>,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
pub struct Log {
    /// Levels.
    pub filter: String,
    /// For whom.
    pub format: LogFormat,
}

/// For whom the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// People.
    Human,
    /// Machines: one JSON object per line.
    Json,
}

fn optional_secret<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(from)?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| SecretString::from(text)))
}
