//! A sliding window that cannot be overrun, whatever the latency.
//!
//! The service counts a call at some moment between its departure and its answer; which one is not known. A call
//! is therefore counted as *flying* from the moment it is admitted, and when it has been answered it *lands* in a
//! bucket, which is let go one window after its **end**. Whatever moment the service took, the call is counted here
//! for all of the window that follows it. That costs the latency plus half a bucket per window, 0.3 % of a minute
//! at 100 ms.

use std::collections::VecDeque;

/// Buckets per window: the finer, the less is lost, the more is kept.
const BUCKETS: i64 = 600;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    end: i64,
    all: u64,
    awaited: u64,
}

/// What has been counted in one window. Allocates only while something has landed.
#[derive(Default, Debug)]
pub(crate) struct Window {
    buckets: VecDeque<Bucket>,
    landed: u64,
    landed_awaited: u64,
    flying: u64,
    flying_awaited: u64,
}

impl Window {
    /// Counted at present, after [`expire`](Self::expire).
    pub(crate) fn used(&self) -> u64 {
        self.landed.saturating_add(self.flying)
    }

    /// The part of it that somebody waited for.
    pub(crate) fn awaited(&self) -> u64 {
        self.landed_awaited.saturating_add(self.flying_awaited)
    }

    /// Lets go of what is older than the window.
    pub(crate) fn expire(&mut self, now: i64, per: i64) {
        while let Some(front) = self.buckets.front().filter(|front| front.end + per <= now) {
            self.landed -= front.all;
            self.landed_awaited -= front.awaited;
            self.buckets.pop_front();
        }
    }

    /// What [`used`](Self::used) would be after letting go.
    pub(crate) fn used_at(&self, now: i64, per: i64) -> u64 {
        let gone: u64 = self.buckets.iter().take_while(|bucket| bucket.end + per <= now).map(|bucket| bucket.all).sum();
        self.used() - gone
    }

    pub(crate) fn depart(&mut self, amount: u64, awaited: bool) {
        self.flying = self.flying.saturating_add(amount);
        if awaited {
            self.flying_awaited = self.flying_awaited.saturating_add(amount);
        }
    }

    /// What departed as `amount` has turned out to be `actual`.
    pub(crate) fn land(&mut self, now: i64, per: i64, amount: u64, actual: u64, awaited: bool) {
        self.flying = self.flying.saturating_sub(amount);
        let actual_awaited = if awaited { actual } else { 0 };
        if awaited {
            self.flying_awaited = self.flying_awaited.saturating_sub(amount);
        }
        if actual > 0 {
            let width = (per / BUCKETS).max(1);
            self.put(now.div_euclid(width).saturating_add(1).saturating_mul(width), actual, actual_awaited);
        }
    }

    /// Counts what landed before a bucket's end. Ends never decrease.
    pub(crate) fn put(&mut self, end: i64, all: u64, awaited: u64) {
        // Bounded, so that a service that tells absurd sizes cannot make the sums overflow.
        let all = all.min(u64::MAX / 4 - self.landed.min(u64::MAX / 4));
        let awaited = awaited.min(all);
        self.landed += all;
        self.landed_awaited += awaited;
        match self.buckets.back_mut() {
            Some(last) if last.end >= end => {
                last.all += all;
                last.awaited += awaited;
            }
            _ => self.buckets.push_back(Bucket { end, all, awaited }),
        }
    }

    /// When so much will have been let go; `None` if that depends on calls under way.
    pub(crate) fn freed(&self, need: u64, per: i64) -> Option<i64> {
        let mut sum = 0;
        self.buckets.iter().find_map(|bucket| {
            sum += bucket.all;
            (sum >= need).then_some(bucket.end + per)
        })
    }

    /// When something will be let go next.
    pub(crate) fn next_expiry(&self, per: i64) -> Option<i64> {
        self.buckets.front().map(|bucket| bucket.end + per)
    }

    /// Whether anything is counted, without letting go of anything first.
    pub(crate) fn counts_at(&self, now: i64, per: i64) -> bool {
        self.flying > 0 || self.buckets.back().is_some_and(|last| last.end + per > now)
    }

    /// Nothing counted, so nothing lost by forgetting it.
    pub(crate) fn is_empty(&self) -> bool {
        self.used() == 0
    }

    /// (end, all, awaited) of every bucket.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (i64, u64, u64)> + '_ {
        self.buckets.iter().map(|bucket| (bucket.end, bucket.all, bucket.awaited))
    }
}
