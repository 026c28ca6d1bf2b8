//! The sandbox's clock as the engine sees it: Postroad's own waiting happens in the same hurried time.

use async_trait::async_trait;
use engine::timer::Sleep;
use model::{Clock, Timestamp};

/// The sandbox's clock.
#[derive(Clone)]
pub struct Shared(pub sandbox::clock::Clock);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

#[async_trait]
impl Sleep for Shared {
    async fn until(&self, instant: Timestamp) {
        self.0.sleep_until_ms(instant.as_millisecond()).await;
    }
}
