//! `POST /v3/grants/{grant_id}/messages/send`

use api::message::Message;
use axum::extract::{FromRequest, Request, State};
use http::HeaderMap;
use model::grant::Grant;
use store::FullMessage;

use super::shape::Shape;
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::compose::{self, Draft, composition};
use crate::extract::multipart::MIME;
use crate::extract::query::Query;
use crate::extract::written::Written;
use crate::mailbox::Mailbox;
use crate::reply;

/// Sends a message and answers with the sent copy. `type=mime` sends one that is composed already.
pub async fn send(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query, request: Request) -> Answered {
    let shape = Shape::of_send(&mut query);
    let raw = query.choice("type", &[("json", false), ("mime", true)]).unwrap_or(false);
    query.check()?;
    check_idempotency_key(request.headers())?;
    let (full, answers, written) = if raw {
        (send_raw(&app, &grant, request).await?, None, Written::default())
    } else {
        let draft = Draft::from_request(request, &app).await?;
        let answers = draft.wire.reply_to_message_id.clone();
        let written = Written::of(&draft.wire);
        (send_composed(&app, &grant, draft).await?, answers, written)
    };
    let message = shape.render(&app, grant.id, written.shown(full.message), Some(full.body.text)).await?;
    let message = Message { reply_to_message_id: answers, ..message };
    Ok(reply::sent(&grant.id.to_string(), &message))
}

async fn send_composed(app: &App, grant: &Grant, draft: Draft) -> Result<FullMessage, Refusal> {
    if draft.multipart {
        app.limits().multipart(grant.id, app.engine().now())?;
    }
    if draft.wire.to.as_ref().is_none_or(Vec::is_empty) {
        return Err(Refusal::invalid("to", "to is required: at least one recipient as {\"email\": \"...\"}"));
    }
    let composition = composition(draft.wire, draft.files.unwrap_or_default());
    let (engine, owner) = (app.engine().clone(), grant.clone());
    app.finish(async move { engine.send_message(&owner, composition).await }).await
}

/// As the Python SDK frames it: multipart with the one part `mime`.
async fn send_raw(app: &App, grant: &Grant, request: Request) -> Result<FullMessage, Refusal> {
    let raw = compose::form(request, app, MIME).await?.main;
    app.limits().multipart(grant.id, app.engine().now())?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    app.finish(async move { engine.send_raw(&owner, raw.into()).await }).await
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
