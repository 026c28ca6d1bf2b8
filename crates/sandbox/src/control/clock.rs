//! `/_sandbox/clock`.

use super::answer::body;
use super::world::ClockReading;
use super::{Control, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;

/// The furthest one step may go: ten years.
const FURTHEST_MS: u64 = 10 * 366 * 86_400_000;

/// Exactly one of the three.
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
}

pub(super) async fn read(State(control): State<Control>) -> Json<ClockReading> {
    Json(control.world.clock())
}

pub(super) async fn change(State(control): State<Control>, bytes: Bytes) -> Result<Json<ClockReading>, Refusal> {
    let change: Change = body(&bytes)?;
    match (change.advance_ms, change.set, change.reset) {
        (Some(step), None, None) if change.frozen.is_none() => {
            if step > FURTHEST_MS {
                return Err(Refusal::Invalid(format!("advance_ms: at most {FURTHEST_MS} (ten years)")));
            }
            control.world.advance_clock(step);
        }
        (None, Some(now), None) => control.world.set_clock(now, change.frozen.unwrap_or(false)),
        (None, None, Some(true)) if change.frozen.is_none() => control.world.reset_clock(),
        _ => {
            let say = "send exactly one of {\"advance_ms\": 60000}, {\"set\": \"2026-01-01T00:00:00Z\", \"frozen\": true} \
                       or {\"reset\": true}";
            return Err(Refusal::Invalid(say.into()));
        }
    }
    Ok(Json(control.world.clock()))
}
