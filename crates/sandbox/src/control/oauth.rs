//! Tokens, clients and consent.

use super::answer::{body, optional_body};
use super::mailboxes::{OneOrAll, known};
use super::world::{NewClient, TokenRequest};
use super::{Control, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) async fn issue(State(control): State<Control>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Refusal> {
    let request: TokenRequest = body(&bytes)?;
    known(&control, &request.email)?;
    if request.expires_in.is_some_and(|seconds| seconds > 315_360_000) {
        return Err(Refusal::Invalid("expires_in: at most 315360000 seconds (ten years)".into()));
    }
    Ok((StatusCode::CREATED, Json(json!(control.world.issue_token(request)?))))
}

pub(super) async fn expire(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Refusal> {
    let which: OneOrAll = optional_body(&bytes)?;
    if let Some(email) = &which.email {
        known(&control, email)?;
    }
    Ok(Json(json!({"expired": control.world.expire_tokens(which.email.as_deref())})))
}

#[derive(Debug, Deserialize)]
pub(super) struct RevokeQuery {
    client_id: Option<String>,
}

pub(super) async fn revoke(
    State(control): State<Control>,
    Path(email): Path<String>,
    Query(query): Query<RevokeQuery>,
) -> Result<Json<Value>, Refusal> {
    let email = known(&control, &email)?.email;
    Ok(Json(json!({"revoked": control.world.revoke(&email, query.client_id.as_deref())})))
}

pub(super) async fn clients(State(control): State<Control>) -> Json<Value> {
    Json(json!({"clients": control.world.clients()}))
}

pub(super) async fn register(
    State(control): State<Control>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: NewClient = body(&bytes)?;
    for uri in &new.redirect_uris {
        if url::Url::parse(uri).is_err() {
            return Err(Refusal::Invalid(format!("redirect_uris: {uri:?} is no URL; write it with its scheme")));
        }
    }
    Ok((StatusCode::CREATED, Json(json!(control.world.register_client(new)?))))
}
