//! Webhook destinations.

use api::webhook::{Webhook, WebhookWrite};
use axum::extract::State;
use engine::webhooks::WebhookEdit;
use model::event::EventType;
use model::secret::ExposeSecret;
use model::webhook::WebhookStatus;
use model::{ApplicationId, WebhookId};
use serde_json::json;

use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::reply;

/// `GET /v3/webhooks`
pub async fn list(State(app): State<App>, Admin(application): Admin) -> Answered {
    let all = app.reads().webhooks(application).await?;
    Ok(reply::data(&all.iter().map(|webhook| Webhook::render(webhook, None)).collect::<Vec<_>>()))
}

/// `POST /v3/webhooks`: the URL has to answer a challenge first.
pub async fn create(State(app): State<App>, Admin(application): Admin, Json(wish): Json<WebhookWrite>) -> Answered {
    if wish.trigger_types.is_none() {
        return Err(Refusal::invalid("trigger_types", "trigger_types is required: at least one type to hear of"));
    }
    if wish.webhook_url.is_none() {
        return Err(Refusal::invalid("webhook_url", "webhook_url is required"));
    }
    let (engine, edit) = (app.engine().clone(), edit(wish)?);
    let (made, secret) = app.finish(async move { engine.create_webhook(application, edit).await }).await?;
    Ok(reply::data(&Webhook::render(&made, Some(secret.expose_secret().to_owned()))))
}

/// `GET /v3/webhooks/{id}`
pub async fn get(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    Ok(reply::data(&Webhook::render(&held(&app, application, &id).await?, None)))
}

/// `PUT /v3/webhooks/{id}`
pub async fn update(
    State(app): State<App>,
    Admin(application): Admin,
    Item(id): Item,
    Json(wish): Json<WebhookWrite>,
) -> Answered {
    let id = held(&app, application, &id).await?.id;
    let (engine, edit) = (app.engine().clone(), edit(wish)?);
    let changed = app.finish(async move { engine.update_webhook(application, id, edit).await }).await?;
    Ok(reply::data(&Webhook::render(&changed, None)))
}

/// `DELETE /v3/webhooks/{id}`
pub async fn delete(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    let id = held(&app, application, &id).await?.id;
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_webhook(application, id).await }).await?;
    Ok(reply::data(&json!({"status": "success"})))
}

/// `POST /v3/webhooks/rotate-secret/{id}` and `PUT /v3/webhooks/{id}/rotate-secret`: the SDKs disagree.
pub async fn rotate_secret(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    let id = held(&app, application, &id).await?.id;
    let engine = app.engine().clone();
    let (webhook, secret) = app.finish(async move { engine.rotate_webhook_secret(application, id).await }).await?;
    Ok(reply::data(&Webhook::render(&webhook, Some(secret.expose_secret().to_owned()))))
}

/// The application's webhook of an id.
pub async fn held(app: &App, application: ApplicationId, id: &str) -> Result<model::webhook::Webhook, Refusal> {
    let found = match id.parse::<WebhookId>() {
        Ok(id) => app.reads().webhook(id).await?,
        Err(_) => None,
    };
    found.filter(|webhook| webhook.application_id == application).ok_or_else(|| {
        Refusal::not_found("destination.id.not.found : record not found; GET /v3/webhooks lists the ids")
    })
}

fn edit(wish: WebhookWrite) -> Result<WebhookEdit, Refusal> {
    let status = match wish.status.as_deref() {
        None => None,
        Some("active") => Some(WebhookStatus::Active),
        // The Java SDK spells it so (contract facts, section 2, Webhook).
        Some("pause" | "paused") => Some(WebhookStatus::Pause),
        Some(other) => {
            let message = format!("invalid.input.format : status must be active or pause, not '{other}'");
            return Err(Refusal::invalid("status", message));
        }
    };
    Ok(WebhookEdit {
        trigger_types: wish.trigger_types.map(|names| trigger_types(&names)).transpose()?,
        url: wish.webhook_url,
        description: wish.description,
        notification_emails: wish.notification_email_addresses,
        compressed: wish.compressed_delivery,
        status,
    })
}

fn trigger_types(names: &[String]) -> Result<Vec<EventType>, Refusal> {
    if names.is_empty() {
        let message = "invalid.input.format : trigger_types needs at least one type to hear of";
        return Err(Refusal::invalid("trigger_types", message));
    }
    let mut types = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let kind = trigger_type(&format!("trigger_types[{i}]"), name)?;
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    Ok(types)
}

/// A trigger type by name; the refusal lists those there are.
pub fn trigger_type(field: &str, name: &str) -> Result<EventType, Refusal> {
    EventType::parse(name).ok_or_else(|| {
        let known: Vec<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
        let message =
            format!("invalid.input.format : {field} '{name}' is not offered; offered are {}", known.join(", "));
        Refusal::invalid(field, message)
    })
}
