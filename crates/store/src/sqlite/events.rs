//! Events, and fanning them out to webhooks. Always inside the transaction of what happened.

use model::event::{Event, EventType};
use model::grant::Grant;
use model::{ApplicationId, EventId, GrantId, Timestamp, WebhookId};
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

use super::columns::{Columns, nanos, one, run, to_json};
use super::{deliveries, ids, webhooks};
use crate::Result;
use crate::error::constrained;

/// The columns [`read`] reads, in its order.
pub(super) const COLUMNS: &str = "e.id, e.application_id, e.grant_id, e.kind, e.object_id, e.detail, e.occurred_at";

pub(crate) fn get(connection: &Connection, id: EventId) -> Result<Option<Event>> {
    one(connection, &format!("SELECT {COLUMNS} FROM events e WHERE e.id = ?1"), [id.0], |row| read(row, 0))
}

/// Writes one event and its deliveries; how many deliveries.
pub(crate) fn add(connection: &Connection, event: &Event) -> Result<usize> {
    Announcer::of(connection, event.application_id)?.announce(connection, event)
}

/// Writes an event about a grant, which tells the grant's address and provider even after it is gone.
pub(super) fn of_grant(
    connection: &Connection,
    grant: &Grant,
    kind: EventType,
    detail: Value,
    now: Timestamp,
) -> Result<()> {
    let mut facts = json!({ "email": grant.email, "provider": grant.provider, "name": grant.name });
    if let (Some(facts), Value::Object(detail)) = (facts.as_object_mut(), detail) {
        facts.extend(detail);
    }
    let event = new(grant.application_id, grant.id, kind, grant.id.to_string(), facts, now);
    add(connection, &event).map(drop)
}

/// An event with a fresh id.
pub(super) fn new(
    application_id: ApplicationId,
    grant_id: GrantId,
    kind: EventType,
    object_id: String,
    detail: Value,
    occurred_at: Timestamp,
) -> Event {
    Event { id: EventId(ids::uuid_at(occurred_at)), application_id, grant_id, kind, object_id, detail, occurred_at }
}

/// The webhooks of one application that listen, looked up once for any number of events of one transaction.
pub(super) struct Announcer {
    webhooks: Vec<(WebhookId, Vec<EventType>)>,
}

impl Announcer {
    pub(super) fn of(connection: &Connection, application: ApplicationId) -> Result<Self> {
        Ok(Self { webhooks: webhooks::listening(connection, application)? })
    }

    /// Writes the event, and a delivery for each webhook that wants it; how many.
    pub(super) fn announce(&self, connection: &Connection, event: &Event) -> Result<usize> {
        let number = insert(connection, event)?;
        let mut written = 0;
        for (webhook, _) in self.webhooks.iter().filter(|(_, kinds)| kinds.contains(&event.kind)) {
            deliveries::enqueue(connection, *webhook, event, number)?;
            written += 1;
        }
        Ok(written)
    }
}

fn insert(connection: &Connection, event: &Event) -> Result<i64> {
    let inserted = run(
        connection,
        "INSERT INTO events (application_id, grant_id, id, kind, object_id, detail, occurred_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            event.application_id.0,
            event.grant_id.0,
            event.id.0,
            event.kind.as_str(),
            event.object_id,
            to_json(&event.detail)?,
            nanos(event.occurred_at)
        ],
    );
    constrained(inserted, "event", "application")?;
    Ok(connection.last_insert_rowid())
}

/// Reads [`COLUMNS`] from `at` on.
pub(super) fn read(row: &Row, at: usize) -> Result<Event> {
    Ok(Event {
        id: EventId(row.get(at)?),
        application_id: ApplicationId(row.get(at + 1)?),
        grant_id: GrantId(row.get(at + 2)?),
        kind: row.word(at + 3, EventType::parse)?,
        object_id: row.get(at + 4)?,
        detail: row.json(at + 5)?,
        occurred_at: row.time(at + 6)?,
    })
}
