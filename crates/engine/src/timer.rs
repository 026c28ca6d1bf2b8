//! Waiting comes in through this door only: really, or until a test moves its hand-driven clock.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
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
    ByHand(Arc<HandClock>),
    With(Arc<dyn Sleep>),
}

/// Waits by a clock of its own, which may run faster than the machine's: the engine's clock must be the same one.
#[async_trait]
pub trait Sleep: Send + Sync {
    /// Returns when the clock shows `instant` or later.
    async fn until(&self, instant: Timestamp);
}

/// Longest sleep before the clock is looked at again, so that a clock set forward is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(60);

impl Timer {
    /// Waits in real time.
    pub fn system() -> Self {
        Self { how: How::Really }
    }

    /// Waits by another clock, for measurements in hurried time.
    pub fn with(sleep: Arc<dyn Sleep>) -> Self {
        Self { how: How::With(sleep) }
    }

    /// A timer and the clock that drives it, standing at `start` until it is moved.
    pub fn by_hand(start: Timestamp) -> (Self, Arc<HandClock>) {
        let clock = Arc::new(HandClock { moved: watch::Sender::new(start), asleep: watch::Sender::default() });
        (Self { how: How::ByHand(clock.clone()) }, clock)
    }

    /// Waits until `instant`; returns at once when it has passed.
    pub async fn until(&self, instant: Timestamp) {
        match &self.how {
            How::Really => nap_until(instant).await,
            How::ByHand(clock) => clock.sleep_until(instant).await,
            How::With(sleep) => sleep.until(instant).await,
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
    asleep: watch::Sender<Vec<Timestamp>>,
}

/// One who waits for the clock to reach an instant.
struct Sleeper<'a>(&'a HandClock, Timestamp);

impl HandClock {
    /// Moves the clock forward and wakes whoever waits for the instant reached.
    pub fn advance(&self, by: Duration) {
        self.moved.send_modify(|now| *now = later(*now, by));
    }

    /// Returns when at least `count` waits for later instants are under way, with the earliest of these.
    pub async fn asleep(&self, count: usize) -> Timestamp {
        let later_ones = |asleep: &Vec<Timestamp>| {
            let now = self.now();
            asleep.iter().copied().filter(|due| *due > now).collect::<Vec<_>>()
        };
        let mut seen = self.asleep.subscribe();
        // The sender lives as long as `self`, so the channel is never closed here.
        let _ = seen.wait_for(|asleep| later_ones(asleep).len() >= count).await;
        let earliest = later_ones(&self.asleep.borrow()).into_iter().min();
        earliest.unwrap_or_else(|| self.now())
    }

    /// Moves the clock to an instant, never back.
    pub fn advance_to(&self, instant: Timestamp) {
        self.moved.send_modify(|now| *now = instant.max(*now));
    }

    async fn sleep_until(&self, instant: Timestamp) {
        let mut seen = self.moved.subscribe();
        if *seen.borrow_and_update() >= instant {
            return;
        }
        let _sleeper = Sleeper::new(self, instant);
        let _ = seen.wait_for(|now| *now >= instant).await;
    }
}

impl<'a> Sleeper<'a> {
    fn new(clock: &'a HandClock, due: Timestamp) -> Self {
        clock.asleep.send_modify(|asleep| asleep.push(due));
        Self(clock, due)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.asleep.send_modify(|asleep| {
            if let Some(place) = asleep.iter().position(|due| *due == self.1) {
                asleep.swap_remove(place);
            }
        });
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
        let waiting = tokio::spawn(async move { timer.until(due).await });
        clock.asleep(1).await;
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
