//! Removing what has expired.

use model::Timestamp;
use rusqlite::Connection;

use super::columns::{nanos, run};
use super::{deliveries, outbox, tracking};
use crate::Result;

/// How long the minutes of provider calls are kept: two days.
const KEEP_MINUTES: i64 = 2 * 24 * 60;

fn now_minute(nanos: i64) -> i64 {
    nanos / 60_000_000_000
}

/// Events stay as long as a delivery of theirs does; pending deliveries stay however old they are.
pub(crate) fn sweep(connection: &Connection, now: Timestamp, keep_events_after: Timestamp) -> Result<()> {
    let (swept_at, now) = (now, nanos(now));
    run(connection, "DELETE FROM auth_requests WHERE expires_at < ?1", [now])?;
    run(connection, "DELETE FROM auth_codes WHERE expires_at < ?1", [now])?;
    run(connection, "DELETE FROM tokens WHERE expires_at IS NOT NULL AND expires_at < ?1", [now])?;
    let keep = nanos(keep_events_after);
    run(connection, "DELETE FROM deliveries WHERE ended_at IS NOT NULL AND ended_at < ?1", [keep])?;
    run(
        connection,
        "DELETE FROM events WHERE occurred_at < ?1
             AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event = events.number)",
        [keep],
    )?;
    outbox::sweep(connection, swept_at)?;
    tracking::sweep(connection, swept_at, keep_events_after)?;
    let minutes_kept = now_minute(now) - KEEP_MINUTES;
    run(connection, "DELETE FROM provider_minutes WHERE minute < ?1", [minutes_kept])?;
    run(connection, "DELETE FROM delivery_tallies WHERE second < ?1", [deliveries::second(keep_events_after)])?;
    Ok(())
}
