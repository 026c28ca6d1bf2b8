//! Another program that lives on the same allowance.

use super::window::Window;

/// How often the other program calls.
const STEP_MS: i64 = 100;
/// What lies further back has left every window.
const REACH_MS: i64 = 60_000;

/// Takes units at a steady rate, as far as there are any.
#[derive(Debug)]
pub(super) struct Thief {
    /// Up to when it has taken.
    at_ms: i64,
    /// Thousandths of a unit that it has still to take.
    carried: u64,
    /// Units it has taken in all.
    pub(super) stolen: u64,
}

impl Thief {
    pub(super) fn new(now_ms: i64) -> Self {
        Self { at_ms: now_ms, carried: 0, stolen: 0 }
    }

    /// Takes what it would have taken since the last time, at the instants at which it would have.
    pub(super) fn act(&mut self, window: &mut Window, now_ms: i64, limit: u64, per_second: u64) {
        if per_second == 0 {
            self.at_ms = now_ms;
            return;
        }
        if self.at_ms < now_ms.saturating_sub(REACH_MS) {
            self.at_ms = now_ms - REACH_MS;
        }
        while self.at_ms + STEP_MS <= now_ms {
            self.at_ms += STEP_MS;
            self.carried += per_second * STEP_MS.unsigned_abs();
            window.advance(self.at_ms, limit);
            let taken = (self.carried / 1000).min(window.room(limit));
            // What is refused to it, it does not ask for again.
            self.carried %= 1000;
            window.take(self.at_ms, limit, taken);
            self.stolen += taken;
        }
    }
}
