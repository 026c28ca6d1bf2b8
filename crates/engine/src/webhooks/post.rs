//! The HTTP client of webhooks, and the bell that wakes the deliverer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Fault, Timestamp, WebhookId};
use reqwest::redirect::Policy;
use tokio::sync::Notify;

use super::address_guard::PublicOnly;
use crate::{Result, Settings};

/// What deliveries share.
pub(crate) struct Post {
    pub(super) http: reqwest::Client,
    bell: Arc<Notify>,
    /// When each webhook's health was looked at last.
    pub(super) looked_at: Mutex<HashMap<WebhookId, Timestamp>>,
}

impl Post {
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let mut http = reqwest::Client::builder()
            .timeout(settings.webhook_timeout)
            .connect_timeout(settings.webhook_timeout.min(Duration::from_secs(5)))
            // A redirect would lead around the check of the address.
            .redirect(Policy::none())
            // So would a proxy from the environment.
            .no_proxy()
            .user_agent(concat!("postroad/", env!("CARGO_PKG_VERSION")));
        if !settings.allow_private_webhooks {
            http = http.dns_resolver(PublicOnly);
        }
        let http = http.build().map_err(|error| Fault::internal(format!("no HTTP client for webhooks: {error}")))?;
        Ok(Self { http, bell: Arc::default(), looked_at: Mutex::default() })
    }

    /// Something may have been written for webhooks.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }

    /// The bell, for those who ring it.
    pub(crate) fn bell(&self) -> Arc<Notify> {
        self.bell.clone()
    }

    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }
}
