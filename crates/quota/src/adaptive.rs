//! The learned ceiling of a key that has been refused: what the service really gives, which may be less than it
//! publishes.
//!
//! A refused key is *tight*: in addition to its window it is paced by two token buckets that fill at the learned rate.
//! Interactive calls may burst a third of the allowance; background work a fraction of a second's worth, so that one
//! refusal does not become fifty. A refusal lowers the rate once per episode, use without refusals raises it slowly, and
//! near the height of the last refusal slower still. Back at the published rate, the pace is forgotten.

use serde::{Deserialize, Serialize};

/// What a first refusal leaves of the ceiling.
const FIRST: f64 = 0.8;
/// What one soon after another leaves.
const SHARP: f64 = 0.88;
/// What a refusal after a good while leaves.
const MILD: f64 = 0.93;
/// Windows within which a refusal counts as soon after another.
const SOON: i64 = 2;
/// The ceiling never falls below.
const LEAST: f64 = 0.02;
/// Growth per millisecond of use: near the last refused height, and well below it.
const CREEP: f64 = 0.005 / 60_000.0;
const CLIMB: f64 = 0.03 / 60_000.0;
/// "Near" begins at this part of the last refused height.
const NEAR: f64 = 0.8;
/// Longest pause between calls that still counts as use.
const IN_USE: i64 = 5_000;
/// Part of the allowance that interactive calls may take at once.
const BURST: f64 = 1.0 / 3.0;
/// Milliseconds of the rate that background work may take at once.
const SIP: f64 = 250.0;
/// Background work takes a little less than the rate, so that interactive calls find something.
const BACKGROUND: f64 = 0.98;
/// While it was closed the service has recovered; so much of that is spent at once when it opens.
const RECOVERED: f64 = 0.5;

/// The pace of one refused allowance.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Pace {
    /// Part of the published amount, over 0 up to 1.
    pub(crate) ceiling: f64,
    /// The ceiling when it was refused last.
    height: f64,
    /// The last decrease. Refusals of calls admitted before belong to it.
    pub(crate) dropped_at: i64,
    used_at: i64,
    filled_at: i64,
    tokens: f64,
    sips: f64,
    /// Can be spent once.
    credit: f64,
}

impl Pace {
    /// The pace after a first refusal.
    pub(crate) fn after_refusal(now: i64) -> Self {
        Self {
            ceiling: FIRST,
            height: 1.0,
            dropped_at: now,
            used_at: now,
            filled_at: now,
            tokens: 0.0,
            sips: 0.0,
            credit: 0.0,
        }
    }

    /// Another refusal, of a call admitted at `admitted`.
    pub(crate) fn refuse(&mut self, now: i64, admitted: i64, per: i64) {
        if admitted <= self.dropped_at {
            return;
        }
        let soon = now - self.dropped_at < per.saturating_mul(SOON);
        self.height = self.ceiling;
        self.ceiling = (self.ceiling * if soon { SHARP } else { MILD }).max(LEAST);
        self.dropped_at = now;
        (self.tokens, self.sips, self.credit, self.filled_at) = (0.0, 0.0, 0.0, now);
    }

    /// The key is closed until then: the buckets fill no sooner, but some credit is due.
    pub(crate) fn rest(&mut self, now: i64, until: i64, terms: (u64, i64)) {
        let rested = (until - self.filled_at.max(now)).max(0) as f64;
        // A second or two is the service's to recover, not ours to spend.
        let earned = (rested - 5_000.0).max(0.0) * self.rate(terms) * RECOVERED;
        self.credit = (self.credit + earned).min(self.burst(terms));
        self.filled_at = self.filled_at.max(until);
    }

    /// Units per millisecond.
    fn rate(&self, (amount, per): (u64, i64)) -> f64 {
        (self.ceiling * amount as f64 / per.max(1) as f64).max(f64::MIN_POSITIVE)
    }

    fn burst(&self, (amount, _): (u64, i64)) -> f64 {
        self.ceiling * amount as f64 * BURST
    }

    fn fill(&mut self, now: i64, terms: (u64, i64)) {
        let millis = (now - self.filled_at) as f64;
        if millis > 0.0 {
            let rate = self.rate(terms);
            self.tokens = (self.tokens + millis * rate).min(self.burst(terms));
            self.sips = (self.sips + millis * rate * BACKGROUND).min(rate * SIP);
            self.filled_at = now;
        }
    }

    /// How many calls of a price may go, or when the first may.
    pub(crate) fn room(
        &mut self,
        now: i64,
        terms: (u64, i64),
        awaited: bool,
        price: u64,
        want: u32,
    ) -> Result<u32, i64> {
        self.fill(now, terms);
        let rate = self.rate(terms);
        let sips = (self.sips + self.credit, rate * SIP + self.credit, rate * BACKGROUND);
        let sipped = self.drawn(now, sips, price, want);
        if !awaited {
            return sipped;
        }
        // Whoever is awaited may draw from either bucket.
        match (self.drawn(now, (self.tokens, self.burst(terms), rate), price, want), sipped) {
            (Ok(one), Ok(other)) => Ok(one.max(other)),
            (Err(one), Err(other)) => Err(one.min(other)),
            (Ok(room), Err(_)) | (Err(_), Ok(room)) => Ok(room),
        }
    }

    /// How many calls of a price a bucket (content, size, rate) gives, or when it gives the first.
    fn drawn(&self, now: i64, (there, most, rate): (f64, f64, f64), price: u64, want: u32) -> Result<u32, i64> {
        // A call dearer than the bucket goes when it is full, and is paid off afterwards.
        let missing = (price as f64).min(most) - there;
        if missing > 1e-9 {
            return Err(now.max(self.filled_at) + ((missing / rate).ceil() as i64).max(1));
        }
        Ok(((there / price as f64) as u32).clamp(1, want))
    }

    /// So much has been admitted.
    pub(crate) fn spend(&mut self, now: i64, terms: (u64, i64), spent: u64) {
        let spent = spent as f64;
        self.tokens = (self.tokens - spent).max(-self.burst(terms));
        let from_credit = self.credit.min(spent);
        self.credit -= from_credit;
        self.sips = (self.sips - (spent - from_credit)).max(-self.burst(terms));
        let used = (now - self.used_at).clamp(0, IN_USE) as f64;
        let growth = if self.ceiling < self.height * NEAR { CLIMB } else { CREEP };
        self.ceiling = (self.ceiling + used * growth).min(1.0);
        self.used_at = now;
    }

    /// Whether nothing is left to remember.
    pub(crate) fn is_over(&self) -> bool {
        self.ceiling >= 1.0
    }

    /// The same, so much later (for a snapshot, which keeps instants of the caller's clock).
    pub(crate) fn shifted(&self, by: impl Fn(i64) -> i64) -> Self {
        let (dropped_at, used_at, filled_at) = (by(self.dropped_at), by(self.used_at), by(self.filled_at));
        Self { dropped_at, used_at, filled_at, ..self.clone() }
    }
}
