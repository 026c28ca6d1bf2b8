//! How long it has been, by the installation's clock: what rates are counted by.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::{Clock, Timestamp};

/// Time since the start. Unlike the clock it goes by it never runs back: a clock that is set back would otherwise keep
/// everybody out for as long as it was set back by.
#[derive(Clone)]
pub struct Elapsed(Arc<Running>);

struct Running {
    clock: Arc<dyn Clock>,
    /// What the clock showed last, and how long it had been by then.
    last: Mutex<(Timestamp, Duration)>,
}

impl Elapsed {
    /// Starts now.
    pub fn by(clock: Arc<dyn Clock>) -> Self {
        let last = Mutex::new((clock.now(), Duration::ZERO));
        Self(Arc::new(Running { clock, last }))
    }

    /// What the clock will show after so long, in whole milliseconds.
    pub fn shown_after(&self, wait: Duration) -> Timestamp {
        let wait = Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        self.0.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}

impl governor::clock::Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        let passed = Duration::try_from(now.duration_since(last.0)).unwrap_or_default();
        *last = (now, last.1.saturating_add(passed));
        last.1
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::Clock as _;

    use super::*;

    struct Set(Mutex<i64>);

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(*self.0.lock().unwrap()).unwrap()
        }
    }

    #[test]
    fn a_clock_that_is_set_back_goes_on_from_there() {
        let clock = Arc::new(Set(Mutex::new(1000)));
        let elapsed = Elapsed::by(clock.clone());
        for (shown, passed) in [(1000, 0), (1003, 3), (10, 3), (10, 3), (12, 5), (1000, 993)] {
            *clock.0.lock().unwrap() = shown;
            assert_eq!(elapsed.now(), Duration::from_secs(passed), "at {shown}");
        }
    }
}
