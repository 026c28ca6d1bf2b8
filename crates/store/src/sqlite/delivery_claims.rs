//! Claiming deliveries that are due, and writing how their attempts ended.
//!
//! The deliveries of one grant to one webhook form a line in event order. Only the head of a line has a due time that
//! counts; a claim takes the head and what follows it. While a head is claimed or waits for its next attempt, nothing
//! behind it is claimed, so a receiver never hears of an update before the creation it follows.

use model::webhook::{Delivery, DeliveryState};
use model::{GrantId, Timestamp, WebhookId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::columns::{Columns, all, counted, nanos, one, run};
use super::{deliveries, events, webhooks};
use crate::{DeliveryOutcome, DueDelivery, Result};

pub(crate) fn claim(
    connection: &Connection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: usize,
    per_webhook: usize,
) -> Result<Vec<DueDelivery>> {
    let mut lines = due_lines(connection, now, per_webhook)?;
    lines.sort();
    let mut claimed = Vec::new();
    let mut taken = std::collections::HashMap::<Uuid, usize>::new();
    for (_, webhook, grant) in lines {
        let taken = taken.entry(webhook).or_default();
        let room = (limit - claimed.len()).min(per_webhook.saturating_sub(*taken));
        if room == 0 {
            continue;
        }
        let line = take_line(connection, webhook, grant, now, lease_until, room)?;
        *taken += line.len();
        claimed.extend(line);
    }
    Ok(claimed)
}

/// Lines whose head is due, as (due, webhook, grant): at most `per_webhook` of each webhook that gets deliveries.
fn due_lines(connection: &Connection, now: Timestamp, per_webhook: usize) -> Result<Vec<(i64, Uuid, Uuid)>> {
    let live = "SELECT id FROM webhooks WHERE status IN ('active', 'failing')";
    let live = all(connection, live, [], |row| Ok(row.get::<_, Uuid>(0)?))?;
    let mut lines = Vec::new();
    for webhook in live {
        lines.extend(all(
            connection,
            "SELECT next_at, grant_id FROM deliveries INDEXED BY deliveries_due
             WHERE webhook_id = ?1 AND head = 1 AND next_at <= ?2 ORDER BY next_at LIMIT ?3",
            params![webhook, nanos(now), counted(per_webhook as u64)],
            |row| Ok((row.get(0)?, webhook, row.get(1)?)),
        )?);
    }
    Ok(lines)
}

/// Takes the head of a line and what is due behind it, oldest first.
fn take_line(
    connection: &Connection,
    webhook: Uuid,
    grant: Uuid,
    now: Timestamp,
    lease_until: Timestamp,
    room: usize,
) -> Result<Vec<DueDelivery>> {
    let sql = format!(
        "SELECT {}, {}, {} FROM deliveries d INDEXED BY deliveries_in_line
         CROSS JOIN events e ON e.number = d.event CROSS JOIN webhooks w ON w.id = d.webhook_id
         WHERE d.webhook_id = ?1 AND d.grant_id = ?2 AND d.state = 'pending' ORDER BY d.event, d.number LIMIT ?3",
        deliveries::COLUMNS,
        events::COLUMNS,
        webhooks::COLUMNS
    );
    let line = all(connection, &sql, params![webhook, grant, counted(room as u64)], |row| {
        Ok(DueDelivery { delivery: deliveries::read(row)?, webhook: webhooks::read(row, 14)? })
    })?;
    let due = line.into_iter().take_while(|due| due.delivery.next_at <= now);
    due.map(|due| lease(connection, due, lease_until)).collect()
}

/// Counts the attempt and writes its next time, before anybody makes it.
fn lease(connection: &Connection, due: DueDelivery, until: Timestamp) -> Result<DueDelivery> {
    let delivery = Delivery { attempts: due.delivery.attempts + 1, next_at: until, ..due.delivery };
    run(
        connection,
        "UPDATE deliveries SET attempts = ?2, next_at = ?3 WHERE id = ?1",
        params![delivery.id.0, delivery.attempts, nanos(until)],
    )?;
    Ok(DueDelivery { delivery, ..due })
}

/// Outcomes of deliveries that ended meanwhile, or whose webhook is gone, change nothing.
pub(crate) fn finish(connection: &Connection, outcomes: &[DeliveryOutcome], now: Timestamp) -> Result<()> {
    for outcome in outcomes {
        let finished = one(
            connection,
            "UPDATE deliveries SET state = ?2, next_at = ?3, last_status = ?4, last_error = ?5, ended_at = ?6,
                                   head = head AND ?2 = 'pending'
             WHERE id = ?1 AND state = 'pending' RETURNING webhook_id, grant_id",
            params![
                outcome.id.0,
                outcome.state.as_str(),
                nanos(outcome.next_at),
                outcome.status,
                outcome.error,
                (outcome.state != DeliveryState::Pending).then(|| nanos(now))
            ],
            |row| Ok((WebhookId(row.get(0)?), GrantId(row.get(1)?))),
        )?;
        let Some((webhook, grant)) = finished else { continue };
        deliveries::tally(connection, webhook.0, now, outcome.status != Some(200))?;
        deliveries::mark_head(connection, webhook, grant)?;
    }
    Ok(())
}

/// When the earliest line of a webhook that gets deliveries is due.
pub(crate) fn next_at(connection: &Connection) -> Result<Option<Timestamp>> {
    let next = one(
        connection,
        "SELECT min((SELECT min(next_at) FROM deliveries INDEXED BY deliveries_due
                     WHERE webhook_id = w.id AND head = 1))
         FROM webhooks w WHERE w.status IN ('active', 'failing')",
        [],
        |row| row.time_opt(0),
    )?;
    Ok(next.flatten())
}
