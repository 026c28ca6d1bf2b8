//! What the pacer knows outlives a restart: read before the first call, written down every few seconds while it changes.
//!
//! A crash loses the last seconds: at worst a throttle is met once more, and some calls of the last minute are not
//! counted against it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Core, Gate};
use crate::Inner;
use crate::at_rest::AtRest;

/// Between two writings.
const PAUSE: Duration = Duration::from_secs(5);
/// Where it is kept.
const SUBJECT: &str = "pacer";

impl Core {
    /// Makes sure that what was learned before the last restart is known.
    pub(super) async fn remember(&self) {
        self.remembered.get_or_init(|| self.recall()).await;
    }

    async fn recall(&self) {
        match self.store.learned(SUBJECT).await.at_rest() {
            Ok(Some(kept)) => match serde_json::from_str(&kept) {
                Ok(learned) => self.pace.restore(learned),
                Err(error) => {
                    tracing::warn!(%error, "what was learned of quotas is of another release; it is learned anew")
                }
            },
            Ok(None) => {}
            Err(fault) => {
                tracing::error!(raw = fault.raw.as_deref(), "what was learned of quotas could not be read: {fault}")
            }
        }
    }

    async fn keep_learned(&self) {
        if let Some(learned) = self.pace.learned() {
            let kept = match serde_json::to_string(&learned) {
                Ok(content) => self.store.keep_learned(SUBJECT, content, self.now()).await.at_rest(),
                Err(error) => Err(model::Fault::internal(error.to_string())),
            };
            if let Err(fault) = kept {
                tracing::error!(raw = fault.raw.as_deref(), "what was learned of quotas could not be kept: {fault}");
            }
        }
        let minutes = self.pace.minutes();
        if !minutes.is_empty()
            && let Err(fault) = self.store.add_provider_minutes(minutes).await.at_rest()
        {
            tracing::error!(raw = fault.raw.as_deref(), "provider calls could not be counted: {fault}");
        }
    }
}

impl Gate {
    /// Writes down what was learned since the last time.
    pub(crate) async fn keep(&self) {
        self.core.keep_learned().await;
    }
}

/// Keeps what is learned, until stopped. What comes after that is the caller's to keep.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    inner.gate.core.remember().await;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = inner.gate.pace().changed() => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = inner.wait(PAUSE) => inner.gate.keep().await,
        }
    }
}
