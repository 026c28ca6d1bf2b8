//! A copy of a message in another folder (an addition to the contract).

use api::message::Message;
use api::outgoing::MessageCopy;
use axum::extract::State;
use http::HeaderMap;
use model::{FolderId, MessageId};
use serde_json::json;

use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::extract::sending::{self, Content};
use crate::handlers::sending::kept;
use crate::mailbox::Mailbox;
use crate::selectable;

/// `POST /v3/grants/{grant_id}/messages/{message_id}/copy`
pub async fn copy(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    headers: HeaderMap,
    mut query: Query,
    Json(wish): Json<MessageCopy>,
) -> Answered {
    let select = query.select(selectable::MESSAGE);
    query.check()?;
    let key = sending::key(&headers, &format!("copy message {id}"), &Content::of(&json!(wish)))?;
    if app.folder_role(grant.id, &wish.folder_id).await?.is_none() {
        let message = format!("folder_id: no folder has the id '{}'; GET /folders lists the ids", wish.folder_id);
        return Err(Refusal::invalid("folder_id", message));
    }
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let make = async move {
        let (inner, mailbox) = (engine.clone(), owner.clone());
        let copy = async move {
            let copy = inner.copy_message(&mailbox, &MessageId(id), &FolderId(wish.folder_id)).await?;
            Ok(json!(Message::take(mailbox.id, copy.message, Some(copy.body.text))))
        };
        engine.keyed(&owner, key, copy).await
    };
    kept::<Message>(app.finish(make).await?, &select)
}
