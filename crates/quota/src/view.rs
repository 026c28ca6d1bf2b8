//! What can be seen of a key from outside.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::adaptive::Pace;
use crate::gauge::Gauge;
use crate::key::{Key, at_level, per};
use crate::throttle::Stage;
use crate::{Allowance, Class, Dimension, Level, Limited, Moment};

/// One allowance of a key as it stands.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct WindowView {
    /// What is counted.
    pub dimension: Dimension,
    /// The published amount.
    pub amount: u64,
    /// Within which length of time.
    pub per: Duration,
    /// Counted at present, calls under way included.
    pub used: u64,
    /// The learned part of the published amount, over 0 up to 1.
    pub ceiling: f64,
    /// Kept for interactive work.
    pub reserve: u64,
    /// Whether the key is paced because it was refused not long ago.
    pub tight: bool,
}

/// A throttle as it stands.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ThrottleView {
    /// What the provider said was exhausted.
    pub what: Limited,
    /// Nothing goes out before.
    pub until: Moment,
    /// How many times in a row it was refused.
    pub times: u32,
    /// Only sending is stopped.
    pub sending_only: bool,
}

/// A key as it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeyView {
    /// Which level it counts at.
    pub level: Level,
    /// Its allowances.
    pub windows: Vec<WindowView>,
    /// What stops it, soonest first.
    pub throttles: Vec<ThrottleView>,
    /// Calls under way.
    pub in_flight: u32,
    /// How many may be; `None` where unbounded.
    pub concurrency: Option<u32>,
    /// When a small call that somebody waits for could go, as far as throttles and windows say; `None` if at once.
    pub next: Option<Moment>,
    /// Waiters per class (index: [`Class`]) of flows that this key holds up.
    pub waiting: [u32; Class::COUNT],
    /// Calls admitted since the key was first seen.
    pub calls: u64,
    /// Calls refused since the key was first seen.
    pub refusals: u64,
}

/// All keys of a pacer in figures; no key is named, so that it stays small whatever their number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Census {
    /// Keys known, by level (index: [`Level`]).
    pub keys: [u64; Level::COUNT],
    /// Of these, closed by a throttle, of sending alone or of everything.
    pub throttled: [u64; Level::COUNT],
    /// Of these, paced because they were refused not long ago.
    pub tight: [u64; Level::COUNT],
    /// Calls in line, by class (index: [`Class`]).
    pub waiting: [u64; Class::COUNT],
}

/// How much goes on at a key: more is greater, by waiters first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Activity {
    /// Waiters of flows that the key holds up.
    pub waiting: u32,
    /// Calls under way.
    pub in_flight: u32,
    /// Calls admitted since the key was first seen.
    pub calls: u64,
}

/// Whether anything is under way, in line or counted.
pub(crate) fn is_active<K>(key: &Key<K>, now: i64) -> bool {
    let gauges = key.gauges.iter().flat_map(|gauges| gauges.iter());
    let mut windows = gauges.zip(at_level(&key.limits, key.level));
    key.in_flight > 0 || key.line.is_some() || windows.any(|(gauge, one)| gauge.window.counts_at(now, per(one)))
}

impl Census {
    pub(crate) fn count<K>(&mut self, key: &Key<K>) {
        let level = key.level as usize;
        self.keys[level] += 1;
        self.throttled[level] += u64::from(key.throttles().any(|(_, throttle)| throttle.stage != Stage::Open));
        self.tight[level] += u64::from(key.learned.as_ref().is_some_and(|learned| !learned.paces.is_empty()));
    }
}

/// A key at an instant of the pacer's time.
pub(crate) fn view_of<K>(
    key: &Key<K>,
    now: i64,
    waiting: [u32; Class::COUNT],
    outside: impl Fn(i64) -> Moment,
) -> KeyView {
    let mut throttles: Vec<_> = key.throttles().filter(|(_, throttle)| throttle.stage != Stage::Open).collect();
    throttles.sort_by_key(|(_, throttle)| throttle.until);
    let gauges = (0..).map(|at| key.gauges.as_ref().and_then(|gauges| gauges.get(at)));
    KeyView {
        level: key.level,
        windows: at_level(&key.limits, key.level)
            .zip(gauges)
            .map(|(one, gauge)| window(key, one, gauge, now))
            .collect(),
        throttles: throttles
            .into_iter()
            .map(|(slot, throttle)| ThrottleView {
                what: throttle.what,
                until: outside(throttle.until),
                times: throttle.times,
                sending_only: slot == 1,
            })
            .collect(),
        in_flight: key.in_flight,
        concurrency: key.places.as_ref().map(crate::concurrency::Places::count),
        next: next(key, now).map(&outside),
        waiting,
        calls: key.calls,
        refusals: key.refusals,
    }
}

/// When a call at the least price may pass, if that is later than now.
fn next<K>(key: &Key<K>, now: i64) -> Option<i64> {
    let shut = key.throttles().filter(|(slot, throttle)| *slot == 0 && throttle.stage != Stage::Open);
    let shut = shut.map(|(_, throttle)| throttle.until);
    let gauges = key.gauges.iter().flat_map(|gauges| gauges.iter());
    let reading =
        gauges.zip(at_level(&key.limits, key.level)).filter(|(_, allowance)| !allowance.dimension.is_sending());
    let full = reading.filter_map(|(gauge, allowance)| {
        let (length, used) = (per(allowance), gauge.window.used());
        match (used + 1).saturating_sub(allowance.amount) {
            0 => {
                let mut pace = pace_of(key, allowance)?.clone();
                pace.room(now, (allowance.amount, length), true, 1, 1).err()
            }
            over => gauge.window.freed(over, length),
        }
    });
    shut.chain(full).max().filter(|at| *at > now)
}

/// What was learned about an allowance.
fn pace_of<'a, K>(key: &'a Key<K>, allowance: &Allowance) -> Option<&'a Pace> {
    let mut paces = key.learned.iter().flat_map(|learned| learned.paces.iter());
    let found = paces.find(|(dimension, of, _)| *dimension == allowance.dimension && *of == per(allowance));
    found.map(|(_, _, pace)| pace)
}

fn window<K>(key: &Key<K>, allowance: &Allowance, gauge: Option<&Gauge>, now: i64) -> WindowView {
    let length = per(allowance);
    let pace = pace_of(key, allowance);
    WindowView {
        dimension: allowance.dimension,
        amount: allowance.amount,
        per: allowance.per,
        used: gauge.map_or(0, |gauge| gauge.window.used_at(now, length)),
        ceiling: pace.map_or(1.0, |pace| pace.ceiling),
        reserve: gauge.map_or(0, |gauge| gauge.reserve.kept(allowance.amount, gauge.window.awaited())),
        tight: pace.is_some(),
    }
}
