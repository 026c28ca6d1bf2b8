//! What was learned about providers' quotas, and what was asked of providers minute by minute.

use model::quota::ProviderMinute;
use model::{ApplicationId, GrantId, Provider, Timestamp};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, counted, nanos, one, run};
use crate::Result;

pub(crate) fn keep(connection: &Connection, subject: &str, content: &str, now: Timestamp) -> Result<()> {
    run(
        connection,
        "INSERT INTO learned (subject, content, learned_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (subject) DO UPDATE SET content = excluded.content, learned_at = excluded.learned_at",
        params![subject, content, nanos(now)],
    )?;
    Ok(())
}

pub(crate) fn recall(connection: &Connection, subject: &str) -> Result<Option<(String, Timestamp)>> {
    one(connection, "SELECT content, learned_at FROM learned WHERE subject = ?1", [subject], |row| {
        Ok((row.get(0)?, row.time(1)?))
    })
}

/// Adds to the minutes. A grant that is gone has none.
pub(crate) fn add_minutes(connection: &Connection, minutes: &[(GrantId, ProviderMinute)]) -> Result<()> {
    for (grant, minute) in minutes {
        run(
            connection,
            "INSERT INTO provider_minutes (grant_id, minute, calls, units, refusals, waits, waited)
             SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM grants WHERE id = ?1
             ON CONFLICT (grant_id, minute) DO UPDATE SET
                 calls = calls + excluded.calls, units = units + excluded.units,
                 refusals = refusals + excluded.refusals, waits = waits + excluded.waits,
                 waited = waited + excluded.waited",
            params![
                grant.0,
                minute.minute,
                counted(minute.calls),
                counted(minute.units),
                counted(minute.refusals),
                counted(minute.waits),
                counted(minute.waited_ms)
            ],
        )?;
    }
    Ok(())
}

/// The minutes of a grant from one on, oldest first.
pub(crate) fn minutes(connection: &Connection, grant: GrantId, from: i64) -> Result<Vec<ProviderMinute>> {
    all(
        connection,
        "SELECT minute, calls, units, refusals, waits, waited FROM provider_minutes
         WHERE grant_id = ?1 AND minute >= ?2 ORDER BY minute",
        params![grant.0, from],
        minute,
    )
}

/// The minutes of all grants that came through a connector, added up, oldest first.
pub(crate) fn project_minutes(
    connection: &Connection,
    application: ApplicationId,
    provider: Provider,
    from: i64,
) -> Result<Vec<ProviderMinute>> {
    all(
        connection,
        "SELECT m.minute, sum(m.calls), sum(m.units), sum(m.refusals), sum(m.waits), sum(m.waited)
         FROM provider_minutes m JOIN grants g ON g.id = m.grant_id
         WHERE g.application_id = ?1 AND g.provider = ?2 AND m.minute >= ?3 GROUP BY m.minute ORDER BY m.minute",
        params![application.0, provider.as_str(), from],
        minute,
    )
}

fn minute(row: &Row<'_>) -> Result<ProviderMinute> {
    let count = |at: usize| -> Result<u64> { Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or_default()) };
    Ok(ProviderMinute {
        minute: row.get(0)?,
        calls: count(1)?,
        units: count(2)?,
        refusals: count(3)?,
        waits: count(4)?,
        waited_ms: count(5)?,
    })
}
