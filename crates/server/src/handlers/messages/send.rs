//! `POST /v3/grants/{grant_id}/messages/send`

use axum::extract::{FromRequest, Request, State};
use engine::outbox::{Sent, Wish};
use http::HeaderMap;
use model::grant::Grant;
use serde_json::json;

use super::shape::Shape;
use crate::app::{App, sha256};
use crate::error::{Answered, Refusal};
use crate::extract::compose::{self, Draft, composition};
use crate::extract::multipart::MIME;
use crate::extract::query::Query;
use crate::extract::sending::{Content, wish};
use crate::extract::written::Written;
use crate::handlers::sending;
use crate::mailbox::Mailbox;

/// Sends a message, or schedules it, and answers with what became of it. `type=mime` sends one that is composed already.
pub async fn send(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query, request: Request) -> Answered {
    let shape = Shape::of_send(&mut query);
    let raw = query.choice("type", &[("json", false), ("mime", true)]).unwrap_or(false);
    query.check()?;
    let headers = request.headers().clone();
    let (sent, written) = if raw {
        (send_raw(&app, &grant, &headers, request).await?, Written::default())
    } else {
        let draft = Draft::from_request(request, &app).await?;
        let written = Written::of(&draft.wire);
        (send_composed(&app, &grant, &headers, draft).await?, written)
    };
    sending::answer(&app, &grant, shape, sent, &written).await
}

async fn send_composed(app: &App, grant: &Grant, headers: &HeaderMap, draft: Draft) -> Result<Sent, Refusal> {
    if draft.multipart {
        app.limits().multipart(grant.id)?;
    }
    if draft.wire.to.as_ref().is_none_or(Vec::is_empty) {
        return Err(Refusal::invalid("to", "to is required: at least one recipient as {\"email\": \"...\"}"));
    }
    let (send_at, use_draft) = (draft.send_at()?, draft.wire.use_draft.unwrap_or(false));
    let json = json!(draft.wire);
    let files = draft.files.unwrap_or_default();
    let wish = Wish { send_at, use_draft, ..wish(headers, "send", &Content::of(&json).with(&files))? };
    let composition = composition(draft.wire, files);
    let (engine, owner) = (app.engine().clone(), grant.clone());
    app.finish(async move { engine.send_message(&owner, composition, wish).await }).await
}

/// As the Python SDK frames it: multipart with the one part `mime`.
async fn send_raw(app: &App, grant: &Grant, headers: &HeaderMap, request: Request) -> Result<Sent, Refusal> {
    let raw = compose::form(request, app, MIME).await?.main;
    app.limits().multipart(grant.id)?;
    let json = json!(sha256(&raw));
    let wish = wish(headers, "send mime", &Content::of(&json))?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    app.finish(async move { engine.send_raw(&owner, raw.into(), wish).await }).await
}
