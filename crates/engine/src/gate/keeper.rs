//! What the pacer knows outlives a restart: read before the first call, written down every few seconds while it changes.
//!
//! A crash loses the last seconds: at worst a throttle is met once more, and some calls of the last minute are not
//! counted against it. What a store in trouble did not take is offered to it again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use quota::KeyView;
use tokio_util::sync::CancellationToken;

use super::pace::{Busy, Key};
use super::{Core, Gate};
use crate::at_rest::AtRest;
use crate::{Inner, Result};

/// Between two writings.
const PAUSE: Duration = Duration::from_secs(5);
/// Where it is kept.
const SUBJECT: &str = "pacer";
/// Where it is kept what goes on, for commands that look from outside.
const BUSY: &str = "pacer.busy";
/// What goes on is believed this long.
const BELIEVED: i64 = 15;

impl Core {
    /// Makes sure that what was learned before the last restart is known. While the store cannot be read, calls go on
    /// without, and the next one tries again.
    pub(super) async fn remember(&self) {
        if let Err(fault) = self.remembered.get_or_try_init(|| self.recall()).await {
            tracing::error!(raw = fault.raw.as_deref(), "what was learned of quotas could not be read: {fault}");
        }
    }

    async fn recall(&self) -> Result<()> {
        if let Some((kept, _)) = self.store.learned(SUBJECT).await.at_rest()? {
            match serde_json::from_str(&kept) {
                Ok(learned) => self.pace.restore(learned),
                Err(error) => {
                    tracing::warn!(%error, "what was learned of quotas is of another release; it is learned anew")
                }
            }
        }
        Ok(())
    }

    async fn keep_learned(&self) {
        self.remember().await;
        // What is not known yet would be overwritten.
        if self.remembered.initialized()
            && let Some(learned) = self.pace.learned()
            && !self.write(SUBJECT, &learned).await
        {
            self.pace.learned_unkept();
        }
        self.write(BUSY, &self.pace.busy()).await;
        let minutes = self.pace.minutes();
        if !minutes.is_empty()
            && let Err(fault) = self.store.add_provider_minutes(minutes.clone()).await.at_rest()
        {
            tracing::error!(raw = fault.raw.as_deref(), "provider calls could not be counted: {fault}");
            self.pace.minutes_unkept(minutes);
        }
    }
}

impl Core {
    /// Whether it is kept.
    async fn write(&self, subject: &'static str, what: &impl serde::Serialize) -> bool {
        let kept = match serde_json::to_string(what) {
            Ok(content) => self.store.keep_learned(subject, content, self.now()).await.at_rest(),
            Err(error) => Err(model::Fault::internal(error.to_string())),
        };
        if let Err(fault) = &kept {
            tracing::error!(raw = fault.raw.as_deref(), subject, "the state of quotas could not be kept: {fault}");
        }
        kept.is_ok()
    }
}

impl Gate {
    /// Makes sure that what was learned before the last restart is known.
    pub(crate) async fn remember(&self) {
        self.core.remember().await;
    }

    /// What went on when a server wrote it down last, and when that was; aged until now, so that old counts are not told
    /// as new ones.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn seen_elsewhere(&self) -> Result<(HashMap<Key, KeyView>, Option<Timestamp>)> {
        let Some((content, then)) = self.core.store.learned(BUSY).await.at_rest()? else {
            return Ok((HashMap::new(), None));
        };
        let mut views = serde_json::from_str::<Busy>(&content).unwrap_or_default().by_key();
        let age = self.core.now().as_second() - then.as_second();
        for view in views.values_mut() {
            let over = |window: &&mut quota::WindowView| age >= i64::try_from(window.per.as_secs()).unwrap_or(i64::MAX);
            view.windows.iter_mut().filter(over).for_each(|window| window.used = 0);
            if age > BELIEVED {
                (view.in_flight, view.waiting) = (0, Default::default());
            }
        }
        Ok((views, Some(then)))
    }

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
