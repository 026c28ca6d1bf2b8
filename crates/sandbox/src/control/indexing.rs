//! `/_sandbox/indexing`: listings that lag behind what was written.

use super::answer::body;
use super::{Control, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};

/// The longest lag: an hour.
const LONGEST_MS: u64 = 3_600_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indexing {
    delay_ms: u64,
}

pub(super) async fn read(State(control): State<Control>) -> Json<Indexing> {
    Json(Indexing { delay_ms: control.world.index_delay_ms() })
}

pub(super) async fn change(State(control): State<Control>, bytes: Bytes) -> Result<Json<Indexing>, Refusal> {
    let wanted: Indexing = body(&bytes)?;
    if wanted.delay_ms > LONGEST_MS {
        return Err(Refusal::Invalid(format!("delay_ms: at most {LONGEST_MS} (an hour)")));
    }
    control.world.set_index_delay_ms(wanted.delay_ms);
    Ok(Json(wanted))
}
