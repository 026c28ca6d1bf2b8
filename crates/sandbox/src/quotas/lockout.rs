//! "Retry after": times for which the backend keeps a mailbox away from itself (facts 1.3 (c)).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a call before the instant does to it. Both were seen (facts 1.3 (c)).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Early {
    /// The instant moves: a whole length from the call.
    #[default]
    Rearm,
    /// The instant stays.
    Keep,
}

/// A lockout that a test asks for. Exactly one of `until` and `seconds`, or neither.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockoutOrder {
    /// The mailbox's address.
    pub mailbox: String,
    /// The instant before which it has to stay away.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// The same as a number of seconds from now.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// What stands in brackets behind the instant, for example `Mail sending`.
    #[serde(default)]
    pub tag: String,
    /// What a call before the instant does; as the limits say when left out.
    #[serde(default)]
    pub early: Option<Early>,
    /// So many calls after the instant are refused as well, each with a fresh instant.
    #[serde(default)]
    pub refused_probes: u32,
    /// How far ahead a fresh instant lies, in seconds; as the limits say when left out.
    #[serde(default)]
    pub again_seconds: Option<u32>,
}

/// One lockout in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lockout {
    pub(super) until_ms: i64,
    /// How far ahead a fresh instant lies.
    pub(super) length_ms: i64,
    pub(super) tag: String,
    pub(super) early: Early,
    pub(super) refused_probes: u32,
}

/// What a lockout says to a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Met {
    /// The call came too early.
    TooEarly,
    /// The call came late enough and is refused all the same.
    Probed,
    /// It is over.
    Over,
}

impl Lockout {
    /// Meets one call now; the instant may move by it.
    pub(super) fn meet(&mut self, now_ms: i64) -> Met {
        if now_ms < self.until_ms {
            if self.early == Early::Rearm {
                self.until_ms = self.until_ms.max(now_ms.saturating_add(self.length_ms));
            }
            return Met::TooEarly;
        }
        if self.refused_probes == 0 {
            return Met::Over;
        }
        self.refused_probes -= 1;
        self.until_ms = now_ms.saturating_add(self.length_ms);
        Met::Probed
    }
}
