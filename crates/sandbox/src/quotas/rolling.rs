//! What was used in the time just past, entry by entry.

use std::collections::VecDeque;

/// A sum over the last `length_ms`, as exact as `grain_ms`: what happens within one grain leaves together, at its end.
#[derive(Debug)]
pub(super) struct Rolling {
    length_ms: i64,
    grain_ms: i64,
    /// End of the grain in milliseconds, and the amount; oldest first.
    log: VecDeque<(i64, u64)>,
    sum: u64,
}

impl Rolling {
    /// The last minute, to the millisecond.
    pub(super) fn minute() -> Self {
        Self { length_ms: 60_000, grain_ms: 1, log: VecDeque::new(), sum: 0 }
    }

    /// The last 24 hours, to the minute.
    pub(super) fn day() -> Self {
        Self { length_ms: 86_400_000, grain_ms: 60_000, log: VecDeque::new(), sum: 0 }
    }

    /// Lets go of what lies `length_ms` back or more.
    pub(super) fn expire(&mut self, now_ms: i64) {
        while let Some(&(at_ms, amount)) = self.log.front() {
            if at_ms.saturating_add(self.length_ms) > now_ms {
                break;
            }
            self.sum -= amount;
            self.log.pop_front();
        }
    }

    /// Adds an amount now. Time must not run backwards between two calls.
    pub(super) fn add(&mut self, now_ms: i64, amount: u64) {
        if amount == 0 {
            return;
        }
        let at_ms = now_ms - now_ms.rem_euclid(self.grain_ms) + self.grain_ms - 1;
        self.sum += amount;
        match self.log.back_mut() {
            Some((last_ms, sum)) if *last_ms >= at_ms => *sum += amount,
            _ => self.log.push_back((at_ms, amount)),
        }
    }

    /// What is inside.
    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    /// The entry (milliseconds) whose leaving brings the sum down to `most`; the oldest when it is there already.
    pub(super) fn entry_above(&self, most: u64) -> Option<i64> {
        let mut left = self.sum;
        for &(at_ms, amount) in &self.log {
            left -= amount;
            if left <= most {
                return Some(at_ms);
            }
        }
        None
    }
}
