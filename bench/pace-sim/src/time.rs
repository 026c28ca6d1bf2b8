//! Simulated time.

/// Milliseconds since the simulation began.
pub type Millis = i64;

/// A second.
pub const SECOND: Millis = 1_000;

/// A minute: the window of every per-minute quota.
pub const MINUTE: Millis = 60 * SECOND;
