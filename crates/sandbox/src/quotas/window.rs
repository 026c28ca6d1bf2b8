//! One per-minute allowance under each of the models. Units and milliseconds throughout.

use super::Model;
use super::rolling::Rolling;

const MINUTE_MS: i64 = 60_000;
/// The hidden bucket is reckoned in these parts of a unit: 80 % of the limit per minute is `limit` parts per millisecond.
const PARTS: u64 = 75_000;
/// A third of the limit, in parts for each unit of the limit.
const CAPACITY: u64 = PARTS / 3;

/// What is left of an allowance.
#[derive(Debug)]
pub(super) enum Window {
    /// Counts and never refuses.
    Open(Rolling),
    Sliding(Rolling),
    Fixed {
        start_ms: i64,
        used: u64,
    },
    Hidden {
        /// Parts that a full bucket has more than this one.
        missing: u64,
        at_ms: i64,
        /// The minute that refusals speak of: it begins with the first call after the one before is over.
        minute_ms: Option<i64>,
    },
}

impl Window {
    pub(super) fn new(model: Model, now_ms: i64) -> Self {
        match model {
            Model::Off => Self::Open(Rolling::minute()),
            Model::Sliding => Self::Sliding(Rolling::minute()),
            Model::Fixed => Self::Fixed { start_ms: minute_of(now_ms), used: 0 },
            Model::Hidden => Self::Hidden { missing: 0, at_ms: now_ms, minute_ms: None },
        }
    }

    /// Gives back what time gives back. Time must not run backwards between two calls.
    pub(super) fn advance(&mut self, now_ms: i64, limit: u64) {
        match self {
            Self::Open(log) | Self::Sliding(log) => log.expire(now_ms),
            Self::Fixed { start_ms, used } => {
                let minute = minute_of(now_ms);
                if minute != *start_ms {
                    (*start_ms, *used) = (minute, 0);
                }
            }
            Self::Hidden { missing, at_ms, .. } => {
                let passed_ms = u64::try_from(now_ms - *at_ms).unwrap_or(0);
                *missing = missing.saturating_sub(limit.saturating_mul(passed_ms));
                *at_ms = now_ms;
            }
        }
    }

    /// The units that a call may take now.
    pub(super) fn room(&self, limit: u64) -> u64 {
        match self {
            Self::Open(_) => u64::MAX,
            Self::Sliding(log) => limit.saturating_sub(log.sum()),
            Self::Fixed { used, .. } => limit.saturating_sub(*used),
            Self::Hidden { missing, .. } => (limit * CAPACITY).saturating_sub(*missing) / PARTS,
        }
    }

    /// Takes units, there or not.
    pub(super) fn take(&mut self, now_ms: i64, limit: u64, units: u64) {
        match self {
            Self::Open(log) | Self::Sliding(log) => log.add(now_ms, units),
            Self::Fixed { used, .. } => *used += units,
            Self::Hidden { missing, minute_ms, .. } => {
                // A bucket cannot be emptier than empty.
                *missing = (*missing + units * PARTS).min(limit * CAPACITY);
                if minute_ms.is_none_or(|start| now_ms - start >= MINUTE_MS) {
                    *minute_ms = Some(now_ms);
                }
            }
        }
    }

    /// The units that are gone: of the last minute, of this minute, or of a full bucket.
    pub(super) fn used(&self) -> u64 {
        match self {
            Self::Open(log) | Self::Sliding(log) => log.sum(),
            Self::Fixed { used, .. } => *used,
            Self::Hidden { missing, .. } => missing.div_ceil(PARTS),
        }
    }

    /// The `window_start_time` of a refused call, in seconds: a minute later the call fits (sliding), everything is given
    /// back (fixed), or the clock has merely gone on (hidden, as nobody knows what it means there).
    pub(super) fn start_s(&self, now_ms: i64, limit: u64, units: u64) -> i64 {
        let start_ms = match self {
            Self::Open(log) | Self::Sliding(log) => {
                let entry = log.entry_above(limit.saturating_sub(units)).unwrap_or(now_ms);
                // Rounded up, so that a caller who waits for start + 60 s is not early.
                return (entry.div_euclid(1000) + i64::from(entry.rem_euclid(1000) > 0)).min(now_ms.div_euclid(1000));
            }
            Self::Fixed { start_ms, .. } => *start_ms,
            Self::Hidden { minute_ms, .. } => minute_ms.unwrap_or(now_ms),
        };
        start_ms.div_euclid(1000)
    }
}

fn minute_of(now_ms: i64) -> i64 {
    now_ms - now_ms.rem_euclid(MINUTE_MS)
}
