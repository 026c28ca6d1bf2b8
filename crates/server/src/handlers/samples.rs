//! Trying webhooks out: sample payloads, test events, addresses deliveries come from.

use api::webhook::SampleRequest;
use axum::extract::State;
use model::event::EventType;
use serde_json::json;

use super::webhooks::trigger_type;
use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::reply;

/// `POST /v3/webhooks/mock-payload`
pub async fn mock_payload(
    State(app): State<App>,
    Admin(application): Admin,
    Json(wish): Json<SampleRequest>,
) -> Answered {
    Ok(reply::data(&app.engine().mock_notification(application, wanted(&wish)?)))
}

/// `POST /v3/webhooks/send-test-event`
pub async fn send_test_event(
    State(app): State<App>,
    Admin(application): Admin,
    Json(wish): Json<SampleRequest>,
) -> Answered {
    let kind = wanted(&wish)?;
    let url = wish.webhook_url.ok_or_else(|| Refusal::invalid("webhook_url", "webhook_url is required"))?;
    let engine = app.engine().clone();
    app.finish(async move { engine.send_test_event(application, kind, &url).await }).await?;
    Ok(reply::data("success"))
}

fn wanted(wish: &SampleRequest) -> Result<EventType, Refusal> {
    let name = wish.trigger_type.as_deref().unwrap_or_default();
    trigger_type("trigger_type", name)
}

/// `GET /v3/webhooks/ip-addresses`: deliveries come from wherever this installation runs, which it does not know.
pub async fn ip_addresses(State(app): State<App>, Admin(_): Admin) -> Answered {
    Ok(reply::data(&json!({"ip_addresses": [], "updated_at": app.engine().now().as_second()})))
}
