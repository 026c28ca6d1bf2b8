//! What a script needs to use a demo that is ready.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use engine::timer::Timer;
use model::grant::Grant;
use model::{ApplicationId, Clock as _};
use serde_json::{Value, json};

use super::kept::Kept;
use crate::clock::SystemClock;
use crate::commands::private_file::write_private;
use crate::config::Config;

/// Addresses, key and grants.
pub(super) struct Ready {
    pub api_url: String,
    pub api_key: String,
    pub application_id: Option<ApplicationId>,
    pub sandbox_url: String,
    pub grants: Vec<Grant>,
}

impl Ready {
    pub(super) fn new(config: &Config, kept: &Kept, sandbox_url: &str, grants: &[Grant]) -> Self {
        Self {
            api_url: config.server.public_url.clone(),
            api_key: kept.api_key.clone().unwrap_or_default(),
            application_id: kept.application_id,
            sandbox_url: sandbox_url.to_owned(),
            grants: grants.to_vec(),
        }
    }

    /// As the ready file holds it.
    pub(super) fn to_json(&self) -> Value {
        let grant = |grant: &Grant| json!({ "id": grant.id, "email": grant.email, "provider": grant.provider });
        json!({
            "api_url": self.api_url,
            "api_key": self.api_key,
            "client_id": self.application_id,
            "sandbox_url": self.sandbox_url,
            "grants": self.grants.iter().map(grant).collect::<Vec<_>>(),
        })
    }

    /// Writes the ready file, all of it at once: who sees it can read it whole.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        write_private(path, format!("{:#}\n", self.to_json()).as_bytes())
    }

    /// Returns once the API answers this key.
    pub(super) async fn wait_until_answered(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        let url = format!("{}/v3/grants", self.api_url);
        let mut last = None;
        for _ in 0..100 {
            match client.get(&url).bearer_auth(&self.api_key).send().await.and_then(|answer| answer.error_for_status())
            {
                Ok(_) => return Ok(()),
                Err(error) => last = Some(error),
            }
            Timer::system().until(SystemClock.now() + Duration::from_millis(20)).await;
        }
        let error = last.map_or_else(|| anyhow::anyhow!("it was never asked"), anyhow::Error::new);
        Err(error).with_context(|| format!("the server started, but {url} does not answer"))
    }
}
