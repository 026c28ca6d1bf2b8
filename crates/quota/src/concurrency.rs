//! How many calls may be under way for one mailbox: learned upwards while all goes well, cut when refused.

use model::quota::Concurrency;

/// What a refusal leaves.
const CUT: f32 = 0.7;
/// Rounds of successes per further place, near the number that was refused last.
const CAREFUL: f32 = 20.0;

/// The learned number of places.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Places {
    pub(crate) limit: f32,
    successes: f32,
    refused_at_limit: f32,
    cut_at: i64,
}

impl Places {
    pub(crate) fn new(terms: Concurrency) -> Self {
        Self { limit: terms.start as f32, successes: 0.0, refused_at_limit: f32::MAX, cut_at: i64::MIN }
    }

    /// As learned before a restart.
    pub(crate) fn learned(limit: f32, terms: Concurrency) -> Self {
        let limit = limit.clamp(terms.least as f32, terms.most.max(terms.least) as f32);
        Self { limit, ..Self::new(terms) }
    }

    /// Places at present; at least one.
    pub(crate) fn count(&self) -> u32 {
        (self.limit as u32).max(1)
    }

    /// Places that background work leaves free.
    pub(crate) fn kept_free(count: u32) -> u32 {
        match count {
            0..=2 => 0,
            3..=7 => 1,
            _ => 2,
        }
    }

    /// Calls ended well while `under_way` were out, themselves included.
    pub(crate) fn went_well(&mut self, calls: u32, under_way: u32, terms: Concurrency) {
        let count = self.count();
        if self.limit >= terms.most as f32 || under_way + Self::kept_free(count) + 1 < count {
            return;
        }
        self.successes += calls as f32;
        let rounds = if self.limit + 1.0 >= self.refused_at_limit * 0.9 { CAREFUL } else { 1.0 };
        if self.successes >= self.limit * rounds {
            self.limit = (self.limit + 1.0).min(terms.most as f32);
            self.successes = 0.0;
        }
    }

    /// A call admitted at `admitted` was refused. Refusals of calls admitted before the last cut belong to it.
    pub(crate) fn refuse(&mut self, now: i64, admitted: i64, terms: Concurrency) {
        if admitted <= self.cut_at {
            return;
        }
        self.refused_at_limit = self.limit;
        self.limit = (self.limit * CUT).floor().max(terms.least.max(1) as f32);
        (self.cut_at, self.successes) = (now, 0.0);
    }
}
