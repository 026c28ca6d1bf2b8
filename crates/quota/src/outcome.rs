//! How a call ended.

use model::quota::QuotaRefusal;

use crate::{Level, Limited, Moment};

/// What really went over the wire, for all calls of a ticket together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Moved {
    /// Bytes to the provider.
    pub up: u64,
    /// Bytes from the provider.
    pub down: u64,
}

/// One quota refusal. A batch reports one per distinct refusal, with the number of inner calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Which key refused.
    pub level: Level,
    /// What was exhausted.
    pub what: Limited,
    /// The instant the provider named, if it did: nothing goes out before.
    pub until: Option<Moment>,
    /// How many calls of the ticket were refused so.
    pub calls: u32,
}

impl Refusal {
    /// One call refused, no instant named.
    pub fn of(quota: &QuotaRefusal) -> Self {
        Self { level: quota.level, what: quota.what, until: None, calls: 1 }
    }
}

/// How the calls of a ticket ended.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Outcome {
    /// Whether the service answered at all (a refusal is an answer).
    pub answered: bool,
    /// What really went over the wire, if known; replaces the bytes of the cost.
    pub moved: Option<Moved>,
    /// The quota refusals among the answers.
    pub refusals: Vec<Refusal>,
}

impl Outcome {
    /// Everything was answered and nothing refused for its quota. Other errors count as this.
    pub fn done() -> Self {
        Self { answered: true, ..Self::default() }
    }

    /// Refused.
    pub fn refused(refusal: Refusal) -> Self {
        Self { answered: true, moved: None, refusals: vec![refusal] }
    }

    /// No answer: a timeout, a lost connection, a caller that went away.
    pub fn failed() -> Self {
        Self::default()
    }

    /// With the bytes that went over the wire.
    pub fn moving(self, moved: Moved) -> Self {
        Self { moved: Some(moved), ..self }
    }
}
