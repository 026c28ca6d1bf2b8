//! `POST /v3/grants/{grant_id}/messages/send`

use api::message::Message;
use axum::extract::State;
use http::HeaderMap;

use super::shape::Shape;
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::compose::{Draft, composition};
use crate::extract::query::Query;
use crate::mailbox::Mailbox;
use crate::reply;

/// Sends a message and answers with the sent copy.
pub async fn send(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    mut query: Query,
    headers: HeaderMap,
    draft: Draft,
) -> Answered {
    let shape = Shape::of_send(&mut query);
    query.check()?;
    check_idempotency_key(&headers)?;
    if draft.multipart {
        app.limits().multipart(grant.id, app.engine().now())?;
    }
    if draft.wire.to.as_ref().is_none_or(Vec::is_empty) {
        return Err(Refusal::invalid("to", "to is required: at least one recipient as {\"email\": \"...\"}"));
    }
    let answers = draft.wire.reply_to_message_id.clone();
    let composition = composition(draft.wire, draft.files.unwrap_or_default());
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let full = app.finish(async move { engine.send_message(&owner, composition).await }).await?;
    let message = shape.render(&app, grant.id, full.message, Some(full.body.text)).await?;
    let message = Message { reply_to_message_id: answers, ..message };
    Ok(reply::sent(&grant.id.to_string(), &message))
}

/// At most 256 characters (contract facts, section 1.5).
fn check_idempotency_key(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get("idempotency-key") {
        Some(key) if key.len() > 256 => {
            Err(Refusal::invalid("Idempotency-Key", "Idempotency-Key must be 256 characters or fewer.")
                .typed("api.invalid_idempotency_key"))
        }
        _ => Ok(()),
    }
}
