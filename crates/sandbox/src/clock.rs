//! The sandbox's one clock: the system's time, shifted or frozen by hand.
//!
//! Everything that expires, is dated or waits takes its time from here, so that a test can age an access token by an
//! hour, or a history record by a week, without waiting for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

/// A cheap handle on one shared clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mode: Mutex<Mode>,
    moved: Notify,
}

/// Milliseconds throughout; `System` holds the distance from the machine's clock.
#[derive(Clone, Copy, Debug)]
enum Mode {
    System { ahead_ms: i64 },
    Frozen { now_ms: i64 },
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// A clock that runs with the machine's.
    pub fn system() -> Self {
        Self::with(Mode::System { ahead_ms: 0 })
    }

    /// A clock that stands at `now` until it is moved.
    pub fn frozen(now: Timestamp) -> Self {
        Self::with(Mode::Frozen { now_ms: now.as_millisecond() })
    }

    fn with(mode: Mode) -> Self {
        Self(Arc::new(Inner { mode: Mutex::new(mode), moved: Notify::new() }))
    }

    /// The current instant, to the millisecond.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The current instant in milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        match *self.mode() {
            Mode::System { ahead_ms } => machine_ms().saturating_add(ahead_ms),
            Mode::Frozen { now_ms } => now_ms,
        }
    }

    /// Whether the clock stands still unless moved by hand.
    pub fn is_frozen(&self) -> bool {
        matches!(*self.mode(), Mode::Frozen { .. })
    }

    /// Moves the clock forward, running or frozen.
    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.change(|mode| match mode {
            Mode::System { ahead_ms } => Mode::System { ahead_ms: ahead_ms.saturating_add(by_ms) },
            Mode::Frozen { now_ms } => Mode::Frozen { now_ms: now_ms.saturating_add(by_ms) },
        });
    }

    /// Stops the clock at `at`, or where it stands.
    pub fn freeze(&self, at: Option<Timestamp>) {
        let now_ms = at.map_or_else(|| self.now_ms(), |at| at.as_millisecond());
        self.change(|_| Mode::Frozen { now_ms });
    }

    /// Lets the clock run on from where it stands.
    pub fn run(&self) {
        let ahead_ms = self.now_ms().saturating_sub(machine_ms());
        self.change(|_| Mode::System { ahead_ms });
    }

    /// Returns to the machine's time.
    pub fn reset(&self) {
        self.change(|_| Mode::System { ahead_ms: 0 });
    }

    /// Waits until this clock has passed `wait` more; a frozen clock waits until it is moved far enough.
    pub async fn sleep(&self, wait: Duration) {
        let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.sleep_until_ms(self.now_ms().saturating_add(wait_ms)).await;
    }

    /// Waits until this clock shows `at_ms` (milliseconds since the epoch) or later.
    pub async fn sleep_until_ms(&self, at_ms: i64) {
        loop {
            let moved = self.0.moved.notified();
            tokio::pin!(moved);
            // Registered before the look at the clock, so that a move in between is not missed.
            moved.as_mut().enable();
            let left_ms = at_ms.saturating_sub(self.now_ms());
            if left_ms <= 0 {
                return;
            }
            if self.is_frozen() {
                moved.await;
            } else {
                tokio::select! { () = machine_sleep(left_ms) => {}, () = moved => {} }
            }
        }
    }

    fn change(&self, change: impl FnOnce(Mode) -> Mode) {
        {
            let mut mode = self.mode();
            *mode = change(*mode);
        }
        self.0.moved.notify_waiters();
    }

    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.0.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[allow(clippy::disallowed_methods)] // the one place where the sandbox reads the machine's clock
fn machine_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

#[allow(clippy::disallowed_methods)] // the one place where the sandbox waits on the machine's timer
async fn machine_sleep(ms: i64) {
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_by_hand() {
        let clock = Clock::frozen(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now_ms(), 0);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now_ms(), 5_000);
        assert!(clock.is_frozen());
    }

    #[test]
    fn a_thawed_clock_runs_on_from_where_it_stood() {
        let clock = Clock::frozen(Timestamp::UNIX_EPOCH);
        clock.run();
        assert!(clock.now_ms() < 60_000);
        clock.reset();
        assert!(clock.now_ms() > 1_600_000_000_000);
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_it() {
        let clock = Clock::frozen(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(3600)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(1800));
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1800));
        sleeper.await.unwrap();
    }
}
