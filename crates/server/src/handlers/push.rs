//! Pushes from providers: hints to look now. What proves them is in the URL or in the body; the engine compares it.

use axum::extract::{Request, State};
use engine::push::Pushed;
use http::StatusCode;
use model::{Fault, Provider};
use serde_json::json;

use crate::app::App;
use crate::error::Answered;
use crate::extract::json;
use crate::extract::path::Item;
use crate::reply;

/// `POST /v3/push/{provider}`. 202 before anything is looked at: providers wait three seconds (Microsoft 1.6) and post
/// again what was not taken. A greeting is given back as plain text, never as anything a browser would run.
pub async fn take(State(app): State<App>, Item(provider): Item, request: Request) -> Answered {
    let provider = Provider::parse(&provider).ok_or_else(|| Fault::not_found("There is no provider of this name."))?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = json::read(request, &app).await?;
    Ok(match app.engine().push(provider, &query, &body).await? {
        Pushed::Greeting(text) => reply::plain(text),
        Pushed::Taken => reply::json(StatusCode::ACCEPTED, &json!({"request_id": &*crate::call::current().request_id})),
    })
}
