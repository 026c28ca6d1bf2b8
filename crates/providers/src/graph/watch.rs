//! Change notifications (facts 1.6).

use model::{Fault, FaultKind, Timestamp};

use super::http::Http;

/// There is nothing to subscribe to by a topic: Graph posts to an address.
pub(super) async fn watch(_http: &Http, _topic: &str) -> Result<Timestamp, Fault> {
    Err(Fault::new(FaultKind::Unsupported, "Microsoft Graph posts notifications to an address and takes no topic."))
}

/// Nothing was subscribed to.
pub(super) async fn stop(_http: &Http) -> Result<(), Fault> {
    Ok(())
}
