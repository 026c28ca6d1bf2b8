//! A clock moved by hand: it stands still while calls are under way, and when all who are left wait for time to pass it goes
//! on to the next instant that anybody waits for. So what is counted does not depend on how fast the machine is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use engine::timer::Sleep;
use model::Timestamp;
use sandbox::clock::Clock;
use tokio::sync::Notify;

/// Nothing may have happened for so many turns of the runtime before the clock is moved.
const STILL: usize = 20;
/// And for so long by the machine's clock, for a turn may belong to another thread.
const MOMENT: Duration = Duration::from_millis(2);
/// When nobody waits for leave, something that only the machine's time ends may be going on; so long it has.
const GRACE: Duration = Duration::from_millis(200);

/// Who waits for what.
#[derive(Default)]
struct State {
    /// Instants waited for, each with how many wait.
    asleep: BTreeMap<i64, usize>,
    waiting: usize,
    under_way: usize,
    happened: u64,
}

/// Moves the clock.
pub struct Hand {
    clock: Clock,
    state: Mutex<State>,
    changed: Notify,
}

/// Somebody who waits for leave, or whose call is under way, until dropped.
pub struct Counted {
    hand: Arc<Hand>,
    field: fn(&mut State) -> &mut usize,
}

impl Hand {
    pub fn on(clock: Clock) -> Arc<Self> {
        Arc::new(Self { clock, state: Mutex::default(), changed: Notify::new() })
    }

    /// A call waits for leave.
    pub fn waits(self: &Arc<Self>) -> Counted {
        self.count(|state| &mut state.waiting)
    }

    /// A call is under way.
    pub fn goes(self: &Arc<Self>) -> Counted {
        self.count(|state| &mut state.under_way)
    }

    fn count(self: &Arc<Self>, field: fn(&mut State) -> &mut usize) -> Counted {
        self.change(|state| *field(state) += 1);
        Counted { hand: self.clone(), field }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        {
            let mut state = self.state();
            change(&mut state);
            state.happened += 1;
        }
        self.changed.notify_one();
    }

    /// Moves the clock on and on.
    pub async fn drive(&self) {
        loop {
            let changed = self.changed.notified();
            if self.is_still().await && self.state().waiting > 0 {
                self.go_on();
                continue;
            }
            if tokio::time::timeout(GRACE, changed).await.is_err() && self.is_still().await {
                self.go_on();
            }
        }
    }

    /// Whether nothing is under way, nobody is about to wake, and so it stays.
    async fn is_still(&self) -> bool {
        let before = self.state().happened;
        for _ in 0..STILL {
            if !self.nobody_moves_since(before) {
                return false;
            }
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(MOMENT).await;
        self.nobody_moves_since(before)
    }

    fn nobody_moves_since(&self, before: u64) -> bool {
        let (now, state) = (self.clock.now_ms(), self.state());
        let nobody_wakes = state.asleep.first_key_value().is_some_and(|(at, _)| *at > now);
        state.under_way == 0 && nobody_wakes && state.happened == before
    }

    fn go_on(&self) {
        let now = self.clock.now_ms();
        let next = self.state().asleep.first_key_value().map_or(now, |(at, _)| *at);
        self.clock.advance(Duration::from_millis(u64::try_from(next - now).unwrap_or_default()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let field = self.field;
        self.hand.change(|state| *field(state) -= 1);
    }
}

/// The engine's waiting, of which the hand hears.
pub struct Asleep(pub Arc<Hand>);

/// One who waits for an instant.
struct Sleeper<'a>(&'a Hand, i64);

#[async_trait]
impl Sleep for Asleep {
    async fn until(&self, instant: Timestamp) {
        // Rounded up: the sandbox's clock shows whole milliseconds.
        let at = instant.as_nanosecond().div_euclid(1_000_000) + i128::from(instant.as_nanosecond() % 1_000_000 != 0);
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let hand = &self.0;
        hand.change(|state| *state.asleep.entry(at).or_default() += 1);
        let _sleeper = Sleeper(hand, at);
        hand.clock.sleep_until_ms(at).await;
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.change(|state| {
            if let Some(count) = state.asleep.get_mut(&self.1) {
                *count -= 1;
                if *count == 0 {
                    state.asleep.remove(&self.1);
                }
            }
        });
    }
}
