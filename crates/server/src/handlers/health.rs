//! Whether this process lives, and whether it can serve.

use axum::extract::State;
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::call;
use crate::error::{Answered, Refusal};
use crate::reply;

/// `GET /healthz`: the process answers.
pub async fn live() -> Answered {
    Ok(ok())
}

/// `GET /readyz`: the store answers too.
pub async fn ready(State(app): State<App>) -> Answered {
    match app.reads().ping().await {
        Ok(()) => Ok(ok()),
        Err(error) => Err(Refusal::from(error).with_status(StatusCode::SERVICE_UNAVAILABLE)),
    }
}

fn ok() -> axum::response::Response {
    reply::json(StatusCode::OK, &json!({"request_id": &*call::current().request_id, "status": "ok"}))
}
