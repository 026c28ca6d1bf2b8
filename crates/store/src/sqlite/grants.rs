//! Grants and their credentials: making, renewing, reading, removing.

use model::event::EventType;
use model::grant::{Credential, Grant, GrantStatus};
use model::secret::Sealed;
use model::{ApplicationId, GrantId, Provider, Timestamp};
use rusqlite::{Connection, Row, params};
use serde_json::json;

use super::columns::{Columns, all, nanos, nanos_opt, one, run, run_on, to_json};
use super::mailbox::Mailbox;
use super::{events, sync};
use crate::error::constrained;
use crate::{Error, GrantUpsert, Result, Upserted};

/// The columns [`read`] reads, in its order.
pub(super) const COLUMNS: &str = "g.id, g.application_id, g.provider, g.email, g.name, g.provider_user_id, g.status, \
     g.scopes, g.state, g.ip, g.user_agent, g.created_at, g.updated_at";

pub(crate) fn get(connection: &Connection, id: GrantId) -> Result<Option<Grant>> {
    one(connection, &format!("SELECT {COLUMNS} FROM grants g WHERE g.id = ?1"), [id.0], read)
}

pub(crate) fn by_email(connection: &Connection, application: ApplicationId, email: &str) -> Result<Option<Grant>> {
    one(
        connection,
        &format!("SELECT {COLUMNS} FROM grants g WHERE g.application_id = ?1 AND g.email_lookup = ?2"),
        params![application.0, model::address::lookup_form(email)],
        read,
    )
}

/// The application's grant for an account, by the provider's own id of it: addresses change, and this does not.
pub(crate) fn by_account(
    connection: &Connection,
    application: ApplicationId,
    provider: Provider,
    subject: &str,
) -> Result<Option<Grant>> {
    one(
        connection,
        &format!(
            "SELECT {COLUMNS} FROM grants g WHERE g.application_id = ?1 AND g.provider = ?2 AND g.provider_user_id = ?3
             ORDER BY g.created_at, g.id LIMIT 1"
        ),
        params![application.0, provider.as_str(), subject],
        read,
    )
}

/// The grant that tokens of an account renew: the address's, else the account's under the address it had before.
fn held(connection: &Connection, new: &Grant) -> Result<Option<Grant>> {
    match (by_email(connection, new.application_id, &new.email)?, &new.provider_user_id) {
        (None, Some(subject)) => by_account(connection, new.application_id, new.provider, subject),
        (found, _) => Ok(found),
    }
}

pub(crate) fn all_by_email(connection: &Connection, provider: Provider, email: &str) -> Result<Vec<Grant>> {
    all(
        connection,
        &format!(
            "SELECT {COLUMNS} FROM grants g WHERE g.email_lookup = ?1 AND g.provider = ?2 ORDER BY g.created_at, g.id"
        ),
        params![model::address::lookup_form(email), provider.as_str()],
        read,
    )
}

/// Makes or renews. A grant that moves to another provider starts with an empty mirror.
pub(crate) fn upsert(connection: &Connection, upsert: &GrantUpsert) -> Result<Upserted> {
    let now = upsert.grant.updated_at;
    let held = held(connection, &upsert.grant)?;
    let created = held.is_none();
    let mut grant = Grant { status: GrantStatus::Valid, ..upsert.grant.clone() };
    match held {
        None => insert(connection, &grant)?,
        Some(held) => {
            grant.id = held.id;
            grant.created_at = held.created_at;
            if held.provider != grant.provider {
                empty_mirror(connection, held.id, now)?;
            }
            replace(connection, &grant)?;
        }
    }
    set_credential(connection, grant.id, &upsert.credential)?;
    sync::begin(connection, grant.id, now)?;
    let kind = if created { EventType::GrantCreated } else { EventType::GrantUpdated };
    events::of_grant(connection, &grant, kind, json!({ "reauthenticated": !created }), now)?;
    let stored = get(connection, grant.id)?.ok_or(Error::NotFound("grant"))?;
    Ok(Upserted { grant: stored, created })
}

pub(crate) fn update(connection: &Connection, edited: &Grant) -> Result<()> {
    run_on(
        connection,
        "grant",
        "UPDATE grants SET name = ?2, scopes = ?3, state = ?4, updated_at = ?5 WHERE id = ?1",
        params![edited.id.0, edited.name, to_json(&edited.scopes)?, edited.state, nanos(edited.updated_at)],
    )?;
    let stored = get(connection, edited.id)?.ok_or(Error::NotFound("grant"))?;
    let detail = json!({ "reauthenticated": false });
    events::of_grant(connection, &stored, EventType::GrantUpdated, detail, edited.updated_at)
}

pub(crate) fn set_status(connection: &Connection, id: GrantId, status: GrantStatus, now: Timestamp) -> Result<bool> {
    let grant = get(connection, id)?.ok_or(Error::NotFound("grant"))?;
    if grant.status == status {
        return Ok(false);
    }
    run(connection, "UPDATE grants SET status = ?2 WHERE id = ?1", params![id.0, status.as_str()])?;
    sync::set_active(connection, id, status == GrantStatus::Valid)?;
    let kind = match status {
        GrantStatus::Valid => EventType::GrantUpdated,
        GrantStatus::Invalid => EventType::GrantExpired,
    };
    events::of_grant(connection, &Grant { status, ..grant }, kind, json!({ "reauthenticated": false }), now)?;
    Ok(true)
}

/// Expires a grant that is still as it was at `seen`, its `updated_at` then.
pub(crate) fn expire(connection: &Connection, id: GrantId, seen: Timestamp, now: Timestamp) -> Result<bool> {
    let grant = get(connection, id)?.ok_or(Error::NotFound("grant"))?;
    if nanos(grant.updated_at) != nanos(seen) {
        return Ok(false);
    }
    set_status(connection, id, GrantStatus::Invalid, now)
}

/// The grant is gone when this commits; its mirror is unreachable and swept by [`super::purge`].
pub(crate) fn remove(connection: &Connection, id: GrantId, now: Timestamp) -> Result<()> {
    let grant = get(connection, id)?.ok_or(Error::NotFound("grant"))?;
    abandon_mirror(connection, id)?;
    run(connection, "DELETE FROM grants WHERE id = ?1", [id.0])?;
    events::of_grant(connection, &grant, EventType::GrantDeleted, json!({}), now)
}

pub(crate) fn credential(connection: &Connection, grant: GrantId) -> Result<Option<Credential>> {
    one(
        connection,
        "SELECT refresh_key_id, refresh, access_key_id, access, access_expires_at FROM credentials WHERE grant_id = ?1",
        [grant.0],
        |row| {
            Ok(Credential {
                refresh_token: row.sealed(0)?,
                access_token: row.sealed_opt(2)?,
                access_expires_at: row.time_opt(4)?,
            })
        },
    )
}

pub(crate) fn set_credential(connection: &Connection, grant: GrantId, credential: &Credential) -> Result<()> {
    let set = run(
        connection,
        "INSERT INTO credentials (grant_id, refresh_key_id, refresh, access_key_id, access, access_expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (grant_id) DO UPDATE SET refresh_key_id = excluded.refresh_key_id, refresh = excluded.refresh,
             access_key_id = excluded.access_key_id, access = excluded.access,
             access_expires_at = excluded.access_expires_at",
        params![
            grant.0,
            credential.refresh_token.key_id,
            credential.refresh_token.bytes,
            credential.access_token.as_ref().map(|t| &t.key_id),
            credential.access_token.as_ref().map(|t| &t.bytes),
            nanos_opt(credential.access_expires_at)
        ],
    );
    constrained(set, "credential", "grant").map(drop)
}

pub(crate) fn renew_credential(
    connection: &Connection,
    grant: GrantId,
    before: &Sealed,
    renewed: &Credential,
) -> Result<bool> {
    let held = "SELECT 1 FROM credentials WHERE grant_id = ?1 AND refresh_key_id = ?2 AND refresh = ?3";
    if one(connection, held, params![grant.0, before.key_id, before.bytes], |_| Ok(()))?.is_none() {
        return Ok(false);
    }
    set_credential(connection, grant, renewed)?;
    Ok(true)
}

fn insert(connection: &Connection, grant: &Grant) -> Result<()> {
    let mailbox = Mailbox::allot(connection)?;
    let inserted = run(
        connection,
        "INSERT INTO grants (id, mailbox, application_id, provider, email, email_lookup, name, provider_user_id,
                             status, scopes, state, ip, user_agent, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            grant.id.0,
            mailbox.0,
            grant.application_id.0,
            grant.provider.as_str(),
            grant.email,
            model::address::lookup_form(&grant.email),
            grant.name,
            grant.provider_user_id,
            grant.status.as_str(),
            to_json(&grant.scopes)?,
            grant.state,
            grant.ip,
            grant.user_agent,
            nanos(grant.created_at),
            nanos(grant.updated_at)
        ],
    );
    constrained(inserted, "grant", "application").map(drop)
}

fn replace(connection: &Connection, grant: &Grant) -> Result<()> {
    run_on(
        connection,
        "grant",
        "UPDATE grants SET provider = ?2, email = ?3, name = ?4, provider_user_id = ?5, status = ?6, scopes = ?7,
                           state = ?8, ip = ?9, user_agent = ?10, updated_at = ?11,
                           email_lookup = ?12
         WHERE id = ?1",
        params![
            grant.id.0,
            grant.provider.as_str(),
            grant.email,
            grant.name,
            grant.provider_user_id,
            grant.status.as_str(),
            to_json(&grant.scopes)?,
            grant.state,
            grant.ip,
            grant.user_agent,
            nanos(grant.updated_at),
            model::address::lookup_form(&grant.email)
        ],
    )
}

fn empty_mirror(connection: &Connection, id: GrantId, now: Timestamp) -> Result<()> {
    abandon_mirror(connection, id)?;
    let mailbox = Mailbox::allot(connection)?;
    run(connection, "UPDATE grants SET mailbox = ?2 WHERE id = ?1", params![id.0, mailbox.0])?;
    run(connection, "DELETE FROM sync_states WHERE grant_id = ?1", [id.0])?;
    sync::begin(connection, id, now)
}

fn abandon_mirror(connection: &Connection, id: GrantId) -> Result<()> {
    run(connection, "INSERT INTO purges (mailbox) SELECT mailbox FROM grants WHERE id = ?1", [id.0])?;
    Ok(())
}

/// Reads [`COLUMNS`].
pub(super) fn read(row: &Row) -> Result<Grant> {
    Ok(Grant {
        id: GrantId(row.get(0)?),
        application_id: ApplicationId(row.get(1)?),
        provider: row.provider(2)?,
        email: row.get(3)?,
        name: row.get(4)?,
        provider_user_id: row.get(5)?,
        status: row.word(6, status)?,
        scopes: row.json(7)?,
        state: row.get(8)?,
        ip: row.get(9)?,
        user_agent: row.get(10)?,
        created_at: row.time(11)?,
        updated_at: row.time(12)?,
    })
}

fn status(text: &str) -> Option<GrantStatus> {
    [GrantStatus::Valid, GrantStatus::Invalid].into_iter().find(|status| status.as_str() == text)
}
