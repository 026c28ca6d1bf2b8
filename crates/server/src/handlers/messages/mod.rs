//! Messages: listed and read from the mirror, changed and sent through the engine.

mod clean;
mod copy;
mod filter;
mod list;
mod send;
mod shape;
mod tracked;

pub use clean::clean;
pub use copy::copy;
pub use filter::{folder, metadata_pair};
pub use list::{list, native_query, rows};
pub use send::send;
pub use shape::{Shape, raw};
pub use tracked::draft as tracked_draft;

use api::outgoing::MessageUpdate;
use axum::extract::State;
use model::grant::Grant;
use model::message::MessageEdit;
use model::{DraftId, FolderId, MessageId};
use store::FullMessage;

use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::Mailbox;
use crate::reply;

/// `GET /v3/grants/{grant_id}/messages/{message_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let shape = Shape::read(&mut query, true);
    query.check()?;
    let (message, body) = if shape.needs_body() {
        let full = held(&app, &grant, &id).await?;
        (full.message, Some(full.body.text))
    } else if let Some(message) = app.reads().message(grant.id, &MessageId(id.clone())).await? {
        (message, None)
    } else {
        (held(&app, &grant, &id).await?.message, None)
    };
    shape.one(&app, grant.id, message, body).await
}

/// A message of the mirror, by its own id or its draft's; else read through from the provider.
pub async fn held(app: &App, grant: &Grant, id: &str) -> Result<FullMessage, Refusal> {
    let message_id = MessageId(id.to_owned());
    if let Some(full) = app.reads().full_message(grant.id, &message_id).await? {
        return Ok(full);
    }
    if let Some(draft) = app.reads().draft(grant.id, &DraftId(id.to_owned())).await? {
        return Ok(draft);
    }
    let found = app.engine().read_through(grant, &message_id).await?;
    found.ok_or_else(|| Refusal::not_found(format!("requested object not found: no message '{id}' in this mailbox")))
}

/// `PUT /v3/grants/{grant_id}/messages/{message_id}`
pub async fn update(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    mut query: Query,
    Json(update): Json<MessageUpdate>,
) -> Answered {
    let shape = Shape::read(&mut query, false);
    query.check()?;
    let edit = edit(&app, &grant, &update).await?;
    let (engine, id, owner) = (app.engine().clone(), MessageId(id), grant.clone());
    let full = app.finish(async move { engine.update_message(&owner, &id, edit, update.metadata).await }).await?;
    shape.one(&app, grant.id, full.message, Some(full.body.text)).await
}

/// What an update asks for; folders must exist.
pub async fn edit(app: &App, grant: &Grant, update: &MessageUpdate) -> Result<MessageEdit, Refusal> {
    for (i, folder) in update.folders.iter().flatten().enumerate() {
        if app.folder_role(grant.id, folder).await?.is_none() {
            let field = format!("folders[{i}]");
            let message = format!("{field}: no folder has the id '{folder}'; GET /folders lists the ids");
            return Err(Refusal::invalid(field, message));
        }
    }
    let folders = update.folders.as_ref().map(|ids| ids.iter().map(|id| FolderId(id.clone())).collect());
    let MessageUpdate { unread, starred, categories, .. } = update;
    Ok(MessageEdit { unread: *unread, starred: *starred, folders, categories: categories.clone() })
}

/// `DELETE /v3/grants/{grant_id}/messages/{message_id}`
pub async fn delete(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let hard = query.flag("hard_delete").unwrap_or(false);
    query.check()?;
    let engine = app.engine().clone();
    app.finish(async move { engine.delete_message(&grant, &MessageId(id), hard).await }).await?;
    Ok(reply::deleted())
}
