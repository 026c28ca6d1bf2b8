//! `/_sandbox/graph/...`: Exchange Online's limits and Graph's change notifications.

use super::answer::body;
use super::{Control, Refusal};
use crate::microsoft::limits::GraphMeter;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

fn meter(control: &Control) -> Result<Arc<GraphMeter>, Refusal> {
    control.world.graph_meter().ok_or_else(|| Refusal::NotFound("there is no Microsoft here".to_owned()))
}

pub(super) async fn report(State(control): State<Control>) -> Result<Json<Value>, Refusal> {
    Ok(Json(meter(&control)?.report()))
}

/// Changes the limits by the names of their settings, from the published ones where they were off.
pub(super) async fn change(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let settings: Map<String, Value> = body(&bytes)?;
    let meter = meter(&control)?;
    let quotas = match settings.get("off") {
        Some(Value::Bool(true)) if settings.len() == 1 => None,
        Some(_) => return Err(Refusal::Invalid("off: send {\"off\": true} alone, or settings without it".into())),
        None => Some(meter.quotas().unwrap_or_default().changed(settings).map_err(Refusal::Invalid)?),
    };
    meter.set(quotas);
    Ok(Json(meter.report()))
}

pub(super) async fn forget(State(control): State<Control>) -> Result<Json<Value>, Refusal> {
    let meter = meter(&control)?;
    meter.forget();
    Ok(Json(meter.report()))
}

pub(super) async fn subscriptions(State(control): State<Control>) -> Json<Value> {
    Json(json!({"subscriptions": control.world.graph_subscriptions()}))
}

/// What a subscription's owner is to be told, and whether it hears of changes from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tell {
    id: String,
    event: Option<String>,
    silent: Option<bool>,
}

pub(super) async fn lifecycle(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let tell: Tell = body(&bytes)?;
    if tell.event.is_none() && tell.silent.is_none() {
        return Err(Refusal::Invalid("event or silent: say what is to happen to the subscription".to_owned()));
    }
    if let Some(silent) = tell.silent {
        control.world.silence_subscription(&tell.id, silent)?;
    }
    if let Some(event) = &tell.event {
        control.world.tell_subscription(&tell.id, event)?;
    }
    Ok(subscriptions(State(control)).await)
}
