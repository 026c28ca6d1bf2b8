//! The sandbox's one clock: the system's time, shifted, hurried or frozen by hand.
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

/// Milliseconds of this clock; the machine's time is in microseconds, for a fast clock makes much of each.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Showed `since_ms` when the machine's showed `machine_us`, and runs `speed` times as fast.
    Running {
        since_ms: i64,
        machine_us: i64,
        speed: u32,
    },
    Frozen {
        now_ms: i64,
        speed: u32,
    },
}

/// The fastest a clock runs: an hour in a second.
pub const FASTEST: u32 = 3_600;

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// A clock that runs with the machine's.
    pub fn system() -> Self {
        Self::running_at(1)
    }

    /// A clock that begins with the machine's and runs so many times as fast, at most [`FASTEST`].
    pub fn running_at(speed: u32) -> Self {
        Self::with(Mode::in_step(speed))
    }

    /// A clock that stands at `now` until it is moved.
    pub fn frozen(now: Timestamp) -> Self {
        Self::with(Mode::Frozen { now_ms: now.as_millisecond(), speed: 1 })
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
        self.mode().now_ms()
    }

    /// How many times as fast as the machine's it runs, or would if it were not frozen.
    pub fn speed(&self) -> u32 {
        self.mode().speed()
    }

    /// Runs so many times as fast as the machine's clock from now on, at most [`FASTEST`]; a frozen clock once it runs.
    pub fn set_speed(&self, speed: u32) {
        let speed = speed.clamp(1, FASTEST);
        self.change(|mode| match mode {
            Mode::Running { .. } => Mode::running(mode.now_ms(), speed),
            Mode::Frozen { now_ms, .. } => Mode::Frozen { now_ms, speed },
        });
    }

    /// Whether the clock stands still unless moved by hand.
    pub fn is_frozen(&self) -> bool {
        matches!(*self.mode(), Mode::Frozen { .. })
    }

    /// Moves the clock forward, running or frozen.
    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.change(|mode| match mode {
            Mode::Running { since_ms, machine_us, speed } => {
                Mode::Running { since_ms: since_ms.saturating_add(by_ms), machine_us, speed }
            }
            Mode::Frozen { now_ms, speed } => Mode::Frozen { now_ms: now_ms.saturating_add(by_ms), speed },
        });
    }

    /// Stops the clock at `at`, or where it stands.
    pub fn freeze(&self, at: Option<Timestamp>) {
        self.change(|mode| {
            let now_ms = at.map_or_else(|| mode.now_ms(), |at| at.as_millisecond());
            Mode::Frozen { now_ms, speed: mode.speed() }
        });
    }

    /// Lets the clock run on from where it stands.
    pub fn run(&self) {
        self.change(|mode| Mode::running(mode.now_ms(), mode.speed()));
    }

    /// Returns to the machine's time and speed.
    pub fn reset(&self) {
        self.change(|_| Mode::in_step(1));
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
                tokio::select! { () = machine_sleep(left_ms, self.speed()) => {}, () = moved => {} }
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

impl Mode {
    /// Shows what the machine's clock shows now.
    fn in_step(speed: u32) -> Self {
        let machine_us = machine_us();
        Self::Running { since_ms: machine_us.div_euclid(1000), machine_us, speed: speed.clamp(1, FASTEST) }
    }

    fn running(since_ms: i64, speed: u32) -> Self {
        Self::Running { since_ms, machine_us: machine_us(), speed }
    }

    fn now_ms(self) -> i64 {
        match self {
            Self::Running { since_ms, machine_us: since_us, speed } => {
                let passed_us = machine_us().saturating_sub(since_us).saturating_mul(i64::from(speed));
                since_ms.saturating_add(passed_us.div_euclid(1000))
            }
            Self::Frozen { now_ms, .. } => now_ms,
        }
    }

    fn speed(self) -> u32 {
        match self {
            Self::Running { speed, .. } | Self::Frozen { speed, .. } => speed,
        }
    }
}

#[allow(clippy::disallowed_methods)] // the one place where the sandbox reads the machine's clock
fn machine_us() -> i64 {
    Timestamp::now().as_microsecond()
}

#[allow(clippy::disallowed_methods)] // the one place where the sandbox waits on the machine's timer
async fn machine_sleep(ms: i64, speed: u32) {
    let us = ms.unsigned_abs().saturating_mul(1000).div_ceil(u64::from(speed));
    tokio::time::sleep(Duration::from_micros(us)).await;
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

    #[test]
    fn a_clock_runs_as_fast_as_it_is_told() {
        let running = |machine_us, speed| Mode::Running { since_ms: 5_000, machine_us, speed };
        let slow = running(machine_us() - 1_000_000, 1).now_ms();
        let fast = running(machine_us() - 1_000_000, 60).now_ms();
        assert!((6_000..36_000).contains(&slow), "{slow}");
        assert!(fast >= 65_000, "{fast}");
    }

    #[test]
    fn a_change_of_speed_neither_jumps_nor_thaws() {
        let clock = Clock::frozen(Timestamp::UNIX_EPOCH);
        clock.set_speed(1_000_000);
        assert_eq!((clock.now_ms(), clock.speed(), clock.is_frozen()), (0, FASTEST, true));
        clock.advance(Duration::from_secs(1));
        clock.set_speed(1);
        clock.run();
        assert!((1_000..61_000).contains(&clock.now_ms()));
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
