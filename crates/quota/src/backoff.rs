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
