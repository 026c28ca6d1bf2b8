//! What the operator decides about the engine. Defaults are for production.

use std::collections::HashMap;
use std::time::Duration;

/// Limits, intervals, endpoints.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where this installation is reached from outside, without a trailing slash. Provider callbacks and links use it.
    pub public_url: String,
    /// Where the providers are.
    pub endpoints: providers::Endpoints,
    /// Between two polls of a grant without a working push subscription.
    pub poll_interval: Duration,
    /// Between two polls of a grant with one (the safety net).
    pub poll_interval_with_push: Duration,
    /// Mailboxes synced at the same time.
    pub sync_workers: usize,
    /// Fetches that one sync has under way or in hand at once. How many of their calls go out, the pacer decides.
    pub fetches_ahead: usize,
    /// Messages asked for per fetch.
    pub fetch_batch: usize,
    /// What the operator says about the providers' quotas.
    pub quota: QuotaSettings,
    /// Give up on one provider request after this long (the contract's own deadline is 90 s).
    pub provider_timeout: Duration,
    /// PEM certificates to trust beside the system's in requests to providers.
    pub provider_ca: Vec<u8>,
    /// Give up on one webhook delivery after this long (contract: 10 s).
    pub webhook_timeout: Duration,
    /// Deliveries under way at once, all webhooks together.
    pub webhook_workers: usize,
    /// Webhooks may point at loopback and private addresses, and messages be tracked through them. Only for demos and tests.
    pub allow_private_webhooks: bool,
    /// Webhooks may be plain http (beyond `http://localhost`). Only for demos and tests.
    pub allow_http_webhooks: bool,
    /// Callback URIs may be plain http (beyond `http://localhost`). Only for demos and tests.
    pub allow_http_callbacks: bool,
    /// How long events and ended deliveries are kept.
    pub keep_events: Duration,
    /// What pushes about mailboxes by their address must carry, by provider; one that is not here is refused.
    pub push_tokens: HashMap<model::Provider, model::secret::SecretString>,
    /// How long the caller of an immediate send is kept waiting for its outcome, at most. Below the contract's 90 s, so that
    /// the answer arrives.
    pub send_patience: Duration,
    /// Sends under way at once for one mailbox.
    pub send_lanes: usize,
    /// Sends under way at once, all mailboxes together.
    pub outbox_workers: usize,
    /// What a mailbox may send, by provider; see [`crate::outbox::usual_caps`].
    pub send_caps: HashMap<model::Provider, model::outbox::SendCaps>,
    /// Tell webhooks the end of sends that were waited for, too. (Off in the contract.)
    pub announce_immediate_sends: bool,
    /// `messages` may be removed for good (`hard_delete=true`).
    pub allow_hard_delete: bool,
}

/// What the operator says about the providers' quotas; otherwise what they publish holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuotaSettings {
    /// Keep to the allowances that providers publish. Against a stand-in without quotas there is nothing to keep to.
    pub keep_to_published: bool,
    /// The price list of every project; `None` finds it out from refusals.
    pub regime: Option<model::quota::Regime>,
    /// Allowances instead of the published ones at the same level, of the same dimension and length.
    pub allowances: Vec<model::quota::Allowance>,
    /// Calls under way at once for one mailbox at most.
    pub concurrency: Option<u32>,
}

impl Default for QuotaSettings {
    fn default() -> Self {
        Self { keep_to_published: true, regime: None, allowances: Vec::new(), concurrency: None }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:7678".into(),
            endpoints: providers::Endpoints::default(),
            poll_interval: Duration::from_secs(30),
            poll_interval_with_push: Duration::from_secs(600),
            sync_workers: 16,
            fetches_ahead: 4,
            fetch_batch: 50,
            quota: QuotaSettings::default(),
            provider_timeout: Duration::from_secs(90),
            provider_ca: Vec::new(),
            webhook_timeout: Duration::from_secs(10),
            webhook_workers: 16,
            allow_private_webhooks: false,
            allow_http_webhooks: false,
            allow_http_callbacks: false,
            keep_events: Duration::from_secs(7 * 24 * 3600),
            push_tokens: HashMap::new(),
            send_patience: Duration::from_secs(80),
            send_lanes: 4,
            outbox_workers: 64,
            send_caps: crate::outbox::usual_caps(),
            announce_immediate_sends: false,
            allow_hard_delete: false,
        }
    }
}
