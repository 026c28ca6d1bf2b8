//! What survives a restart: ceilings, places, throttles, and the counters of long windows. Keys that have learned nothing are
//! not in it, and the minute's windows are not either: they are over sooner than they matter.

use serde::{Deserialize, Serialize};

use crate::adaptive::Pace;
use crate::concurrency::Places;
use crate::gauge::Gauge;
use crate::jitter::Jitter;
use crate::key::{Key, LONG, Learned, at_level, per};
use crate::throttle::{Stage, Throttle, Told};
use crate::{Dimension, Limited};

/// What a pacer has learned, for keys that differ from fresh ones. Instants are those of the caller's clock, so that a
/// pacer that takes it up must be given the same clock (the wall clock, if it is to survive the machine).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Snapshot<K> {
    pub(crate) keys: Vec<(K, Saved)>,
}

impl<K> Snapshot<K> {
    /// How many keys are in it.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys in it.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.keys.iter().map(|(key, _)| key)
    }
}

/// One key's part.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Saved {
    paces: Vec<(Dimension, i64, Pace)>,
    pub(crate) throttles: [Option<Throttle>; 2],
    places: Option<f32>,
    windows: Vec<(Dimension, i64, Rows)>,
}

/// (end, all, awaited) of each bucket.
type Rows = Vec<(i64, u64, u64)>;

impl Saved {
    /// A key's part, or `None` if it is as good as fresh.
    pub(crate) fn of<K>(key: &Key<K>, now: i64) -> Option<Self> {
        let learned = key.learned.as_deref();
        let start = key.limits.concurrency.map(|terms| terms.start as f32);
        let gauges = key.gauges.iter().flat_map(|gauges| gauges.iter());
        let long = gauges.zip(at_level(&key.limits, key.level)).filter(|(_, allowance)| per(allowance) >= LONG);
        let saved = Self {
            paces: learned.map_or_else(Vec::new, |learned| learned.paces.clone()),
            throttles: learned.map_or_else(Default::default, |learned| learned.throttles.clone().map(without_probe)),
            places: key.places.as_ref().map(|places| places.limit).filter(|limit| Some(*limit) != start),
            windows: long
                .filter(|(gauge, _)| !gauge.window.is_empty())
                .map(|(gauge, allowance)| (allowance.dimension, per(allowance), rows(gauge, now)))
                .collect(),
        };
        (saved != Self::default()).then_some(saved)
    }

    /// The same with instants moved to another clock.
    pub(crate) fn shifted(mut self, by: impl Fn(i64) -> i64) -> Self {
        for (_, _, pace) in &mut self.paces {
            *pace = pace.shifted(&by);
        }
        for throttle in self.throttles.iter_mut().flatten() {
            throttle.until = by(throttle.until);
        }
        for (end, ..) in self.windows.iter_mut().flat_map(|(_, _, rows)| rows) {
            *end = by(*end);
        }
        self
    }

    /// Closes a key that is not in use.
    pub(crate) fn close(&mut self, now: i64, told: Told, jitter: &mut Jitter) {
        let slot = usize::from(matches!(told.what, Limited::By(dimension) if dimension.is_sending()));
        self.throttles[slot] = Some(Throttle::after(self.throttles[slot].as_ref(), now, told, jitter));
    }

    /// Gives a fresh key what was learned of it.
    pub(crate) fn into_key<K>(self, now: i64, key: &mut Key<K>) {
        let throttles = self.throttles;
        if !self.paces.is_empty() || throttles.iter().any(Option::is_some) {
            key.learned = Some(Box::new(Learned { paces: self.paces, throttles }));
        }
        if let (Some(terms), Some(limit)) = (key.limits.concurrency, self.places)
            && key.places.is_some()
        {
            key.places = Some(Places::learned(limit, terms));
        }
        if self.windows.is_empty() {
            return;
        }
        let gauges = at_level(&key.limits, key.level).map(|allowance| {
            let mut gauge = Gauge::new(now);
            let saved =
                self.windows.iter().find(|(one, length, _)| *one == allowance.dimension && *length == per(allowance));
            for (end, all, awaited) in saved.into_iter().flat_map(|(_, _, rows)| rows) {
                gauge.window.put(*end, *all, *awaited);
            }
            gauge
        });
        key.gauges = Some(gauges.collect());
    }
}

/// A throttle whose probe goes down with the process.
fn without_probe(throttle: Option<Throttle>) -> Option<Throttle> {
    let probing = |throttle: &Throttle| throttle.stage == Stage::Probing;
    throttle.map(|throttle| if probing(&throttle) { Throttle { stage: Stage::Closed, ..throttle } } else { throttle })
}

/// The buckets of a window; what is under way counts as landed now.
fn rows(gauge: &Gauge, now: i64) -> Rows {
    let landed: u64 = gauge.window.rows().map(|(_, all, _)| all).sum();
    let flying = gauge.window.used() - landed;
    gauge.window.rows().chain((flying > 0).then_some((now, flying, 0))).collect()
}
