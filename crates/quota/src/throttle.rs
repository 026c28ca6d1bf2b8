//! Throttles: the service told us to stay away. An instant it names is a floor, never a ceiling.
//!
//! A throttle has three stages. *Closed*: nothing goes out. *Ready*: exactly one call, the probe, goes out; if that is
//! refused the throttle closes again, for longer. *Open*: after a lockout the number of calls under way grows over a
//! minute, and for a while the throttle is remembered, because one that comes back is the same one.

use serde::{Deserialize, Serialize};

use crate::Limited;
use crate::jitter::Jitter;

/// Named waits up to this are the rest of a minute's window; longer ones are lockouts, unless the key has longer windows.
const LOCKOUT: i64 = 61_000;
/// By so much a wait that is named may be longer than the window it is the rest of.
const SLACK: i64 = 1_000;
/// Lockouts refused again last at least so long (facts: gmail.md 1.3 c).
const LADDER: [i64; 4] = [15 * 60_000, 60 * 60_000, 4 * 60 * 60_000, 24 * 60 * 60_000];
/// No named wait is believed beyond this.
const LONGEST: i64 = 48 * 60 * 60_000;
/// Waits without a named instant.
const FIRST: i64 = 1_000;
const CAP: i64 = 64_000;
/// How long an open throttle is remembered.
const REMEMBERED: i64 = 10 * 60_000;
/// How long it takes to full concurrency after a lockout, in steps of a second.
const RAMP: i64 = 60_000;
const STEP: i64 = 1_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Stage {
    Closed,
    /// The probe is out.
    Probing,
    Open,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Throttle {
    pub(crate) what: Limited,
    pub(crate) until: i64,
    pub(crate) times: u32,
    pub(crate) lockout: bool,
    pub(crate) stage: Stage,
}

/// What a refusal says.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) what: Limited,
    pub(crate) until: Option<i64>,
    /// The exhausted window is of hours or days.
    pub(crate) long: bool,
    /// The longest window, of minutes, that may have been exhausted.
    pub(crate) window: i64,
    pub(crate) was_probe: bool,
}

/// Whether calls may pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passage {
    Free,
    /// One call, as the probe.
    Probe,
    /// Not before; `None`: not before the probe has ended.
    Shut(Option<i64>),
}

impl Throttle {
    /// The throttle after a refusal, given the one before it.
    pub(crate) fn after(before: Option<&Throttle>, now: i64, told: Told, jitter: &mut Jitter) -> Self {
        match before {
            // Calls that were under way when it closed add nothing but a later instant.
            Some(old) if old.stage != Stage::Open && !told.was_probe => {
                let until = told.until.map_or(old.until, |until| old.until.max(until.min(now + LONGEST)));
                Self { until, ..old.clone() }
            }
            old => {
                let same = old.filter(|old| old.continues(now, told.was_probe));
                // A lockout refused again is one, whatever instant it names now.
                let again = same.is_some_and(|old| old.lockout);
                let closed = Self::closed(now, told, (same.map_or(1, |old| old.times + 1), again), jitter);
                // A later instant may have come while the probe was out.
                let floor = old.filter(|old| old.stage != Stage::Open).map_or(now, |old| old.until);
                Self { until: closed.until.max(floor), ..closed }
            }
        }
    }

    fn continues(&self, now: i64, was_probe: bool) -> bool {
        was_probe || (self.lockout && now < self.until + REMEMBERED)
    }

    fn closed(now: i64, told: Told, (times, again): (u32, bool), jitter: &mut Jitter) -> Self {
        let named = told.until.map(|until| (until - now).clamp(0, LONGEST));
        let lockout = told.long || again || named.is_some_and(|wait| wait > LOCKOUT.max(told.window + SLACK));
        let floor = match lockout {
            true => ladder(times, named.is_some()),
            false if named.is_some() => 0,
            false => {
                let most = (FIRST << times.min(7)).min(CAP);
                FIRST.max(jitter.up_to(most))
            }
        };
        let wait = named.unwrap_or(0).max(floor);
        let little = if named.is_some() { jitter.up_to(50 + wait / 100) } else { 0 };
        Self { what: told.what, until: now + wait + little, times, lockout, stage: Stage::Closed }
    }

    pub(crate) fn passage(&self, now: i64) -> Passage {
        match self.stage {
            Stage::Open => Passage::Free,
            _ if now < self.until => Passage::Shut(Some(self.until)),
            Stage::Closed => Passage::Probe,
            Stage::Probing => Passage::Shut(None),
        }
    }

    /// The probe ended. Without an answer nothing is known, and another goes out in a moment.
    pub(crate) fn probed(&mut self, now: i64, answered: bool, jitter: &mut Jitter) {
        // A call that was still under way may have brought a later instant meanwhile: that holds.
        let open = answered && now >= self.until;
        self.stage = if open { Stage::Open } else { Stage::Closed };
        self.until = match (open, answered) {
            (true, _) => now,
            (false, true) => self.until,
            (false, false) => self.until.max(now + FIRST + jitter.up_to(FIRST)),
        };
    }

    /// Whether nothing is left to remember.
    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.stage == Stage::Open && now >= self.until + if self.lockout { REMEMBERED } else { 0 }
    }

    /// Of so many places, how many may be used, and when there will be more.
    pub(crate) fn ramp(&self, now: i64, places: u32) -> (u32, Option<i64>) {
        let since = now - self.until;
        if self.stage != Stage::Open || !self.lockout || since >= RAMP {
            return (places, None);
        }
        let step = (since / STEP).max(0);
        let open = u64::from(places) * (step as u64 + 1) / (RAMP / STEP) as u64;
        ((open as u32).max(1), Some(self.until + (step + 1) * STEP))
    }
}

/// The least length of a lockout refused so many times in a row.
fn ladder(times: u32, named: bool) -> i64 {
    // A first lockout that names its end is believed.
    let rung = if named { (times as usize).checked_sub(2) } else { Some(times as usize - 1) };
    rung.map_or(0, |rung| LADDER[rung.min(LADDER.len() - 1)])
}
