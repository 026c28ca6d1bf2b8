//! Waiting comes in through this door only: really, or until a test moves its hand-driven clock.

use std::sync::Arc;
use std::time::Duration;

use model::{Clock, Timestamp};
use tokio::sync::watch;

/// Waits until instants.
#[derive(Clone)]
pub struct Timer {
    how: How,
}

#[derive(Clone)]
enum How {
    Really,
    ByHand(watch::Receiver<Timestamp>),
}

/// Longest sleep before the clock is looked at again, so that a clock set forward is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(60);

impl Timer {
    /// Waits in real time.
    pub fn system() -> Self {
        Self { how: How::Really }
    }

    /// A timer and the clock that drives it, standing at `start` until it is moved.
    pub fn by_hand(start: Timestamp) -> (Self, Arc<HandClock>) {
        let (moved, seen) = watch::channel(start);
        (Self { how: How::ByHand(seen) }, Arc::new(HandClock { moved }))
    }

    /// Waits until `instant`; returns at once when it has passed.
    pub async fn until(&self, instant: Timestamp) {
        match &self.how {
            How::Really => nap_until(instant).await,
            How::ByHand(seen) => {
                // The clock being dropped ends the test, and with it the wait.
                let _ = seen.clone().wait_for(|now| *now >= instant).await;
            }
        }
    }
}

#[allow(clippy::disallowed_methods)] // the one home of real waiting, which needs the real time
async fn nap_until(instant: Timestamp) {
    loop {
        let left = Duration::try_from(instant.duration_since(Timestamp::now())).unwrap_or_default();
        if left.is_zero() {
            return;
        }
        tokio::time::sleep_until(tokio::time::Instant::now() + left.min(LONGEST_NAP)).await;
    }
}

/// A clock that stands still until it is moved, for tests.
pub struct HandClock {
    moved: watch::Sender<Timestamp>,
}

impl HandClock {
    /// Moves the clock forward and wakes whoever waits for the instant reached.
    pub fn advance(&self, by: Duration) {
        self.moved.send_modify(|now| *now = later(*now, by));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.moved.borrow()
    }
}

/// The instant `by` after `instant`; the end of time where that is nearer.
pub(crate) fn later(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The instant `by` before `instant`.
pub(crate) fn earlier(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hand_driven_wait_ends_when_the_clock_is_moved() {
        let (timer, clock) = Timer::by_hand(Timestamp::UNIX_EPOCH);
        let due = later(clock.now(), Duration::from_secs(5));
        let waiting = tokio::spawn({ async move { timer.until(due).await } });
        clock.advance(Duration::from_secs(4));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(Duration::from_secs(1));
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn a_passed_instant_is_not_waited_for() {
        let (timer, _clock) = Timer::by_hand(Timestamp::UNIX_EPOCH);
        timer.until(Timestamp::UNIX_EPOCH).await;
        Timer::system().until(Timestamp::UNIX_EPOCH).await;
    }
}
