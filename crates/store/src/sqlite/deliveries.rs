//! Deliveries: queueing, listing, replaying and counting them.

use model::event::Event;
use model::webhook::{Delivery, DeliveryState};
use model::{DeliveryId, GrantId, Timestamp, WebhookId};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::columns::{Columns, all, count, counted, nanos, one, run};
use super::{events, ids};
use crate::{DeliveryCounts, Result};

/// The columns [`read`] reads, in its order; an event's columns follow them.
pub(super) const COLUMNS: &str = "d.id, d.webhook_id, d.state, d.attempts, d.next_at, d.last_status, d.last_error";
const STATES: [DeliveryState; 3] = [DeliveryState::Pending, DeliveryState::Delivered, DeliveryState::Failed];
const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Puts an event in line for a webhook. It is at the head of its line when nothing of its grant is pending there.
pub(super) fn enqueue(connection: &Connection, webhook: WebhookId, event: &Event, number: i64) -> Result<()> {
    run(
        connection,
        "INSERT INTO deliveries (webhook_id, grant_id, event, id, state, head, attempts, next_at)
         VALUES (?1, ?2, ?3, ?4, 'pending',
                 NOT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_in_line
                             WHERE webhook_id = ?1 AND grant_id = ?2 AND state = 'pending'),
                 0, ?5)",
        params![webhook.0, event.grant_id.0, number, ids::uuid_at(event.occurred_at), nanos(event.occurred_at)],
    )?;
    Ok(())
}

/// Marks the oldest pending delivery of a grant to a webhook as the one to claim next.
pub(super) fn mark_head(connection: &Connection, webhook: WebhookId, grant: GrantId) -> Result<()> {
    let sql = "SELECT number, head FROM deliveries INDEXED BY deliveries_in_line
               WHERE webhook_id = ?1 AND grant_id = ?2 AND state = 'pending' ORDER BY event, number LIMIT 1";
    let oldest =
        one(connection, sql, params![webhook.0, grant.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)))?;
    let Some((number, false)) = oldest else { return Ok(()) };
    run(
        connection,
        "UPDATE deliveries SET head = 0 WHERE webhook_id = ?1 AND grant_id = ?2 AND state = 'pending' AND head = 1",
        params![webhook.0, grant.0],
    )?;
    run(connection, "UPDATE deliveries SET head = 1 WHERE number = ?1", [number])?;
    Ok(())
}

pub(crate) fn list(
    connection: &Connection,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    limit: usize,
) -> Result<Vec<Delivery>> {
    let sql = format!(
        "SELECT {COLUMNS}, {}, d.number FROM deliveries d INDEXED BY deliveries_by_state JOIN events e ON e.number = d.event
         WHERE d.webhook_id = ?1 AND d.state = ?2 ORDER BY d.number DESC LIMIT ?3",
        events::COLUMNS
    );
    let mut found: Vec<(i64, Delivery)> = Vec::new();
    for state in STATES.into_iter().filter(|each| state.is_none_or(|wanted| wanted == *each)) {
        let row = params![webhook.0, state.as_str(), counted(limit as u64)];
        found.extend(all(connection, &sql, row, |row| Ok((row.get("number")?, read(row)?)))?);
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    Ok(found.into_iter().take(limit).map(|(_, delivery)| delivery).collect())
}

/// Failed ones become pending, with their attempts counted anew.
pub(crate) fn replay(
    connection: &Connection,
    webhook: WebhookId,
    ids: Option<&[DeliveryId]>,
    now: Timestamp,
) -> Result<usize> {
    let failed = all(
        connection,
        "SELECT number, id, grant_id FROM deliveries INDEXED BY deliveries_by_state
         WHERE webhook_id = ?1 AND state = 'failed'",
        [webhook.0],
        |row| Ok((row.get::<_, i64>(0)?, DeliveryId(row.get(1)?), GrantId(row.get(2)?))),
    )?;
    let wanted: Vec<_> = failed.into_iter().filter(|(_, id, _)| ids.is_none_or(|ids| ids.contains(id))).collect();
    for (number, _, grant) in &wanted {
        run(
            connection,
            "UPDATE deliveries SET state = 'pending', attempts = 0, next_at = ?2, ended_at = NULL WHERE number = ?1",
            params![number, nanos(now)],
        )?;
        mark_head(connection, webhook, *grant)?;
    }
    Ok(wanted.len())
}

pub(crate) fn counts(connection: &Connection, webhook: WebhookId, since: Timestamp) -> Result<DeliveryCounts> {
    let sql = "SELECT coalesce(sum(ended), 0), coalesce(sum(refused), 0) FROM delivery_tallies
               WHERE webhook_id = ?1 AND second >= ?2";
    let sums = one(connection, sql, params![webhook.0, second(since)], |row| {
        Ok(DeliveryCounts { ended: count(row.get(0)?), refused: count(row.get(1)?) })
    })?;
    Ok(sums.unwrap_or_default())
}

/// Counts an attempt that ended.
pub(super) fn tally(connection: &Connection, webhook: Uuid, now: Timestamp, refused: bool) -> Result<()> {
    run(
        connection,
        "INSERT INTO delivery_tallies (webhook_id, second, ended, refused) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (webhook_id, second) DO UPDATE SET ended = ended + 1, refused = refused + excluded.refused",
        params![webhook, second(now), refused],
    )?;
    Ok(())
}

/// The whole second an instant lies in; tallies are kept per second.
pub(super) fn second(instant: Timestamp) -> i64 {
    nanos(instant).div_euclid(NANOS_PER_SECOND)
}

/// Reads [`COLUMNS`] and [`events::COLUMNS`] behind them.
pub(super) fn read(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: DeliveryId(row.get(0)?),
        webhook_id: WebhookId(row.get(1)?),
        state: row.word(2, |word| STATES.into_iter().find(|state| state.as_str() == word))?,
        attempts: row.get(3)?,
        next_at: row.time(4)?,
        last_status: row.get(5)?,
        last_error: row.get(6)?,
        event: events::read(row, 7)?,
    })
}
