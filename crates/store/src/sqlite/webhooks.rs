//! Webhooks.

use model::event::EventType;
use model::webhook::{Webhook, WebhookStatus};
use model::{ApplicationId, Timestamp, WebhookId};
use rusqlite::{Connection, Row, params};

use super::columns::{Columns, all, nanos, one, run, run_on, to_json};
use crate::error::constrained;
use crate::{Error, Result, WebhookChange};

/// The columns [`read`] reads, in its order.
pub(super) const COLUMNS: &str = "w.id, w.application_id, w.description, w.trigger_types, w.url, w.secret_key_id, \
     w.secret, w.status, w.notification_emails, w.compressed, w.status_updated_at, w.created_at, w.updated_at";

pub(crate) fn get(connection: &Connection, id: WebhookId) -> Result<Option<Webhook>> {
    one(connection, &format!("SELECT {COLUMNS} FROM webhooks w WHERE w.id = ?1"), [id.0], |row| read(row, 0))
}

pub(crate) fn list(connection: &Connection, application: ApplicationId) -> Result<Vec<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks w WHERE w.application_id = ?1 ORDER BY w.created_at, w.id");
    all(connection, &sql, [application.0], |row| read(row, 0))
}

/// Webhooks of the application that get deliveries, with what they want to hear of.
pub(super) fn listening(
    connection: &Connection,
    application: ApplicationId,
) -> Result<Vec<(WebhookId, Vec<EventType>)>> {
    all(
        connection,
        "SELECT id, trigger_types FROM webhooks WHERE application_id = ?1 AND status IN ('active', 'failing')",
        [application.0],
        |row| Ok((WebhookId(row.get(0)?), row.json(1)?)),
    )
}

pub(crate) fn add(connection: &Connection, webhook: &Webhook) -> Result<()> {
    let added = run(
        connection,
        "INSERT INTO webhooks (id, application_id, description, trigger_types, url, secret_key_id, secret, status,
                               notification_emails, compressed, status_updated_at, updated_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            webhook.id.0,
            webhook.application_id.0,
            webhook.description,
            to_json(&webhook.trigger_types)?,
            webhook.url,
            webhook.secret.key_id,
            webhook.secret.bytes,
            webhook.status.as_str(),
            to_json(&webhook.notification_emails)?,
            webhook.compressed,
            nanos(webhook.status_updated_at),
            nanos(webhook.updated_at),
            nanos(webhook.created_at)
        ],
    );
    constrained(added, "webhook", "application").map(drop)
}

/// Sets what a change names. The instant of the status moves only with the status.
pub(crate) fn change(
    connection: &Connection,
    application: ApplicationId,
    id: WebhookId,
    change: &WebhookChange,
    now: Timestamp,
) -> Result<Webhook> {
    run_on(
        connection,
        "webhook",
        "UPDATE webhooks SET description = coalesce(?3, description), trigger_types = coalesce(?4, trigger_types),
                             url = coalesce(?5, url), secret_key_id = coalesce(?6, secret_key_id),
                             secret = coalesce(?7, secret), status = coalesce(?8, status),
                             notification_emails = coalesce(?9, notification_emails),
                             compressed = coalesce(?10, compressed),
                             status_updated_at = iif(coalesce(?8, status) = status, status_updated_at, ?11),
                             updated_at = ?11
         WHERE id = ?1 AND application_id = ?2",
        params![
            id.0,
            application.0,
            change.description,
            change.trigger_types.as_ref().map(to_json).transpose()?,
            change.url,
            change.secret.as_ref().map(|secret| &secret.key_id),
            change.secret.as_ref().map(|secret| &secret.bytes),
            change.status.map(WebhookStatus::as_str),
            change.notification_emails.as_ref().map(to_json).transpose()?,
            change.compressed,
            nanos(now)
        ],
    )?;
    get(connection, id)?.ok_or(Error::NotFound("webhook"))
}

pub(crate) fn judge(connection: &Connection, seen: &Webhook, status: WebhookStatus, now: Timestamp) -> Result<bool> {
    let changed = run(
        connection,
        "UPDATE webhooks SET status = ?4, status_updated_at = ?5
         WHERE id = ?1 AND status = ?2 AND status_updated_at = ?3",
        params![seen.id.0, seen.status.as_str(), nanos(seen.status_updated_at), status.as_str(), nanos(now)],
    )?;
    Ok(changed > 0)
}

pub(crate) fn remove(connection: &Connection, application: ApplicationId, id: WebhookId) -> Result<()> {
    run_on(
        connection,
        "webhook",
        "DELETE FROM webhooks WHERE application_id = ?1 AND id = ?2",
        params![application.0, id.0],
    )
}

/// Reads [`COLUMNS`] from `at` on.
pub(super) fn read(row: &Row, at: usize) -> Result<Webhook> {
    Ok(Webhook {
        id: WebhookId(row.get(at)?),
        application_id: ApplicationId(row.get(at + 1)?),
        description: row.get(at + 2)?,
        trigger_types: row.json(at + 3)?,
        url: row.get(at + 4)?,
        secret: row.sealed(at + 5)?,
        status: row.word(at + 7, WebhookStatus::parse)?,
        notification_emails: row.json(at + 8)?,
        compressed: row.get(at + 9)?,
        status_updated_at: row.time(at + 10)?,
        created_at: row.time(at + 11)?,
        updated_at: row.time(at + 12)?,
    })
}
