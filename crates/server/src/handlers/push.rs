//! Pushes from providers: hints to look now. The token in the URL is the credential.

use axum::extract::{Request, State};
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::error::Answered;
use crate::extract::json;
use crate::extract::query::Query;
use crate::reply;

/// `POST /v3/push/google?token=...` (Google Cloud Pub/Sub push; anything but a success is delivered again).
pub async fn google(State(app): State<App>, mut query: Query, request: Request) -> Answered {
    let token = query.text("token").unwrap_or_default();
    let body = json::read(request, &app).await?;
    app.engine().google_push(&token, &body).await?;
    Ok(reply::json(StatusCode::OK, &json!({"request_id": &*crate::call::current().request_id})))
}
