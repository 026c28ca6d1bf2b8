//! What each crate is told, read from the configuration.

use std::collections::HashMap;
use std::time::Duration;

use model::Provider;
use model::outbox::SendCaps;
use model::quota::{Allowance, Dimension, Level};
use model::secret::SecretString;

use crate::config::{Config, ConfigError, Quota};

/// For the store.
pub fn store_options(config: &Config) -> store::Options {
    store::Options {
        readers: config.storage.readers,
        cache_kib: u32::try_from(config.storage.cache / 1024).unwrap_or(u32::MAX),
        compression_level: config.storage.compression_level,
        ..store::Options::at(config.storage.database())
    }
}

/// For the engine.
pub fn engine_settings(config: &Config) -> engine::Settings {
    let google = &config.google;
    engine::Settings {
        public_url: config.server.public_url.clone(),
        endpoints: providers::Endpoints {
            google: providers::GoogleEndpoints {
                gmail: google.gmail_url.clone(),
                authorize: google.authorize_url.clone(),
                token: google.token_url.clone(),
                revoke: google.revoke_url.clone(),
                userinfo: google.userinfo_url.clone(),
            },
            microsoft: providers::MicrosoftEndpoints {
                graph: config.microsoft.graph_url.clone(),
                authority: config.microsoft.authority_url.clone(),
            },
        },
        poll_interval: config.sync.poll_interval,
        poll_interval_with_push: config.sync.poll_interval_with_push,
        sync_workers: config.sync.workers,
        fetches_ahead: config.sync.fetches_ahead,
        quota: quota_settings(&config.quota),
        fetch_batch: config.sync.fetch_batch,
        provider_timeout: config.sync.provider_timeout,
        provider_ca: config.sync.provider_ca.clone(),
        webhook_timeout: config.webhooks.timeout,
        webhook_workers: config.webhooks.workers,
        allow_private_webhooks: config.webhooks.allow_private,
        allow_http_webhooks: config.webhooks.allow_http,
        allow_http_callbacks: config.server.allow_http_callbacks,
        keep_events: config.webhooks.keep_events,
        push_tokens: google.push_token.iter().map(|token| (Provider::Google, token.clone())).collect(),
        allow_hard_delete: config.messages.allow_hard_delete,
        send_patience: config.sending.patience,
        send_lanes: config.sending.lanes,
        outbox_workers: config.sending.workers,
        send_caps: send_caps(config),
        announce_immediate_sends: config.sending.announce_immediate,
    }
}

/// What mailboxes may send: by minute as configured, by day as published unless configured. A stand-in has no days.
fn send_caps(config: &Config) -> HashMap<Provider, SendCaps> {
    let (quota, minute) = (&config.quota, config.sending.messages_per_minute);
    let day = |said: u64, published: Option<u32>| match u32::try_from(said) {
        Ok(0) => published.filter(|_| quota.keep_to_published),
        said => Some(said.unwrap_or(u32::MAX)),
    };
    let mut caps = engine::outbox::usual_caps();
    for caps in caps.values_mut() {
        *caps = SendCaps {
            messages_per_minute: (minute > 0).then_some(minute),
            messages_per_day: day(quota.messages_per_day, caps.messages_per_day),
            recipients_per_day: day(quota.recipients_per_day, caps.recipients_per_day),
        };
    }
    caps
}

/// What the operator says about quotas; zeros leave what is published.
fn quota_settings(quota: &Quota) -> engine::settings::QuotaSettings {
    use Dimension::{Messages, Recipients, Units};
    let (minute, day) = (Duration::from_secs(60), Duration::from_secs(24 * 3600));
    let said = [
        (Level::ProjectMailbox, Units, quota.mailbox_units_per_minute, minute),
        (Level::Project, Units, quota.project_units_per_minute, minute),
        (Level::Mailbox, Messages, quota.messages_per_day, day),
        (Level::Mailbox, Recipients, quota.recipients_per_day, day),
    ];
    let allowances = said.into_iter().filter(|(_, _, amount, _)| *amount > 0);
    engine::settings::QuotaSettings {
        keep_to_published: quota.keep_to_published,
        regime: quota.regime,
        allowances: allowances
            .map(|(level, dimension, amount, per)| Allowance { level, dimension, amount, per })
            .collect(),
        concurrency: Some(quota.mailbox_concurrency).filter(|most| *most > 0),
    }
}

/// For the server.
pub fn server_settings(config: &Config) -> server::Settings {
    server::Settings {
        admin_rate: config.limits.admin_per_second,
        grant_rate: config.limits.grant_per_second,
        multipart_rate: config.limits.multipart_per_second,
        visit_rate: config.limits.visits_per_second,
        visitors: config.tracking.visitors,
        max_json_body: config.server.max_json_body,
        max_multipart_body: config.server.max_multipart_body,
        body_deadline: config.server.body_deadline,
        request_deadline: config.server.request_deadline,
        trust_proxy: config.server.trust_proxy,
        metrics: config.metrics.enabled,
        metrics_token: config.metrics.token.clone(),
    }
}

/// Seals under the first configured key; refuses to be made without one.
pub fn sealer(config: &Config) -> anyhow::Result<engine::seal::Sealer> {
    let keys = &config.sealing.keys;
    if keys.is_empty() {
        return Err(ConfigError::NoSealingKey.into());
    }
    let keys = keys.iter().map(|key| (key.id.clone(), key.bytes())).collect();
    Ok(engine::seal::Sealer::new(keys)?)
}

/// Makes the push token of a demo, from the system's randomness.
pub(crate) fn random_token() -> anyhow::Result<SecretString> {
    let mut bytes = [0u8; 24];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gave no randomness"))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(SecretString::from(text))
}
