//! Which price list each project has: configured, or learned from its first refusal (facts: gmail.md 1.1).

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use model::quota::Regime;

use super::Key;
use crate::lock::lock;

pub(super) struct Regimes {
    /// What the operator says; never learned against.
    configured: Option<Regime>,
    learned: Mutex<HashMap<Key, Regime>>,
    news: AtomicBool,
}

impl Regimes {
    pub(super) fn new(configured: Option<Regime>) -> Self {
        Self { configured, learned: Mutex::default(), news: AtomicBool::new(false) }
    }

    pub(super) fn of(&self, project: &Key) -> Regime {
        self.configured.or_else(|| lock(&self.learned).get(project).copied()).unwrap_or_default()
    }

    /// Takes note of a refusal's price list.
    pub(super) fn learn(&self, project: &Key, regime: Regime) {
        if let Some(configured) = self.configured {
            if configured != regime {
                tracing::warn!(
                    configured = configured.as_str(),
                    refusal = regime.as_str(),
                    "a refusal names another quota regime than `quota.regime` says; the configuration is followed"
                );
            }
            return;
        }
        if lock(&self.learned).insert(*project, regime) != Some(regime) {
            self.news.store(true, Ordering::Relaxed);
            tracing::info!(?project, regime = regime.as_str(), "a refusal tells the project's quota regime");
        }
    }

    pub(super) fn take_news(&self) -> bool {
        self.news.swap(false, Ordering::Relaxed)
    }

    pub(super) fn learned(&self) -> Vec<(Key, Regime)> {
        lock(&self.learned).iter().map(|(key, regime)| (*key, *regime)).collect()
    }

    pub(super) fn restore(&self, learned: Vec<(Key, Regime)>) {
        let mut known = lock(&self.learned);
        for (project, regime) in learned {
            known.entry(project).or_insert(regime);
        }
    }
}
