//! What can be seen of a key from outside.

use std::time::Duration;

use serde::Serialize;

use crate::gauge::Gauge;
use crate::key::{Key, at_level, per};
use crate::throttle::Stage;
use crate::{Allowance, Class, Dimension, Level, Limited, Moment};

/// One allowance of a key as it stands.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
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
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
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
#[derive(Clone, PartialEq, Debug, Serialize)]
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
    /// Waiters per class (index: [`Class`]) of flows that this key holds up.
    pub waiting: [u32; Class::COUNT],
    /// Calls admitted since the key was first seen.
    pub calls: u64,
    /// Calls refused since the key was first seen.
    pub refusals: u64,
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
        waiting,
        calls: key.calls,
        refusals: key.refusals,
    }
}

fn window<K>(key: &Key<K>, allowance: &Allowance, gauge: Option<&Gauge>, now: i64) -> WindowView {
    let length = per(allowance);
    let paces = key.learned.iter().flat_map(|learned| learned.paces.iter());
    let pace = paces
        .map(|(dimension, of, pace)| (*dimension, *of, pace))
        .find(|(dimension, of, _)| *dimension == allowance.dimension && *of == length);
    WindowView {
        dimension: allowance.dimension,
        amount: allowance.amount,
        per: allowance.per,
        used: gauge.map_or(0, |gauge| gauge.window.used_at(now, length)),
        ceiling: pace.map_or(1.0, |(_, _, pace)| pace.ceiling),
        reserve: gauge.map_or(0, |gauge| gauge.reserve.kept(allowance.amount, gauge.window.awaited())),
        tight: pace.is_some(),
    }
}
