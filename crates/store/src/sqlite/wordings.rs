//! Signatures and templates.

use model::wording::{Wording, WordingKind, WordingOwner};
use model::{ApplicationId, GrantId, WordingId};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, nanos, one, run, run_on};
use crate::Result;
use crate::error::constrained;

const COLUMNS: &str = "id, application_id, grant_id, kind, name, subject, body, created_at, updated_at";
/// Whose and which: `IS` also finds those of no grant.
const OWN: &str = "application_id = ?1 AND grant_id IS ?2 AND kind = ?3";

pub(crate) fn get(
    connection: &Connection,
    owner: WordingOwner,
    kind: WordingKind,
    id: WordingId,
) -> Result<Option<Wording>> {
    let sql = format!("SELECT {COLUMNS} FROM wordings WHERE {OWN} AND id = ?4");
    one(connection, &sql, params![owner.application_id.0, owner.grant_id.map(|id| id.0), kind.as_str(), id.0], read)
}

pub(crate) fn list(connection: &Connection, owner: WordingOwner, kind: WordingKind) -> Result<Vec<Wording>> {
    let sql = format!("SELECT {COLUMNS} FROM wordings WHERE {OWN} ORDER BY created_at, id");
    all(connection, &sql, params![owner.application_id.0, owner.grant_id.map(|id| id.0), kind.as_str()], read)
}

/// Adds one unless its owner has `most` of the kind; says whether it was added.
pub(crate) fn add(connection: &Connection, wording: &Wording, most: u32) -> Result<bool> {
    let added = run(
        connection,
        &format!(
            "INSERT INTO wordings (application_id, grant_id, kind, id, name, subject, body, created_at, updated_at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE (SELECT count(*) FROM wordings WHERE {OWN}) < ?10"
        ),
        params![
            wording.owner.application_id.0,
            wording.owner.grant_id.map(|id| id.0),
            wording.kind.as_str(),
            wording.id.0,
            wording.name,
            wording.subject,
            wording.body,
            nanos(wording.created_at),
            nanos(wording.updated_at),
            most
        ],
    );
    Ok(constrained(added, wording.kind.as_str(), "grant or application")? > 0)
}

pub(crate) fn update(connection: &Connection, wording: &Wording) -> Result<()> {
    run_on(
        connection,
        wording.kind.as_str(),
        &format!("UPDATE wordings SET name = ?5, subject = ?6, body = ?7, updated_at = ?8 WHERE {OWN} AND id = ?4"),
        params![
            wording.owner.application_id.0,
            wording.owner.grant_id.map(|id| id.0),
            wording.kind.as_str(),
            wording.id.0,
            wording.name,
            wording.subject,
            wording.body,
            nanos(wording.updated_at)
        ],
    )
}

pub(crate) fn remove(connection: &Connection, owner: WordingOwner, kind: WordingKind, id: WordingId) -> Result<()> {
    run_on(
        connection,
        kind.as_str(),
        &format!("DELETE FROM wordings WHERE {OWN} AND id = ?4"),
        params![owner.application_id.0, owner.grant_id.map(|id| id.0), kind.as_str(), id.0],
    )
}

fn read(row: &Row) -> Result<Wording> {
    let owner =
        WordingOwner { application_id: ApplicationId(row.get(1)?), grant_id: row.get::<_, Option<_>>(2)?.map(GrantId) };
    Ok(Wording {
        id: WordingId(row.get(0)?),
        owner,
        kind: row.word(3, WordingKind::parse)?,
        name: row.get(4)?,
        subject: row.get(5)?,
        body: row.get(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}
