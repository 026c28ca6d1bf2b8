//! Faults for operators: errors nobody recognised, and what ails connectors.

use model::fault::{ConnectorFault, UnknownFault};
use model::{ApplicationId, ConnectorId, FaultKind, GrantId, Provider, Scope};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, count, counted, nanos, one, run};
use crate::Result;
use crate::rows::{ConnectorNote, FaultNotes};

/// Unknown faults kept per application, those seen last.
const MOST_UNKNOWN: i64 = 200;

pub(crate) fn note(connection: &Connection, notes: &FaultNotes) -> Result<Vec<UnknownFault>> {
    for connector in &notes.connectors {
        note_connector(connection, connector)?;
    }
    let mut news = Vec::new();
    for fault in &notes.unknown {
        if add_unknown(connection, fault)? {
            news.push(fault.clone());
        }
    }
    for fault in &news {
        bound_unknown(connection, fault.application_id)?;
    }
    Ok(news)
}

/// Adds to what is counted already, or begins a count. Returns whether it is new; an application that is gone counts
/// nothing.
fn add_unknown(connection: &Connection, fault: &UnknownFault) -> Result<bool> {
    let known = run(
        connection,
        "UPDATE unknown_faults SET count = count + ?3, last_seen_at = max(last_seen_at, ?4)
         WHERE application_id = ?1 AND fingerprint = ?2",
        params![fault.application_id.0, fault.fingerprint, counted(fault.count), nanos(fault.last_seen_at)],
    )?;
    if known > 0 {
        return Ok(false);
    }
    let added = run(
        connection,
        "INSERT INTO unknown_faults (application_id, fingerprint, provider, protocol, operation, status, code,
                                     first_seen_at, last_seen_at, count, sample)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM applications WHERE id = ?1",
        params![
            fault.application_id.0,
            fault.fingerprint,
            fault.provider.as_str(),
            fault.protocol,
            fault.operation,
            fault.status,
            fault.code,
            nanos(fault.first_seen_at),
            nanos(fault.last_seen_at),
            counted(fault.count),
            fault.sample
        ],
    )?;
    Ok(added > 0)
}

fn bound_unknown(connection: &Connection, application: ApplicationId) -> Result<()> {
    run(
        connection,
        "DELETE FROM unknown_faults WHERE application_id = ?1 AND fingerprint NOT IN (
             SELECT fingerprint FROM unknown_faults WHERE application_id = ?1
             ORDER BY last_seen_at DESC, fingerprint LIMIT ?2)",
        params![application.0, MOST_UNKNOWN],
    )?;
    Ok(())
}

pub(crate) fn unknown(connection: &Connection, application: ApplicationId) -> Result<Vec<UnknownFault>> {
    all(
        connection,
        "SELECT fingerprint, provider, protocol, operation, status, code, first_seen_at, last_seen_at, count, sample
         FROM unknown_faults WHERE application_id = ?1 ORDER BY last_seen_at DESC, fingerprint",
        [application.0],
        |row| {
            Ok(UnknownFault {
                application_id: application,
                fingerprint: row.get(0)?,
                provider: row.provider(1)?,
                protocol: row.get(2)?,
                operation: row.get(3)?,
                status: row.get(4)?,
                code: row.get(5)?,
                first_seen_at: row.time(6)?,
                last_seen_at: row.time(7)?,
                count: count(row.get(8)?),
                sample: row.get(9)?,
            })
        },
    )
}

pub(crate) fn forget_unknown(connection: &Connection, application: ApplicationId) -> Result<usize> {
    Ok(run(connection, "DELETE FROM unknown_faults WHERE application_id = ?1", [application.0])?)
}

fn note_connector(connection: &Connection, note: &ConnectorNote) -> Result<()> {
    if note.works {
        clear(connection, note.application_id, note.provider)?;
    }
    match &note.fault {
        Some(fault) => add_fault(connection, note.application_id, note.provider, fault),
        None => Ok(()),
    }
}

/// The connector was changed, or a call succeeded.
pub(super) fn clear(connection: &Connection, application: ApplicationId, provider: Provider) -> Result<()> {
    run(
        connection,
        "DELETE FROM connector_faults WHERE application_id = ?1 AND provider = ?2",
        params![application.0, provider.as_str()],
    )?;
    Ok(())
}

/// As [`clear`], for a connector whose credentials were changed.
pub(super) fn clear_by_id(connection: &Connection, connector: ConnectorId) -> Result<()> {
    run(
        connection,
        "DELETE FROM connector_faults WHERE (application_id, provider) IN
             (SELECT application_id, provider FROM connectors WHERE id = ?1)",
        [connector.0],
    )?;
    Ok(())
}

/// The same kind again adds to the count; another kind takes its place. A connector or a grant that is gone meanwhile is
/// no error.
fn add_fault(
    connection: &Connection,
    application: ApplicationId,
    provider: Provider,
    fault: &ConnectorFault,
) -> Result<()> {
    run(
        connection,
        "INSERT INTO connector_faults AS kept (application_id, provider, kind, scope, message, provider_code, grant_id,
                                               first_seen_at, last_seen_at, count)
         SELECT c.application_id, c.provider, ?3, ?4, ?5, ?6, (SELECT id FROM grants WHERE id = ?7), ?8, ?9, ?10
         FROM connectors c WHERE c.application_id = ?1 AND c.provider = ?2
         ON CONFLICT (application_id, provider) DO UPDATE SET
             first_seen_at = CASE kept.kind WHEN excluded.kind THEN kept.first_seen_at ELSE excluded.first_seen_at END,
             count = excluded.count + CASE kept.kind WHEN excluded.kind THEN kept.count ELSE 0 END,
             kind = excluded.kind, scope = excluded.scope, message = excluded.message,
             provider_code = excluded.provider_code, grant_id = excluded.grant_id,
             last_seen_at = excluded.last_seen_at",
        params![
            application.0,
            provider.as_str(),
            fault.kind.as_str(),
            fault.scope.as_str(),
            fault.message,
            fault.provider_code,
            fault.grant_id.map(|grant| grant.0),
            nanos(fault.first_seen_at),
            nanos(fault.last_seen_at),
            counted(fault.count)
        ],
    )?;
    Ok(())
}

pub(crate) fn of_connector(
    connection: &Connection,
    application: ApplicationId,
    provider: Provider,
) -> Result<Option<ConnectorFault>> {
    one(
        connection,
        "SELECT kind, scope, message, provider_code, grant_id, first_seen_at, last_seen_at, count
         FROM connector_faults WHERE application_id = ?1 AND provider = ?2",
        params![application.0, provider.as_str()],
        |row| connector_fault(row, 0),
    )
}

pub(crate) fn of_all_connectors(connection: &Connection) -> Result<Vec<(ApplicationId, Provider, ConnectorFault)>> {
    all(
        connection,
        "SELECT application_id, provider, kind, scope, message, provider_code, grant_id, first_seen_at, last_seen_at,
                count
         FROM connector_faults ORDER BY application_id, provider",
        [],
        |row| Ok((ApplicationId(row.get(0)?), row.provider(1)?, connector_fault(row, 2)?)),
    )
}

fn connector_fault(row: &Row, from: usize) -> Result<ConnectorFault> {
    Ok(ConnectorFault {
        kind: row.word(from, FaultKind::parse)?,
        scope: row.word(from + 1, scope)?,
        message: row.get(from + 2)?,
        provider_code: row.get(from + 3)?,
        grant_id: row.get::<_, Option<_>>(from + 4)?.map(GrantId),
        first_seen_at: row.time(from + 5)?,
        last_seen_at: row.time(from + 6)?,
        count: count(row.get(from + 7)?),
    })
}

fn scope(word: &str) -> Option<Scope> {
    [Scope::App, Scope::Tenant].into_iter().find(|scope| scope.as_str() == word)
}
