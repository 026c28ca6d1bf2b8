//! Applications, their API keys and their callback URIs.

use model::application::{ApiKey, Application, CallbackUri};
use model::{ApiKeyId, ApplicationId, CallbackUriId};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, nanos, nanos_opt, one, run, run_on, to_json};
use crate::Result;
use crate::error::constrained;

pub(crate) fn get(connection: &Connection, id: ApplicationId) -> Result<Option<Application>> {
    one(
        connection,
        "SELECT id, name, presentation, created_at, updated_at FROM applications WHERE id = ?1",
        [id.0],
        application,
    )
}

pub(crate) fn list(connection: &Connection) -> Result<Vec<Application>> {
    all(
        connection,
        "SELECT id, name, presentation, created_at, updated_at FROM applications ORDER BY created_at, id",
        [],
        application,
    )
}

pub(crate) fn add(connection: &Connection, application: &Application) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO applications (id, name, presentation, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            application.id.0,
            application.name,
            to_json(&application.presentation)?,
            nanos(application.created_at),
            nanos(application.updated_at)
        ],
    );
    constrained(added, "application", "application").map(drop)
}

pub(crate) fn update(connection: &Connection, application: &Application) -> Result<()> {
    run_on(
        connection,
        "application",
        "UPDATE applications SET name = ?2, presentation = ?3, updated_at = ?4 WHERE id = ?1",
        params![application.id.0, application.name, to_json(&application.presentation)?, nanos(application.updated_at)],
    )
}

/// What hangs on it goes with it, except grants: those are removed one by one, so that each is announced.
pub(crate) fn remove(connection: &Connection, id: ApplicationId) -> Result<()> {
    run_on(connection, "application", "DELETE FROM applications WHERE id = ?1", [id.0])
}

pub(crate) fn api_key(connection: &Connection, hash: [u8; 32]) -> Result<Option<ApiKey>> {
    one(
        connection,
        "SELECT id, application_id, name, hash, hint, created_at, expires_at FROM api_keys WHERE hash = ?1",
        [hash],
        read_key,
    )
}

pub(crate) fn api_keys(connection: &Connection, application: ApplicationId) -> Result<Vec<ApiKey>> {
    all(
        connection,
        "SELECT id, application_id, name, hash, hint, created_at, expires_at FROM api_keys
         WHERE application_id = ?1 ORDER BY created_at, id",
        [application.0],
        read_key,
    )
}

pub(crate) fn add_api_key(connection: &Connection, key: &ApiKey) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO api_keys (application_id, id, name, hash, hint, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            key.application_id.0,
            key.id.0,
            key.name,
            key.hash,
            key.hint,
            nanos(key.created_at),
            nanos_opt(key.expires_at)
        ],
    );
    constrained(added, "API key", "application").map(drop)
}

pub(crate) fn remove_api_key(connection: &Connection, application: ApplicationId, id: ApiKeyId) -> Result<()> {
    run_on(
        connection,
        "API key",
        "DELETE FROM api_keys WHERE application_id = ?1 AND id = ?2",
        params![application.0, id.0],
    )
}

pub(crate) fn callback_uris(connection: &Connection, application: ApplicationId) -> Result<Vec<CallbackUri>> {
    all(
        connection,
        "SELECT id, application_id, url, platform, settings FROM callback_uris
         WHERE application_id = ?1 ORDER BY number",
        [application.0],
        callback_uri,
    )
}

pub(crate) fn add_callback_uri(connection: &Connection, uri: &CallbackUri) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO callback_uris (application_id, id, url, platform, settings) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![uri.application_id.0, uri.id.0, uri.url, uri.platform, to_json(&uri.settings)?],
    );
    constrained(added, "callback URI", "application").map(drop)
}

pub(crate) fn update_callback_uri(connection: &Connection, uri: &CallbackUri) -> Result<()> {
    let updated = run(
        connection,
        "UPDATE callback_uris SET url = ?3, platform = ?4, settings = ?5 WHERE application_id = ?1 AND id = ?2",
        params![uri.application_id.0, uri.id.0, uri.url, uri.platform, to_json(&uri.settings)?],
    );
    match constrained(updated, "callback URI", "application")? {
        0 => Err(crate::Error::NotFound("callback URI")),
        _ => Ok(()),
    }
}

pub(crate) fn remove_callback_uri(
    connection: &Connection,
    application: ApplicationId,
    id: CallbackUriId,
) -> Result<()> {
    run_on(
        connection,
        "callback URI",
        "DELETE FROM callback_uris WHERE application_id = ?1 AND id = ?2",
        params![application.0, id.0],
    )
}

fn application(row: &Row) -> Result<Application> {
    Ok(Application {
        id: ApplicationId(row.get(0)?),
        name: row.get(1)?,
        presentation: row.json(2)?,
        created_at: row.time(3)?,
        updated_at: row.time(4)?,
    })
}

fn read_key(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId(row.get(0)?),
        application_id: ApplicationId(row.get(1)?),
        name: row.get(2)?,
        hash: row.get(3)?,
        hint: row.get(4)?,
        created_at: row.time(5)?,
        expires_at: row.time_opt(6)?,
    })
}

fn callback_uri(row: &Row) -> Result<CallbackUri> {
    Ok(CallbackUri {
        id: CallbackUriId(row.get(0)?),
        application_id: ApplicationId(row.get(1)?),
        url: row.get(2)?,
        platform: row.get(3)?,
        settings: row.json(4)?,
    })
}
