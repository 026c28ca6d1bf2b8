//! Quotas in front of every Gmail call, and refusals in Google's words.

use std::borrow::Cow;
use std::time::Duration;

use super::Google;
use super::errors::Error;
use super::method::Units;
use super::route::{Door, Found};
use super::wire::{Answer, Incoming};
use crate::fault_plan::PerMinute;
use crate::quotas::{Ask, Minute, Permit, Refused, Regime, Whose};
use crate::world::chance::stable_hash;

/// What quotas say to a call.
#[derive(Debug)]
pub(super) enum Leave {
    /// Nothing is counted, or nobody knows whose call it is: without a living token nothing is used up.
    Unmetered,
    /// Let through or not, after so long.
    Asked(Result<Permit, Refused>, Duration),
}

impl Leave {
    /// Asks for one call.
    pub(super) fn ask(google: &Google, found: &Found, incoming: &Incoming) -> Self {
        let meter = google.world.meter();
        if !meter.is_on() {
            return Self::Unmetered;
        }
        let now_ms = google.world.clock().now_ms();
        let access = incoming.bearer().and_then(|token| google.world.permits().access(token, now_ms).cloned());
        let Some(access) = access else { return Self::Unmetered };
        // A resumable upload was paid for when it began; its chunks are the same call.
        let paid = found.door == Door::Upload && incoming.query.get("upload_id").is_some();
        let ask = Ask {
            project: &project_of(&access.client_id),
            mailbox: &access.email,
            method: found.method.name,
            units: if paid { Units { legacy: 0, current: 0 } } else { found.method.units },
            bytes: incoming.body.len() as u64,
        };
        let (permit, latency) = meter.admit(&ask);
        Self::Asked(permit, latency)
    }

    /// Waits as long as a call takes; then the permit, to be held until the answer, or the refusal.
    pub(super) async fn wait(self, google: &Google) -> Result<Option<Permit>, Answer> {
        let Self::Asked(permit, latency) = self else { return Ok(None) };
        if !latency.is_zero() {
            google.world.clock().sleep(latency).await;
        }
        permit.map(Some).map_err(|refused| answer(&refused))
    }
}

/// The project's number, with which Google's client ids begin; one made of the id where it does not.
fn project_of(client_id: &str) -> Cow<'_, str> {
    match client_id.split_once('-') {
        Some((number, _)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number.into(),
        _ => format!("{:012}", stable_hash(client_id.as_bytes()) % 1_000_000_000_000).into(),
    }
}

fn answer(refused: &Refused) -> Answer {
    match refused {
        Refused::Minute(minute) => per_minute(minute),
        Refused::Crowded => Error::crowded().answer(),
        Refused::Locked { until_ms, tag } => Error::retry_after(*until_ms, tag).answer(),
    }
}

fn per_minute(minute: &Minute) -> Answer {
    let refusal = PerMinute {
        regime: match minute.regime {
            Regime::Current => "current",
            Regime::Legacy => "legacy",
            Regime::Previous => "previous",
        },
        whole_project: minute.whose == Whose::Project,
        limit: Some(minute.limit),
        project: &minute.project,
        window_start_s: minute.window_start_s,
        extended_help: false,
        code: 403,
    };
    refusal.render().into()
}
