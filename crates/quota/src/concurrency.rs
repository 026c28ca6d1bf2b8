//! How many calls may be under way for one mailbox: learned upwards while all goes well, cut when refused.

use model::quota::Concurrency;

/// What a refusal leaves.
const CUT: f32 = 0.7;
/// Of so few places a refusal takes one.
const FEW: f32 = 4.0;
/// Places per success while nothing was ever refused.
const STRIDE: f32 = 1.0;
/// Rounds of successes per further place, near the number that was refused last.
const CAREFUL: f32 = 20.0;
/// Each time an attempt is refused soon the next one is put off twice as long, up to so many times.
const MOST_CAREFUL: f32 = 16.0;

/// The learned number of places.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Places {
    pub(crate) limit: f32,
    successes: f32,
    refused_at_limit: f32,
    /// How many times more careful than after a first refusal.
    care: f32,
    cut_at: i64,
}

impl Places {
    pub(crate) fn new(terms: Concurrency) -> Self {
        Self { limit: terms.start as f32, successes: 0.0, refused_at_limit: f32::MAX, care: 1.0, cut_at: i64::MIN }
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
        if under_way + Self::kept_free(count) + 1 < count {
            return;
        }
        self.successes += calls as f32;
        if self.limit >= terms.most as f32 {
            return;
        }
        if self.refused_at_limit == f32::MAX {
            // Never refused: doubling each round, as the first minute is the one that somebody watches.
            self.limit = (self.limit + calls as f32 * STRIDE).min(terms.most as f32);
            return;
        }
        let rounds = if self.limit + 1.0 >= self.refused_at_limit * 0.9 { CAREFUL * self.care } else { 1.0 };
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
        // Refused soon: another client has its share for good. After a good while: a place was given back late, for once.
        let soon = self.refused_at_limit < f32::MAX && self.successes < self.limit * CAREFUL;
        self.care = if soon { (self.care * 2.0).min(MOST_CAREFUL) } else { (self.care / 2.0).max(1.0) };
        self.refused_at_limit = self.limit;
        let left = if self.limit <= FEW { self.limit - 1.0 } else { self.limit * CUT };
        self.limit = left.floor().max(terms.least.max(1) as f32);
        (self.cut_at, self.successes) = (now, 0.0);
    }
}
