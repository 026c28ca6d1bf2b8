//! Subscriptions to changes at providers. Turns of sync write them, and so does what providers say of them meanwhile: apart
//! from sync states, so that neither undoes the other.

use model::sync::Watch;
use model::{GrantId, Timestamp};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, nanos, one, run};
use crate::Result;
use crate::error::constrained;

const COLUMNS: &str = "grant_id, handle, callback, secret_hash, ends_at, renew_at";

pub(crate) fn of_grant(connection: &Connection, grant: GrantId) -> Result<Option<Watch>> {
    one(connection, &format!("SELECT {COLUMNS} FROM watches WHERE grant_id = ?1"), [grant.0], watch)
}

/// Those with a handle. Providers make handles unique; two of them may make the same one.
pub(crate) fn by_handle(connection: &Connection, handle: &str) -> Result<Vec<Watch>> {
    all(connection, &format!("SELECT {COLUMNS} FROM watches WHERE handle = ?1"), [handle], watch)
}

pub(crate) fn set(connection: &Connection, watch: &Watch) -> Result<()> {
    let set = run(
        connection,
        "INSERT INTO watches (grant_id, handle, callback, secret_hash, ends_at, renew_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (grant_id) DO UPDATE SET
             handle = excluded.handle, callback = excluded.callback, secret_hash = excluded.secret_hash,
             ends_at = excluded.ends_at, renew_at = excluded.renew_at",
        params![
            watch.grant_id.0,
            watch.handle,
            watch.callback,
            watch.secret_hash,
            nanos(watch.ends_at),
            nanos(watch.renew_at)
        ],
    );
    constrained(set, "watch", "grant").map(drop)
}

/// Brings the renewal forward.
pub(crate) fn hurry(connection: &Connection, grant: GrantId, handle: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE watches SET renew_at = min(renew_at, ?3) WHERE grant_id = ?1 AND handle = ?2";
    run(connection, sql, params![grant.0, handle, nanos(now)])?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, grant: GrantId, handle: Option<&str>) -> Result<()> {
    let sql = "DELETE FROM watches WHERE grant_id = ?1 AND handle IS ?2";
    run(connection, sql, params![grant.0, handle])?;
    Ok(())
}

fn watch(row: &Row<'_>) -> Result<Watch> {
    Ok(Watch {
        grant_id: GrantId(row.get(0)?),
        handle: row.get(1)?,
        callback: row.get(2)?,
        secret_hash: row.get(3)?,
        ends_at: row.time(4)?,
        renew_at: row.time(5)?,
    })
}
