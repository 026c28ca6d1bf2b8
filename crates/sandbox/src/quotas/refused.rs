//! Why a call was not let through.

use super::Regime;

/// A refusal, before it is put into Google's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// The minute's units are used up.
    Minute(Minute),
    /// Too many requests at once for the mailbox.
    Crowded,
    /// The mailbox has to stay away until this instant (milliseconds since the epoch).
    Locked { until_ms: i64, tag: String },
}

/// A refusal for units per minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Minute {
    pub(crate) whose: Whose,
    pub(crate) regime: Regime,
    /// Units per minute.
    pub(crate) limit: u64,
    /// The project's number.
    pub(crate) project: String,
    /// `window_start_time`, seconds since the epoch, where it is told.
    pub(crate) window_start_s: Option<i64>,
}

/// Whose units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    User,
    Project,
}
