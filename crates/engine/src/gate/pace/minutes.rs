//! What was asked of providers, counted by grant and minute until it is written down.

use std::collections::HashMap;
use std::time::Duration;

use model::GrantId;
use model::quota::ProviderMinute;
use quota::Moment;

/// Counts not written down yet.
#[derive(Default)]
pub(super) struct Minutes {
    counts: HashMap<(GrantId, i64), ProviderMinute>,
}

impl Minutes {
    /// Requests that got leave at `now` after waiting for it.
    pub(super) fn went(&mut self, grant: GrantId, now: Moment, calls: u32, units: u64, waited: Duration) {
        let minute = self.of(grant, now);
        minute.calls += u64::from(calls);
        minute.units += units;
        if !waited.is_zero() {
            minute.waits += 1;
            minute.waited_ms += u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        }
    }

    /// Calls that were refused.
    pub(super) fn refused(&mut self, grant: GrantId, now: Moment, calls: u64) {
        self.of(grant, now).refusals += calls;
    }

    fn of(&mut self, grant: GrantId, now: Moment) -> &mut ProviderMinute {
        let minute = now.0.div_euclid(60_000);
        self.counts.entry((grant, minute)).or_insert(ProviderMinute { minute, ..ProviderMinute::default() })
    }

    /// A grant's counts that are not written down yet.
    pub(super) fn of_grant(&self, grant: GrantId) -> Vec<ProviderMinute> {
        self.counts.iter().filter(|((id, _), _)| *id == grant).map(|(_, minute)| *minute).collect()
    }

    /// Puts counts back that could not be written down.
    pub(super) fn put_back(&mut self, minutes: Vec<(GrantId, ProviderMinute)>) {
        for (grant, unkept) in minutes {
            let fresh = ProviderMinute { minute: unkept.minute, ..ProviderMinute::default() };
            self.counts.entry((grant, unkept.minute)).or_insert(fresh).add(&unkept);
        }
    }

    /// Takes the counts, to be written down.
    pub(super) fn tear_off(&mut self) -> Vec<(GrantId, ProviderMinute)> {
        std::mem::take(&mut self.counts).into_iter().map(|((grant, _), minute)| (grant, minute)).collect()
    }
}
