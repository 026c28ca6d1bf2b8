//! Connectors and the credentials under them.

use model::connector::{Connector, ConnectorCredential};
use model::{ApplicationId, ConnectorCredentialId, ConnectorId, Provider};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, nanos, one, run, run_on, to_json};
use super::noted_faults;
use crate::Result;
use crate::error::constrained;

pub(crate) fn get(
    connection: &Connection,
    application: ApplicationId,
    provider: Provider,
) -> Result<Option<Connector>> {
    one(
        connection,
        "SELECT id, application_id, provider, name, settings, secret_key_id, secret, scopes, active_credential_id,
                created_at, updated_at
         FROM connectors WHERE application_id = ?1 AND provider = ?2",
        params![application.0, provider.as_str()],
        connector,
    )
}

pub(crate) fn list(connection: &Connection, application: ApplicationId) -> Result<Vec<Connector>> {
    all(
        connection,
        "SELECT id, application_id, provider, name, settings, secret_key_id, secret, scopes, active_credential_id,
                created_at, updated_at
         FROM connectors WHERE application_id = ?1 ORDER BY created_at, provider",
        [application.0],
        connector,
    )
}

pub(crate) fn add(connection: &Connection, connector: &Connector) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO connectors (id, application_id, provider, name, settings, secret_key_id, secret, scopes,
                                 active_credential_id, updated_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            connector.id.0,
            connector.application_id.0,
            connector.provider.as_str(),
            connector.name,
            to_json(&connector.settings)?,
            connector.client_secret.as_ref().map(|s| &s.key_id),
            connector.client_secret.as_ref().map(|s| &s.bytes),
            to_json(&connector.scopes)?,
            connector.active_credential_id.map(|id| id.0),
            nanos(connector.updated_at),
            nanos(connector.created_at)
        ],
    );
    constrained(added, "connector", "application").map(drop)
}

pub(crate) fn update(connection: &Connection, connector: &Connector) -> Result<()> {
    run_on(
        connection,
        "connector",
        "UPDATE connectors SET name = ?4, settings = ?5, secret_key_id = ?6, secret = ?7, scopes = ?8,
                               active_credential_id = ?9, updated_at = ?10
         WHERE id = ?1 AND application_id = ?2 AND provider = ?3",
        params![
            connector.id.0,
            connector.application_id.0,
            connector.provider.as_str(),
            connector.name,
            to_json(&connector.settings)?,
            connector.client_secret.as_ref().map(|s| &s.key_id),
            connector.client_secret.as_ref().map(|s| &s.bytes),
            to_json(&connector.scopes)?,
            connector.active_credential_id.map(|id| id.0),
            nanos(connector.updated_at)
        ],
    )?;
    noted_faults::clear(connection, connector.application_id, connector.provider)
}

pub(crate) fn remove(connection: &Connection, application: ApplicationId, provider: Provider) -> Result<()> {
    run_on(
        connection,
        "connector",
        "DELETE FROM connectors WHERE application_id = ?1 AND provider = ?2",
        params![application.0, provider.as_str()],
    )
}

pub(crate) fn credentials(connection: &Connection, connector: ConnectorId) -> Result<Vec<ConnectorCredential>> {
    all(
        connection,
        "SELECT id, connector_id, name, credential_type, data_key_id, data, created_at, updated_at
         FROM connector_credentials WHERE connector_id = ?1 ORDER BY created_at, id",
        [connector.0],
        credential,
    )
}

pub(crate) fn add_credential(connection: &Connection, credential: &ConnectorCredential) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO connector_credentials (connector_id, id, name, credential_type, data_key_id, data, updated_at,
                                            created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            credential.connector_id.0,
            credential.id.0,
            credential.name,
            credential.credential_type,
            credential.data.key_id,
            credential.data.bytes,
            nanos(credential.updated_at),
            nanos(credential.created_at)
        ],
    );
    constrained(added, "connector credential", "connector").map(drop)
}

pub(crate) fn update_credential(connection: &Connection, credential: &ConnectorCredential) -> Result<()> {
    run_on(
        connection,
        "connector credential",
        "UPDATE connector_credentials
         SET name = ?3, credential_type = ?4, data_key_id = ?5, data = ?6, updated_at = ?7
         WHERE connector_id = ?1 AND id = ?2",
        params![
            credential.connector_id.0,
            credential.id.0,
            credential.name,
            credential.credential_type,
            credential.data.key_id,
            credential.data.bytes,
            nanos(credential.updated_at)
        ],
    )?;
    noted_faults::clear_by_id(connection, credential.connector_id)
}

/// Also clears the connector's choice of it.
pub(crate) fn remove_credential(
    connection: &Connection,
    connector: ConnectorId,
    id: ConnectorCredentialId,
) -> Result<()> {
    run_on(
        connection,
        "connector credential",
        "DELETE FROM connector_credentials WHERE connector_id = ?1 AND id = ?2",
        params![connector.0, id.0],
    )?;
    run(
        connection,
        "UPDATE connectors SET active_credential_id = NULL WHERE id = ?1 AND active_credential_id = ?2",
        params![connector.0, id.0],
    )?;
    Ok(())
}

fn connector(row: &Row) -> Result<Connector> {
    Ok(Connector {
        id: ConnectorId(row.get(0)?),
        application_id: ApplicationId(row.get(1)?),
        provider: row.provider(2)?,
        name: row.get(3)?,
        settings: row.json(4)?,
        client_secret: row.sealed_opt(5)?,
        scopes: row.json(7)?,
        active_credential_id: row.get::<_, Option<_>>(8)?.map(ConnectorCredentialId),
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
    })
}

fn credential(row: &Row) -> Result<ConnectorCredential> {
    Ok(ConnectorCredential {
        id: ConnectorCredentialId(row.get(0)?),
        connector_id: ConnectorId(row.get(1)?),
        name: row.get(2)?,
        credential_type: row.get(3)?,
        data: row.sealed(4)?,
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
    })
}
