//! What can be seen of a key from outside.

use std::time::Duration;

use serde::Serialize;

use crate::{Class, Dimension, Level, Limited, Moment};

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
