//! Visits to a message's marks: counted, remembered, announced, in one transaction.

use model::event::EventType;
use model::tracking::{Followed, OPENED_ONCE, Opened, RECENT, Recent, TrackingToken, Visit};
use model::{ApplicationId, GrantId, MessageId, Timestamp};
use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::Value;

use super::super::columns::{Columns, all, count, nanos, one, run};
use super::super::events;
use crate::{Error, Result};

/// Most characters of what a program calls itself that are kept.
const MOST_USER_AGENT: usize = 256;

/// A tracked message that was sent.
struct Sent {
    number: i64,
    application: ApplicationId,
    grant: GrantId,
    message: MessageId,
    label: Option<String>,
    opened: u64,
    followed: u64,
    last_opened_at: Option<Timestamp>,
}

/// Somebody saw the picture.
pub(crate) fn opened(connection: &Connection, token: TrackingToken, visit: &Visit) -> Result<bool> {
    let Some(sent) = sent(connection, token, "t.opens = 1")? else { return Ok(false) };
    if sent.last_opened_at.is_some_and(|last| is_within(last, visit.at)) {
        return Ok(false);
    }
    let sql = "UPDATE tracked SET opened = opened + 1, last_opened_at = ?2 WHERE number = ?1";
    run(connection, sql, params![sent.number, nanos(visit.at)])?;
    remember(connection, &sent, "open", sent.opened, None, visit)?;
    let told = Opened {
        message_id: sent.message.clone(),
        label: sent.label.clone(),
        count: sent.opened + 1,
        recents: recents(connection, sent.number, "open")?,
    };
    announce(connection, &sent, EventType::MessageOpened, &told, visit.at)
}

/// Somebody followed a link.
pub(crate) fn followed(connection: &Connection, token: TrackingToken, link: usize, visit: &Visit) -> Result<bool> {
    let Some(sent) = sent(connection, token, "t.links = 1")? else { return Ok(false) };
    let before = recents(connection, sent.number, "link")?;
    let fiftieth = before.get(RECENT - 1).and_then(|recent| Timestamp::from_second(recent.at).ok());
    if fiftieth.is_some_and(|at| is_within(at, visit.at)) {
        return Ok(false);
    }
    let Ok(link) = i64::try_from(link) else { return Ok(false) };
    let sql = "UPDATE tracked_links SET followed = followed + 1 WHERE tracked = ?1 AND link = ?2";
    if run(connection, sql, params![sent.number, link])? == 0 {
        return Ok(false);
    }
    run(connection, "UPDATE tracked SET followed = followed + 1 WHERE number = ?1", [sent.number])?;
    remember(connection, &sent, "link", sent.followed, Some(link), visit)?;
    let told = Followed {
        message_id: sent.message.clone(),
        label: sent.label.clone(),
        counts: counts(connection, sent.number)?,
        recents: recents(connection, sent.number, "link")?,
    };
    announce(connection, &sent, EventType::MessageLinkClicked, &told, visit.at)
}

fn sent(connection: &Connection, token: TrackingToken, condition: &str) -> Result<Option<Sent>> {
    let sql = format!(
        "SELECT t.number, g.application_id, t.grant_id, t.message_id, t.label, t.opened, t.followed, t.last_opened_at
         FROM tracked t JOIN grants g ON g.id = t.grant_id
         WHERE t.token = ?1 AND t.message_id IS NOT NULL AND {condition}"
    );
    one(connection, &sql, params![token.0], |row| {
        Ok(Sent {
            number: row.get(0)?,
            application: ApplicationId(row.get(1)?),
            grant: GrantId(row.get(2)?),
            message: MessageId(row.get(3)?),
            label: row.get(4)?,
            opened: count(row.get(5)?),
            followed: count(row.get(6)?),
            last_opened_at: row.time_opt(7)?,
        })
    })
}

/// Whether less than a minute lies between them. A clock that was set back does not end counting.
fn is_within(last: Timestamp, now: Timestamp) -> bool {
    now >= last && now.duration_since(last).unsigned_abs() < OPENED_ONCE
}

fn remember(connection: &Connection, sent: &Sent, kind: &str, id: u64, link: Option<i64>, visit: &Visit) -> Result<()> {
    let id = i64::try_from(id).unwrap_or(i64::MAX);
    let program = visit.user_agent.as_ref().map(|text| text.chars().take(MOST_USER_AGENT).collect::<String>());
    run(
        connection,
        "INSERT OR REPLACE INTO visits (tracked, kind, id, link, ip, user_agent, visited_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![sent.number, kind, id, link, visit.ip, program, nanos(visit.at)],
    )?;
    let kept = i64::try_from(RECENT).unwrap_or(i64::MAX);
    let sql = "DELETE FROM visits WHERE tracked = ?1 AND kind = ?2 AND id <= ?3";
    run(connection, sql, params![sent.number, kind, id - kept])?;
    Ok(())
}

/// Newest first.
fn recents(connection: &Connection, number: i64, kind: &str) -> Result<Vec<Recent>> {
    let sql =
        "SELECT id, link, visited_at, ip, user_agent FROM visits WHERE tracked = ?1 AND kind = ?2 ORDER BY id DESC";
    all(connection, sql, params![number, kind], |row| {
        Ok(Recent {
            id: count(row.get(0)?),
            link: row.get::<_, Option<i64>>(1)?.map(count),
            at: row.time(2)?.as_second(),
            ip: row.get(3)?,
            user_agent: row.get(4)?,
        })
    })
}

/// How often each link was followed.
fn counts(connection: &Connection, number: i64) -> Result<Vec<u64>> {
    let sql = "SELECT followed FROM tracked_links WHERE tracked = ?1 ORDER BY link";
    all(connection, sql, [number], |row| Ok(count(row.get(0)?)))
}

fn announce(
    connection: &Connection,
    sent: &Sent,
    kind: EventType,
    told: &impl Serialize,
    now: Timestamp,
) -> Result<bool> {
    let event = events::new(sent.application, sent.grant, kind, sent.message.0.clone(), value(told)?, now);
    events::add(connection, &event)?;
    Ok(true)
}

/// What an event tells.
pub(super) fn value(told: &impl Serialize) -> Result<Value> {
    serde_json::to_value(told).map_err(|error| Error::Database(format!("an event cannot be written: {error}")))
}
