//! The pacer's own time: it never runs backwards.
//!
//! A caller's clock may be set back. Were that taken at its word, throttles would freeze and windows stay full
//! until the old time comes round again. Here time stands still for that one call and goes on from there. A clock
//! set forward cannot be told from a quiet hour and is believed; give a monotonic clock where there is one.

use crate::Moment;

#[derive(Clone, Default, Debug)]
pub(crate) struct Steady {
    /// What to add to the caller's clock.
    offset: i64,
    last: Option<i64>,
}

impl Steady {
    /// The time now, never less than before.
    pub(crate) fn at(&mut self, now: Moment) -> i64 {
        let seen = self.peek(now);
        self.offset = seen.saturating_sub(now.0);
        self.last = Some(seen);
        seen
    }

    /// Like [`at`](Self::at), remembering nothing.
    pub(crate) fn peek(&self, now: Moment) -> i64 {
        // Far from the ends, so that sums of instants and windows cannot overflow.
        let told = now.0.saturating_add(self.offset).clamp(i64::MIN / 4, i64::MAX / 4);
        self.last.map_or(told, |last| told.max(last))
    }

    /// An instant that the caller names, in our time. After [`at`](Self::at).
    pub(crate) fn enter(&self, moment: Moment) -> i64 {
        moment.0.saturating_add(self.offset).clamp(i64::MIN / 4, i64::MAX / 4)
    }

    /// An instant of ours, on the caller's clock.
    pub(crate) fn leave(&self, instant: i64) -> Moment {
        if instant >= i64::MAX / 4 { Moment::NEVER } else { Moment(instant.saturating_sub(self.offset)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_stands_still_once_and_then_goes_on() {
        let mut steady = Steady::default();
        assert_eq!(steady.at(Moment(1000)), 1000);
        assert_eq!(steady.at(Moment(400)), 1000);
        assert_eq!(steady.at(Moment(450)), 1050);
        assert_eq!(steady.leave(1060), Moment(460));
        assert_eq!(steady.enter(Moment(500)), 1100);
    }
}
