//! How quotas stand, for operators: what is used, what is closed and until when, what was asked minute by minute.

use std::time::Duration;

use crate::quota::{Class, Dimension, Level, Limited, ProviderMinute, Regime};
use crate::{FaultKind, Provider, Timestamp};

/// How the quotas of a mailbox or of a project stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// Whose quotas these are.
    pub provider: Provider,
    /// The price list in force.
    pub regime: Regime,
    /// When it was so. The past, where it was read from what a server keeps.
    pub as_of: Timestamp,
    /// Every key that a call counts against, the widest first.
    pub keys: Vec<KeyStanding>,
    /// The minutes (since 1970) that `minutes` tells of: the first, and the one after the last.
    pub span: (i64, i64),
    /// What was asked of the provider, oldest first. A minute that is not there had nothing.
    pub minutes: Vec<ProviderMinute>,
}

/// How one key stands.
#[derive(Clone, PartialEq, Debug)]
pub struct KeyStanding {
    /// Which level it counts at.
    pub level: Level,
    /// When a small call that somebody waits for could go; `None` if at once.
    pub next_at: Option<Timestamp>,
    /// Its allowances.
    pub windows: Vec<WindowStanding>,
    /// What the provider closed, soonest open first.
    pub throttles: Vec<ThrottleStanding>,
    /// Calls under way.
    pub in_flight: u32,
    /// How many may be; `None` where unbounded.
    pub concurrency: Option<u32>,
    /// Calls in line that this key holds up, by class (index: [`Class`]).
    pub waiting: [u32; Class::COUNT],
}

/// One allowance of a key.
#[derive(Clone, PartialEq, Debug)]
pub struct WindowStanding {
    /// What is counted.
    pub dimension: Dimension,
    /// Within which length of time.
    pub per: Duration,
    /// Counted at present.
    pub used: u64,
    /// What the provider publishes, or the operator set.
    pub amount: u64,
    /// What is believed of it since the last refusals; never more than `amount`.
    pub ceiling: u64,
    /// Kept free for calls that somebody waits for.
    pub reserve: u64,
    /// Calls are spread evenly because the key was refused not long ago.
    pub tight: bool,
}

/// A throttle that closes a key.
#[derive(Clone, PartialEq, Debug)]
pub struct ThrottleStanding {
    /// What the provider said was exhausted.
    pub what: Limited,
    /// Only sending is stopped.
    pub sending_only: bool,
    /// Nothing goes out before.
    pub until: Timestamp,
    /// How many times in a row it was refused.
    pub times: u32,
    /// The kind of fault it came with.
    pub kind: FaultKind,
    /// Why, in one sentence.
    pub message: String,
}

/// What was asked of a provider by all calls of one application and class since the start of the process.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Asked {
    /// Calls that went out.
    pub calls: u64,
    /// The provider's units they took.
    pub units: u64,
    /// Requests that had to wait for leave.
    pub waits: u64,
    /// How long these waited, all together, in milliseconds.
    pub waited_ms: u64,
}

impl Asked {
    /// Adds a request that got leave for so many calls and units after waiting for it.
    pub fn went(&mut self, calls: u32, units: u64, waited: Duration) {
        self.calls += u64::from(calls);
        self.units += units;
        if !waited.is_zero() {
            self.waits += 1;
            self.waited_ms += u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        }
    }
}
