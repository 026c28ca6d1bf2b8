//! `/_sandbox/quotas`, `/_sandbox/lockouts`, `/_sandbox/thieves`: limits, what is counted of them, and what gets in the way.

use super::answer::body;
use super::mailboxes::known;
use super::{Control, Refusal};
use crate::quotas::{Limits, LockoutOrder, LockoutReport, QuotaReport, Quotas};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The longest tag behind the instant of a lockout.
const LONGEST_TAG: usize = 100;
/// The most units per second that another program takes.
const MOST_STOLEN: u32 = 1_000_000;

pub(super) async fn report(State(control): State<Control>) -> Json<QuotaReport> {
    Json(control.meter.report())
}

/// Changes the limits by the names of their settings, from the published ones where quotas were off.
pub(super) async fn change(State(control): State<Control>, bytes: Bytes) -> Result<Json<QuotaReport>, Refusal> {
    let settings: Map<String, Value> = body(&bytes)?;
    let quotas = match settings.get("off") {
        Some(Value::Bool(true)) if settings.len() == 1 => Quotas::Off,
        Some(_) => return Err(Refusal::Invalid("off: send {\"off\": true} alone, or settings without it".into())),
        None => {
            let limits = match control.meter.quotas() {
                Quotas::Off => Limits::default(),
                Quotas::Enforced(limits) => limits,
            };
            Quotas::Enforced(limits.changed(settings).map_err(Refusal::Invalid)?)
        }
    };
    control.meter.set(&quotas);
    Ok(Json(control.meter.report()))
}

pub(super) async fn forget(State(control): State<Control>) -> Json<QuotaReport> {
    control.meter.forget_all();
    Json(control.meter.report())
}

pub(super) async fn forget_counts(State(control): State<Control>) -> Json<QuotaReport> {
    control.meter.forget_counts();
    Json(control.meter.report())
}

pub(super) async fn lockouts(State(control): State<Control>) -> Json<Value> {
    Json(listed(&control.meter.lockouts()))
}

pub(super) async fn lock_out(
    State(control): State<Control>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let order: LockoutOrder = body(&bytes)?;
    if order.until.is_some() && order.seconds.is_some() {
        return Err(Refusal::Invalid("until: send either `until` or `seconds`, not both".into()));
    }
    if order.tag.len() > LONGEST_TAG || order.tag.contains(char::is_control) {
        return Err(Refusal::Invalid(format!("tag: one line of at most {LONGEST_TAG} bytes")));
    }
    known(&control, &order.mailbox)?;
    control.meter.lock_out(order);
    Ok((StatusCode::CREATED, Json(listed(&control.meter.lockouts()))))
}

/// Whose lockouts are to end.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// All when left out.
    #[serde(default)]
    mailbox: Option<String>,
}

pub(super) async fn lift(
    State(control): State<Control>,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(whose) = whose.map_err(|bad| Refusal::Invalid(format!("{bad}; `mailbox` is the only parameter")))?;
    Ok(Json(json!({"lifted": control.meter.lift_lockouts(whose.mailbox.as_deref())})))
}

/// Another program on the same allowance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thief {
    /// Whose units it takes; those of every project when left out.
    #[serde(default)]
    mailbox: Option<String>,
    units_per_second: i64,
}

pub(super) async fn set_thief(State(control): State<Control>, bytes: Bytes) -> Result<Json<QuotaReport>, Refusal> {
    let thief: Thief = body(&bytes)?;
    if let Some(email) = &thief.mailbox {
        known(&control, email)?;
    }
    let units = u32::try_from(thief.units_per_second).ok().filter(|units| *units <= MOST_STOLEN);
    let units =
        units.ok_or_else(|| Refusal::Invalid(format!("units_per_second: a whole number from 0 to {MOST_STOLEN}")))?;
    control.meter.set_thief(thief.mailbox.as_deref(), units);
    Ok(Json(control.meter.report()))
}

fn listed(lockouts: &[LockoutReport]) -> Value {
    json!({"lockouts": lockouts})
}
