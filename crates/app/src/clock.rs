//! The system's clock: the one place of the server that reads it. The sandbox keeps its own.

use model::{Clock, Timestamp};

/// Tells the time of the machine it runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one home of this call
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
