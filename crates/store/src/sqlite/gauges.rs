//! Figures that metrics are made of. Nothing here walks over messages; what may be many is counted up to a bound.

use model::Timestamp;
use rusqlite::{Connection, params};

use super::columns::{Columns, all, count, nanos, one};
use crate::Result;
use crate::rows::{Gauges, MOST_COUNTED, MailboxCount};

const SECOND: i64 = 1_000_000_000;

pub(crate) fn read(connection: &Connection, now: Timestamp) -> Result<Gauges> {
    let since = |seconds: i64| nanos(now) - seconds * SECOND;
    let fresh = |seconds: i64| {
        let sql = "SELECT count(*) FROM sync_states WHERE active = 1 AND fresh_at >= ?1";
        Ok::<_, crate::Error>((seconds.unsigned_abs(), number(connection, sql, since(seconds))?))
    };
    Ok(Gauges {
        mailboxes: all(
            connection,
            "SELECT g.provider, s.active, s.phase, count(*) FROM sync_states s JOIN grants g ON g.id = s.grant_id
             GROUP BY 1, 2, 3",
            [],
            |row| {
                Ok(MailboxCount {
                    provider: row.provider(0)?,
                    valid: row.get(1)?,
                    phase: row.get(2)?,
                    count: count(row.get(3)?),
                })
            },
        )?,
        fresh: [60, 600, 3600].into_iter().map(fresh).collect::<Result<_>>()?,
        pending_deliveries: number(
            connection,
            "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'pending' LIMIT ?1)",
            MOST_COUNTED,
        )?,
        failed_deliveries: number(
            connection,
            "SELECT count(*) FROM (SELECT 1 FROM webhooks w JOIN deliveries d
                 ON d.webhook_id = w.id AND d.state = 'failed' LIMIT ?1)",
            MOST_COUNTED,
        )?,
        unknown_faults: all(
            connection,
            "SELECT provider, sum(count) FROM unknown_faults GROUP BY provider ORDER BY provider",
            [],
            |row| Ok((row.provider(0)?, count(row.get(1)?))),
        )?,
    })
}

fn number(connection: &Connection, sql: &str, bound: i64) -> Result<u64> {
    Ok(count(one(connection, sql, params![bound], |row| Ok(row.get(0)?))?.unwrap_or(0)))
}
