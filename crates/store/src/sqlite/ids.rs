//! Identifiers for events and deliveries that the store writes itself.

use model::Timestamp;
use uuid::{Builder, Uuid};

/// A version 7 UUID (RFC 9562 section 5.7) of the given instant: time-ordered, so that indexes grow at their end.
/// The randomness of a version 4 UUID, drawn from the operating system, fills the rest.
pub(super) fn uuid_at(now: Timestamp) -> Uuid {
    let random = Uuid::new_v4().into_bytes();
    let mut rest = [0; 10];
    // Bytes 6 and 8 of a version 4 UUID hold fixed bits; these ten are all random.
    rest[..6].copy_from_slice(&random[..6]);
    rest[6..].copy_from_slice(&random[10..14]);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}
