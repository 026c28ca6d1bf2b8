//! The limits that calls are paced by: what the provider publishes, as the operator overrides it.

use std::sync::{Arc, Mutex};

use model::Provider;
use model::quota::{Concurrency, Limits, Regime};

use crate::lock::lock;
use crate::settings::QuotaSettings;

/// Every list in use, each once: the pacer tells by the pointer whether a key's limits have changed.
pub(super) struct PriceLists {
    settings: QuotaSettings,
    lists: Mutex<Vec<Arc<Limits>>>,
}

impl PriceLists {
    pub(super) fn new(settings: QuotaSettings) -> Self {
        Self { settings, lists: Mutex::default() }
    }

    /// The limits of one mailbox.
    pub(super) fn of(&self, provider: Provider, regime: Regime, address: &str) -> Arc<Limits> {
        let limits = self.overridden(providers::limits_of(provider, regime, address));
        let mut lists = lock(&self.lists);
        if let Some(known) = lists.iter().find(|known| ***known == limits) {
            return known.clone();
        }
        let limits = Arc::new(limits);
        lists.push(limits.clone());
        limits
    }

    fn overridden(&self, mut limits: Limits) -> Limits {
        if !self.settings.keep_to_published {
            limits.allowances.clear();
        }
        for over in &self.settings.allowances {
            let known = |one: &&mut model::quota::Allowance| {
                (one.level, one.dimension, one.per) == (over.level, over.dimension, over.per)
            };
            match limits.allowances.iter_mut().find(known) {
                Some(known) => known.amount = over.amount,
                None => limits.allowances.push(*over),
            }
        }
        if let (Some(most), Some(concurrency)) = (self.settings.concurrency, limits.concurrency) {
            let most = most.max(1);
            limits.concurrency =
                Some(Concurrency { start: concurrency.start.min(most), most, least: concurrency.least.min(most) });
        }
        limits
    }
}
