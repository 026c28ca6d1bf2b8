//! Sync states: how far each grant's mirror has come, and whose turn it is.

use model::grant::Grant;
use model::sync::{SyncCursor, SyncPhase, SyncState, Unmirrored};
use model::{GrantId, MessageId, Timestamp};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, count, counted, nanos, nanos_opt, one, run};
use super::grants;
use super::mailbox::Mailbox;
use crate::error::constrained;
use crate::{Error, Result};

const PHASES: [(SyncPhase, &str); 4] = [
    (SyncPhase::New, "new"),
    (SyncPhase::Backfill, "backfill"),
    (SyncPhase::Live, "live"),
    (SyncPhase::Resync, "resync"),
];

pub(crate) fn get(connection: &Connection, grant: GrantId) -> Result<Option<SyncState>> {
    one(
        connection,
        "SELECT phase, cursor, backfill_token, fresh_at, next_at, failures, mirrored, expected
         FROM sync_states WHERE grant_id = ?1",
        [grant.0],
        |row| state(row, 0),
    )
}

/// Makes the sync of a valid grant due now; a grant without a state begins at `New`.
pub(super) fn begin(connection: &Connection, grant: GrantId, now: Timestamp) -> Result<()> {
    run(
        connection,
        "INSERT INTO sync_states (grant_id, active, phase, next_at, failures, mirrored) VALUES (?1, 1, 'new', ?2, 0, 0)
         ON CONFLICT (grant_id) DO UPDATE SET active = 1, next_at = min(next_at, excluded.next_at),
             leased_until = NULL, woken_at = NULL",
        params![grant.0, nanos(now)],
    )?;
    Ok(())
}

pub(super) fn set_active(connection: &Connection, grant: GrantId, active: bool) -> Result<()> {
    run(connection, "UPDATE sync_states SET active = ?2 WHERE grant_id = ?1", params![grant.0, active])?;
    Ok(())
}

/// Replaces the state.
///
/// A worker's lease ends with the first state whose `next_at` is not the lease's own end; a wake-up that came during
/// the lease then makes the grant due at once, so that none is lost.
pub(crate) fn set(connection: &Connection, grant: GrantId, state: &SyncState) -> Result<()> {
    let set = run(
        connection,
        "INSERT INTO sync_states (grant_id, active, phase, cursor, backfill_token, fresh_at, next_at, failures, mirrored,
                                  expected)
         VALUES (?1, coalesce((SELECT status = 'valid' FROM grants WHERE id = ?1), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (grant_id) DO UPDATE SET
             phase = excluded.phase, cursor = excluded.cursor, backfill_token = excluded.backfill_token,
             fresh_at = excluded.fresh_at, failures = excluded.failures, mirrored = excluded.mirrored,
             expected = excluded.expected,
             next_at = CASE WHEN leased_until IS excluded.next_at THEN excluded.next_at
                            ELSE min(excluded.next_at, coalesce(woken_at, excluded.next_at)) END,
             woken_at = CASE WHEN leased_until IS excluded.next_at THEN woken_at END,
             leased_until = CASE WHEN leased_until IS excluded.next_at THEN leased_until END",
        params![
            grant.0,
            phase_word(state.phase),
            state.cursor.as_ref().map(|cursor| &cursor.0),
            state.backfill_token,
            nanos_opt(state.fresh_at),
            nanos(state.next_at),
            state.failures,
            counted(state.mirrored),
            state.expected.map(counted)
        ],
    );
    constrained(set, "sync state", "grant").map(drop)
}

/// Claims what is due. The states returned tell the end of the lease as `next_at`.
pub(crate) fn claim_due(
    connection: &Connection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: usize,
) -> Result<Vec<(Grant, SyncState)>> {
    let sql = format!(
        "SELECT {}, s.phase, s.cursor, s.backfill_token, s.fresh_at, ?2, s.failures, s.mirrored, s.expected
         FROM sync_states s INDEXED BY sync_states_due CROSS JOIN grants g ON g.id = s.grant_id
         WHERE s.active = 1 AND s.next_at <= ?1 ORDER BY s.next_at, s.grant_id LIMIT ?3",
        grants::COLUMNS
    );
    let row = params![nanos(now), nanos(lease_until), counted(limit as u64)];
    let due = all(connection, &sql, row, |row| Ok((grants::read(row)?, state(row, 13)?)))?;
    for (grant, _) in &due {
        run(
            connection,
            "UPDATE sync_states SET next_at = ?2, leased_until = ?2, woken_at = NULL WHERE grant_id = ?1",
            params![grant.id.0, nanos(lease_until)],
        )?;
    }
    Ok(due)
}

/// Makes the sync due now, or, while a worker has it, as soon as that worker is done.
pub(crate) fn wake(connection: &Connection, grant: GrantId, now: Timestamp) -> Result<()> {
    let woken = run(
        connection,
        "UPDATE sync_states SET
             woken_at = CASE WHEN leased_until > ?2 THEN ?2 END,
             next_at = CASE WHEN leased_until > ?2 THEN next_at ELSE min(next_at, ?2) END
         WHERE grant_id = ?1",
        params![grant.0, nanos(now)],
    )?;
    if woken == 0 { Err(Error::NotFound("grant")) } else { Ok(()) }
}

pub(crate) fn next_at(connection: &Connection) -> Result<Option<Timestamp>> {
    let next = one(
        connection,
        "SELECT min(next_at) FROM sync_states INDEXED BY sync_states_due WHERE active = 1",
        [],
        |row| row.time_opt(0),
    )?;
    Ok(next.flatten())
}

pub(crate) fn unmirrored(connection: &Connection, mailbox: Mailbox) -> Result<Vec<Unmirrored>> {
    all(connection, "SELECT id, reason FROM unmirrored WHERE mailbox = ?1 ORDER BY number DESC", [mailbox.0], |row| {
        Ok(Unmirrored { id: MessageId(row.get(0)?), reason: row.get(1)? })
    })
}

/// The eight columns of a state, from `at` on.
fn state(row: &Row, at: usize) -> Result<SyncState> {
    Ok(SyncState {
        phase: row.word(at, |word| PHASES.iter().find(|(_, text)| *text == word).map(|(phase, _)| *phase))?,
        cursor: row.get::<_, Option<String>>(at + 1)?.map(SyncCursor),
        backfill_token: row.get(at + 2)?,
        fresh_at: row.time_opt(at + 3)?,
        next_at: row.time(at + 4)?,
        failures: row.get(at + 5)?,
        mirrored: count(row.get(at + 6)?),
        expected: row.get::<_, Option<i64>>(at + 7)?.map(count),
    })
}

fn phase_word(phase: SyncPhase) -> &'static str {
    PHASES.iter().find(|(each, _)| *each == phase).map_or("new", |(_, text)| text)
}
