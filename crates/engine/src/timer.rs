//! Waiting comes in through this door only: really, or until a test moves its hand-driven clock.

use model::Timestamp;

/// Waits until instants.
#[derive(Clone)]
pub struct Timer {
    // system, or driven by hand together with a test clock
}

#[allow(unused_variables)]
impl Timer {
    /// Waits in real time.
    pub fn system() -> Self {
        todo!()
    }
    /// Waits until `instant`; returns at once when it has passed.
    pub async fn until(&self, instant: Timestamp) {
        todo!()
    }
}
