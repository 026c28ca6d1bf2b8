//! Signatures of a grant.

use api::wording::{Signature, SignatureWrite};
use axum::extract::State;
use engine::wordings::WordingEdit;
use model::grant::Grant;
use model::wording::{WordingKind, WordingOwner};

use crate::app::App;
use crate::error::Answered;
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::mailbox::Mailbox;
use crate::reply;

const KIND: WordingKind = WordingKind::Signature;

/// `GET /v3/grants/{grant_id}/signatures`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox) -> Answered {
    let found = app.reads().wordings(owner(&grant), KIND).await?;
    Ok(reply::data(&found.iter().map(Signature::render).collect::<Vec<_>>()))
}

/// `POST /v3/grants/{grant_id}/signatures`
pub async fn create(State(app): State<App>, Mailbox(grant): Mailbox, Json(wish): Json<SignatureWrite>) -> Answered {
    let engine = app.engine().clone();
    let made = app.finish(async move { engine.add_wording(owner(&grant), KIND, edit(wish)).await }).await?;
    Ok(reply::created(&Signature::render(&made)))
}

/// `GET /v3/grants/{grant_id}/signatures/{signature_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    Ok(reply::data(&Signature::render(&app.engine().wording(owner(&grant), KIND, &id).await?)))
}

/// `PUT /v3/grants/{grant_id}/signatures/{signature_id}`
pub async fn update(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    Json(wish): Json<SignatureWrite>,
) -> Answered {
    let engine = app.engine().clone();
    let changed = app.finish(async move { engine.update_wording(owner(&grant), KIND, &id, edit(wish)).await }).await?;
    Ok(reply::data(&Signature::render(&changed)))
}

/// `DELETE /v3/grants/{grant_id}/signatures/{signature_id}`
pub async fn delete(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_wording(owner(&grant), KIND, &id).await }).await?;
    Ok(reply::deleted())
}

fn owner(grant: &Grant) -> WordingOwner {
    WordingOwner { application_id: grant.application_id, grant_id: Some(grant.id) }
}

fn edit(wish: SignatureWrite) -> WordingEdit {
    WordingEdit { name: wish.name, subject: None, body: wish.body }
}
