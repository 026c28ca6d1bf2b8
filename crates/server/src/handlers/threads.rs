//! Threads: listed from the mirror, changed message by message through the engine.

use std::collections::HashMap;

use api::outgoing::MessageUpdate;
use api::thread::Thread;
use axum::extract::State;
use model::grant::Grant;
use model::page::Page;
use model::{FolderId, ThreadId};
use store::filter::{PageRequest, ThreadFilter};

use super::messages::{self, Shape};
use crate::app::App;
use crate::cursor::{Cursor, List};
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::Mailbox;
use crate::reply;
use crate::select::Select;
use crate::selectable;

const MOST_ADDRESSES: usize = 25;

/// `GET /v3/grants/{grant_id}/threads`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query) -> Answered {
    let (select, limit) = (query.select(selectable::THREAD), query.limit(20, 50));
    if query.has("search_query_native") {
        return native(&app, &grant, query, select, limit).await;
    }
    let filter = filter(&app, &grant, &mut query).await?;
    let cursor = Cursor::new(List::Threads, grant.id, query.fingerprint());
    let after = query.text("page_token").map(|token| cursor.read_position(&token)).transpose()?;
    let Page { items, next } = app.reads().threads(grant.id, filter, PageRequest { after, limit }).await?;
    let items = render(&app, &grant, items, &select).await?;
    Ok(reply::page(&items, &select, next.map(|place| cursor.position(place)).as_deref()))
}

async fn filter(app: &App, grant: &Grant, query: &mut Query) -> Result<ThreadFilter, Refusal> {
    let filter = ThreadFilter {
        subject: query.text("subject"),
        any_email: query.addresses("any_email", MOST_ADDRESSES),
        from: query.address("from"),
        to: query.address("to"),
        cc: query.address("cc"),
        bcc: query.address("bcc"),
        folder: query.text("in").map(FolderId),
        unread: query.flag("unread"),
        starred: query.flag("starred"),
        has_attachment: query.flag("has_attachment"),
        latest_before: query.instant("latest_message_before"),
        latest_after: query.instant("latest_message_after"),
        earliest_after: query.instant("earliest_message_date"),
        search: query.text("search_query"),
        ids: None,
    };
    query.check()?;
    messages::folder(app, grant, filter.folder.as_ref()).await?;
    Ok(filter)
}

async fn native(app: &App, grant: &Grant, mut query: Query, select: Select, limit: usize) -> Answered {
    let (search, token) = messages::native_query(app, grant, &mut query).await?;
    let cursor = Cursor::new(List::NativeThreads, grant.id, query.fingerprint());
    let token = token.map(|token| cursor.read_native(&token)).transpose()?;
    let most = u32::try_from(limit).unwrap_or(u32::MAX);
    let page = app.engine().search_native_threads(grant, search, token, most).await?;
    let filter = ThreadFilter { ids: Some(page.ids), ..ThreadFilter::default() };
    let found = app.reads().threads(grant.id, filter, PageRequest { after: None, limit }).await?;
    let items = render(app, grant, found.items, &select).await?;
    Ok(reply::page(&items, &select, page.next.map(|next| cursor.native(&next)).as_deref()))
}

/// The wire form of threads. Their latest messages are read only where they are shown.
async fn render(
    app: &App,
    grant: &Grant,
    threads: Vec<model::message::Thread>,
    select: &Select,
) -> Result<Vec<Thread>, Refusal> {
    let mut latest = HashMap::new();
    if select.wants("latest_draft_or_message") {
        let ids = threads.iter().map(|thread| thread.latest.clone()).collect();
        for full in app.reads().full_messages_by_id(grant.id, ids).await? {
            let (id, body) = (full.message.id.clone(), Some(full.body.text));
            latest.insert(id, Shape::standard().render(app, grant.id, full.message, body).await?);
        }
    }
    Ok(threads.iter().map(|thread| Thread::render(grant.id, thread, latest.remove(&thread.latest))).collect())
}

async fn answer(app: &App, grant: &Grant, thread: model::message::Thread, select: &Select) -> Answered {
    let rendered = render(app, grant, vec![thread], select).await?;
    rendered.first().map(|thread| reply::selected(thread, select)).ok_or_else(no_thread)
}

fn no_thread() -> Refusal {
    Refusal::not_found("no messages found in this thread")
}

/// `GET /v3/grants/{grant_id}/threads/{thread_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let select = query.select(selectable::THREAD);
    query.check()?;
    let thread = app.reads().thread(grant.id, &ThreadId(id)).await?.ok_or_else(no_thread)?;
    answer(&app, &grant, thread, &select).await
}

/// `PUT /v3/grants/{grant_id}/threads/{thread_id}`
pub async fn update(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    mut query: Query,
    Json(update): Json<MessageUpdate>,
) -> Answered {
    let select = query.select(selectable::THREAD);
    query.check()?;
    if update.metadata.is_some() {
        return Err(Refusal::invalid("metadata", "metadata belongs to messages; threads have none"));
    }
    let edit = messages::edit(&app, &grant, &update).await?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let thread = app.finish(async move { engine.update_thread(&owner, &ThreadId(id), edit).await }).await?;
    answer(&app, &grant, thread, &select).await
}

/// `DELETE /v3/grants/{grant_id}/threads/{thread_id}`
pub async fn delete(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let engine = app.engine().clone();
    app.finish(async move { engine.delete_thread(&grant, &ThreadId(id)).await }).await?;
    Ok(reply::deleted())
}
