//! Our own waiting after failures that are not throttles: pauses that grow, at random, and only so many of them.

use std::time::Duration;

/// Growing random pauses. Always sensible: checked when made.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Backoff {
    first: Duration,
    factor: f64,
    cap: Duration,
}

/// Why a [`Backoff`] cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackoffError {
    /// The first pause is under a second; take [`Backoff::LEAST`] or more.
    FirstTooShort,
    /// The factor is not between 1 and 10.
    FactorOutOfRange,
    /// The longest pause is shorter than the first.
    CapBelowFirst,
}

impl std::fmt::Display for BackoffError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FirstTooShort => "`first` must be at least one second",
            Self::FactorOutOfRange => "`factor` must be between 1 and 10",
            Self::CapBelowFirst => "`cap` must not be less than `first`",
        })
    }
}

impl std::error::Error for BackoffError {}

impl Backoff {
    /// No first pause is shorter (Google asks for at least a second).
    pub const LEAST: Duration = Duration::from_secs(1);

    /// Pauses from `first`, `factor` times as long each time, up to `cap`.
    pub fn new(first: Duration, factor: f64, cap: Duration) -> Result<Self, BackoffError> {
        match () {
            () if first < Self::LEAST => Err(BackoffError::FirstTooShort),
            () if !(1.0..=10.0).contains(&factor) => Err(BackoffError::FactorOutOfRange),
            () if cap < first => Err(BackoffError::CapBelowFirst),
            () => Ok(Self { first, factor, cap }),
        }
    }

    /// The pause before retry number `retry` (1 for the first). `random` is evenly distributed over 0 up to 1: full
    /// jitter above the floor of the first pause, so that many callers do not come back together.
    pub fn pause(&self, retry: u32, random: f64) -> Duration {
        let exponent = i32::try_from(retry.max(1)).unwrap_or(i32::MAX);
        let first = self.first.as_secs_f64();
        let most = (first * self.factor.powi(exponent)).min(self.cap.as_secs_f64()).max(first);
        Duration::from_secs_f64(first + (most - first) * random.clamp(0.0, 1.0))
    }
}

impl Default for Backoff {
    /// From one second, doubling, up to 64 seconds.
    fn default() -> Self {
        Self { first: Self::LEAST, factor: 2.0, cap: Duration::from_secs(64) }
    }
}

/// How many retries a key has earned: a tenth of its calls, and a few on credit. A service that fails everything is
/// then asked a tenth more often than without retries, not several times as often.
#[derive(Clone, PartialEq, Debug)]
pub struct RetryBudget {
    saved: f32,
}

impl RetryBudget {
    /// Retries on credit.
    pub const CREDIT: f32 = 5.0;
    /// Earned by every call.
    pub const PER_CALL: f32 = 0.1;
    /// No more than this is saved up.
    pub const MOST: f32 = 20.0;

    /// A first try was made.
    pub fn call(&mut self) {
        self.saved = (self.saved + Self::PER_CALL).min(Self::MOST);
    }

    /// Whether one more retry is within the budget; takes it if so.
    pub fn retry(&mut self) -> bool {
        let may = self.saved >= 1.0;
        if may {
            self.saved -= 1.0;
        }
        may
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { saved: Self::CREDIT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(retry: u32, random: f64) -> f64 {
        Backoff::default().pause(retry, random).as_secs_f64()
    }

    #[test]
    fn pauses_double_from_a_second_to_the_cap_and_are_never_shorter_than_a_second() {
        let longest: Vec<f64> = (1..=8).map(|retry| seconds(retry, 1.0)).collect();
        assert_eq!(longest, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 64.0, 64.0]);
        for retry in [0, 1, 7, u32::MAX] {
            assert_eq!(seconds(retry, 0.0), 1.0, "retry {retry}");
        }
    }

    #[test]
    fn jitter_spreads_over_the_whole_pause_and_stays_in_it_whatever_is_given() {
        assert_eq!(seconds(3, 0.5), 4.5);
        assert_eq!((seconds(3, -1.0), seconds(3, 2.0)), (1.0, 8.0));
    }

    #[test]
    fn a_backoff_that_would_storm_or_never_grow_to_its_cap_cannot_be_made() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(Backoff::new(Duration::from_millis(999), 2.0, minute), Err(BackoffError::FirstTooShort));
        for factor in [0.5, 10.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Backoff::new(second, factor, minute), Err(BackoffError::FactorOutOfRange), "{factor}");
        }
        assert_eq!(Backoff::new(minute, 2.0, second), Err(BackoffError::CapBelowFirst));
        let steady = Backoff::new(second, 1.0, second).unwrap();
        assert_eq!(steady.pause(9, 1.0), second);
        assert_eq!(Backoff::new(second, 2.0, Duration::from_secs(64)).unwrap(), Backoff::default());
        assert!(BackoffError::FirstTooShort.to_string().contains("`first`"));
    }

    /// Every first try fails, and every retry that is allowed fails too.
    fn tries(calls: u32) -> u32 {
        let mut budget = RetryBudget::default();
        let mut tries = 0;
        for _ in 0..calls {
            budget.call();
            tries += 1;
            while budget.retry() {
                tries += 1;
            }
        }
        tries
    }

    #[test]
    fn a_service_that_fails_everything_is_asked_a_tenth_more_often_and_a_few_times_on_credit() {
        assert_eq!(tries(1), 6);
        let many = tries(1000);
        assert!((1095..=1106).contains(&many), "{many}");
    }

    #[test]
    fn no_more_is_saved_up_than_a_short_outage_needs() {
        let mut budget = RetryBudget::default();
        (0..100_000).for_each(|_| budget.call());
        let mut retries = 0;
        while budget.retry() {
            retries += 1;
        }
        assert_eq!(retries, 20);
    }
}
