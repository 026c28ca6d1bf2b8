//! `/_sandbox/faults`: the fault plan in force.

use super::answer::body;
use super::{Control, Refusal};
use crate::fault_plan::{BadRule, Catalogue, NamedFault, PlanFile, RuleSpec};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) async fn list(State(control): State<Control>) -> Json<Value> {
    Json(json!({"rules": control.plan.rules()}))
}

pub(super) async fn hits(State(control): State<Control>) -> Json<Value> {
    Json(json!({"hits": control.plan.hits()}))
}

/// Which part of the catalogue is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// What the names begin with.
    #[serde(default)]
    prefix: String,
}

pub(super) async fn catalogue(part: Result<Query<Part>, QueryRejection>) -> Result<Json<Value>, Refusal> {
    let Query(part) = part.map_err(|bad| Refusal::Invalid(format!("{bad}; `prefix` is the only parameter")))?;
    let faults: Vec<Value> = Catalogue::standard().beginning(&part.prefix).map(NamedFault::describe).collect();
    Ok(Json(json!({"faults": faults})))
}

/// Takes one rule as JSON, or a whole plan as JSON (`{"rule": [...]}`) or TOML, the same text as in a file.
pub(super) async fn add(State(control): State<Control>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Refusal> {
    let ids = match plan_text(&bytes)? {
        Some(text) => {
            let file = PlanFile::parse(text).map_err(|bad| Refusal::Invalid(bad.to_string()))?;
            control.plan.load(file).map_err(refused)?
        }
        None => vec![control.plan.add(body::<RuleSpec>(&bytes)?).map_err(refused)?],
    };
    Ok((StatusCode::CREATED, Json(json!({"added": ids, "rules": control.plan.rules()}))))
}

fn plan_text(bytes: &Bytes) -> Result<Option<&str>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Invalid("the body must be UTF-8".into()))?;
    if text.trim().is_empty() {
        return Err(Refusal::Invalid(
            "the body is empty; send a rule such as {\"name\": \"gmail.backend_error\"}".into(),
        ));
    }
    if !text.trim_start().starts_with('{') {
        return Ok(Some(text));
    }
    let whole = serde_json::from_str::<Map<String, Value>>(text);
    let is_plan = whole.is_ok_and(|map| map.contains_key("rule") || map.contains_key("rules"));
    Ok(is_plan.then_some(text))
}

pub(super) async fn remove(State(control): State<Control>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    match control.plan.remove(&id) {
        true => Ok(Json(json!({"removed": 1}))),
        false => Err(Refusal::NotFound(format!("there is no rule {id:?}; GET /_sandbox/faults lists them"))),
    }
}

pub(super) async fn clear(State(control): State<Control>) -> Json<Value> {
    Json(json!({"removed": control.plan.clear()}))
}

fn refused(bad: BadRule) -> Refusal {
    match bad {
        BadRule::DuplicateId(_) => Refusal::Conflict(bad.to_string()),
        _ => Refusal::Invalid(bad.to_string()),
    }
}
