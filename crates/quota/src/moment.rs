//! Instants as the caller's clock tells them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant: milliseconds on the caller's clock, whatever its zero is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Later than anything: "no deadline".
    pub const NEVER: Moment = Moment(i64::MAX);

    /// So much later; saturates.
    pub fn plus(self, length: Duration) -> Self {
        self.plus_millis(i64::try_from(length.as_millis()).unwrap_or(i64::MAX))
    }

    /// So many milliseconds later (earlier, if negative); saturates.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from an earlier moment to this one; negative if it is later.
    pub fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
