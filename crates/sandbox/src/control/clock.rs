//! `/_sandbox/clock`.

use super::answer::body;
use super::world::ClockReading;
use super::{Control, Refusal};
use crate::clock::FASTEST;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;

/// The furthest one step may go: ten years.
const FURTHEST_MS: u64 = 10 * 366 * 86_400_000;

/// Exactly one of the four.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    advance_ms: Option<u64>,
    #[serde(default)]
    set: Option<Timestamp>,
    #[serde(default)]
    frozen: Option<bool>,
    #[serde(default)]
    reset: Option<bool>,
    #[serde(default)]
    speed: Option<u32>,
}

pub(super) async fn read(State(control): State<Control>) -> Json<ClockReading> {
    Json(control.world.clock())
}

pub(super) async fn change(State(control): State<Control>, bytes: Bytes) -> Result<Json<ClockReading>, Refusal> {
    let change: Change = body(&bytes)?;
    match (change.advance_ms, change.set, change.reset, change.speed) {
        (Some(step), None, None, None) if change.frozen.is_none() => {
            if step > FURTHEST_MS {
                return Err(Refusal::Invalid(format!("advance_ms: at most {FURTHEST_MS} (ten years)")));
            }
            control.world.advance_clock(step);
        }
        (None, Some(now), None, None) => control.world.set_clock(now, change.frozen.unwrap_or(false)),
        (None, None, Some(true), None) if change.frozen.is_none() => control.world.reset_clock(),
        (None, None, None, Some(speed)) if change.frozen.is_none() => {
            if !(1..=FASTEST).contains(&speed) {
                return Err(Refusal::Invalid(format!("speed: a whole number from 1 to {FASTEST}")));
            }
            control.world.set_clock_speed(speed);
        }
        _ => {
            let say = "send exactly one of {\"advance_ms\": 60000}, {\"set\": \"2026-01-01T00:00:00Z\", \"frozen\": true}, \
                       {\"speed\": 60} or {\"reset\": true}";
            return Err(Refusal::Invalid(say.into()));
        }
    }
    Ok(Json(control.world.clock()))
}
