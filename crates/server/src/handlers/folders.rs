//! Folders: a flattened list, with what the mirror counts in each.

use api::folder::{Folder, FolderWrite};
use axum::extract::State;
use http::HeaderMap;
use model::folder::FolderEdit;
use model::page::Position;
use model::{FolderId, GrantId};
use serde_json::json;
use store::CountedFolder;

use crate::app::App;
use crate::cursor::{Cursor, List};
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::extract::sending::{self, Content};
use crate::mailbox::Mailbox;
use crate::reply;
use crate::selectable;

/// `GET /v3/grants/{grant_id}/folders`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query) -> Answered {
    let (select, limit) = (query.select(selectable::FOLDER), query.limit(50, 200));
    let (parent, single_level) = (query.text("parent_id"), query.flag("single_level").unwrap_or(false));
    query.check()?;
    let cursor = Cursor::new(List::Folders, grant.id, query.fingerprint());
    let start = match query.text("page_token") {
        Some(token) => usize::try_from(cursor.read_position(&token)?.0).unwrap_or(usize::MAX),
        None => 0,
    };
    let all = app.reads().folders(grant.id).await?;
    let shown = |folder: &CountedFolder| match &parent {
        Some(parent) => folder.folder.parent_id.as_ref().is_some_and(|p| p.0 == *parent),
        None => !single_level || folder.folder.parent_id.is_none(),
    };
    let matching: Vec<_> = all.iter().filter(|f| shown(f)).collect();
    let items: Vec<_> = matching.iter().skip(start).take(limit).map(|f| render(grant.id, f)).collect();
    let end = start.saturating_add(items.len());
    let next = (end < matching.len()).then(|| cursor.position(Position(i64::try_from(end).unwrap_or(i64::MAX))));
    Ok(reply::page(&items, &select, next.as_deref()))
}

fn render(grant: GrantId, counted: &CountedFolder) -> Folder {
    Folder {
        child_count: Some(counted.children),
        total_count: Some(counted.total),
        unread_count: Some(counted.unread),
        ..Folder::render(grant, &counted.folder)
    }
}

/// `GET /v3/grants/{grant_id}/folders/{folder_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let select = query.select(selectable::FOLDER);
    query.check()?;
    let found = app.reads().folder(grant.id, &FolderId(id.clone())).await?;
    let folder = found.ok_or_else(|| Refusal::not_found(format!("requested object not found: no folder '{id}'")))?;
    Ok(reply::selected(&render(grant.id, &folder), &select))
}

/// `POST /v3/grants/{grant_id}/folders`
pub async fn create(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    headers: HeaderMap,
    mut query: Query,
    Json(wish): Json<FolderWrite>,
) -> Answered {
    if wish.name.is_none() {
        return Err(Refusal::invalid("name", "name is required: 1 to 1024 characters"));
    }
    let select = query.select(selectable::FOLDER);
    query.check()?;
    let key = sending::key(&headers, "create folder", &Content::of(&json!(wish)))?;
    let edit = edit(wish)?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let make = async move {
        let (inner, mailbox) = (engine.clone(), owner.clone());
        let create = async move {
            let folder = inner.create_folder(&mailbox, edit).await?;
            Ok(json!(render(mailbox.id, &folder)))
        };
        engine.keyed(&owner, key, create).await
    };
    super::sending::kept::<Folder>(app.finish(make).await?, &select)
}

/// `PUT /v3/grants/{grant_id}/folders/{folder_id}`
pub async fn update(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    mut query: Query,
    Json(wish): Json<FolderWrite>,
) -> Answered {
    let select = query.select(selectable::FOLDER);
    query.check()?;
    let edit = edit(wish)?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let folder = app.finish(async move { engine.update_folder(&owner, &FolderId(id), edit).await }).await?;
    Ok(reply::selected(&render(grant.id, &folder), &select))
}

fn edit(wish: FolderWrite) -> Result<FolderEdit, Refusal> {
    if wish.name.as_ref().is_some_and(|name| !(1..=1024).contains(&name.chars().count())) {
        return Err(Refusal::invalid("name", "name must have 1 to 1024 characters"));
    }
    for (field, color) in [("text_color", &wish.text_color), ("background_color", &wish.background_color)] {
        if color.as_ref().is_some_and(|color| !is_color(color)) {
            return Err(Refusal::invalid(field, format!("{field} must look like #rrggbb")));
        }
    }
    Ok(FolderEdit {
        name: wish.name,
        parent_id: wish.parent_id.filter(|id| !id.is_empty()).map(FolderId),
        text_color: wish.text_color,
        background_color: wish.background_color,
    })
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `DELETE /v3/grants/{grant_id}/folders/{folder_id}`
pub async fn delete(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let engine = app.engine().clone();
    app.finish(async move { engine.delete_folder(&grant, &FolderId(id)).await }).await?;
    Ok(reply::deleted())
}
