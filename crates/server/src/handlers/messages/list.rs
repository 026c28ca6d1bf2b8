//! `GET /v3/grants/{grant_id}/messages`: from the mirror, or searched at the provider.

use axum::extract::State;
use model::FolderId;
use model::grant::Grant;
use model::page::Position;
use model::sync::NativeQuery;
use store::filter::{MessageFilter, PageRequest};

use super::filter;
use super::shape::{Rows, Shape};
use crate::app::App;
use crate::cursor::{Cursor, List};
use crate::error::{Answered, Refusal};
use crate::extract::query::Query;
use crate::mailbox::Mailbox;

/// Parameters that narrow a list here and cannot be combined with `search_query_native` (contract facts, section 1.5).
const MIRROR_ONLY: [&str; 16] = [
    "subject",
    "any_email",
    "from",
    "to",
    "cc",
    "bcc",
    "thread_id",
    "unread",
    "starred",
    "has_attachment",
    "received_before",
    "received_after",
    "metadata_pair",
    "search_query",
    "latest_message_before",
    "latest_message_after",
];

/// `GET /v3/grants/{grant_id}/messages`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query) -> Answered {
    let shape = Shape::read(&mut query, true);
    let limit = query.limit(50, 200);
    if query.has("search_query_native") {
        return native(&app, &grant, query, shape, limit).await;
    }
    let filter = filter::read(&app, &grant, &mut query).await?;
    let cursor = Cursor::new(List::Messages, grant.id, query.fingerprint());
    let after = query.text("page_token").map(|token| cursor.read_position(&token)).transpose()?;
    let (rows, next) = rows(&app, &grant, &shape, filter, PageRequest { after, limit }).await?;
    shape.page(&app, grant.id, rows, next.map(|place| cursor.position(place))).await
}

/// A page of messages, with bodies only where the answer holds them.
pub async fn rows(
    app: &App,
    grant: &Grant,
    shape: &Shape,
    filter: MessageFilter,
    page: PageRequest,
) -> Result<(Rows, Option<Position>), Refusal> {
    if shape.needs_body() {
        let page = app.reads().full_messages(grant.id, filter, page).await?;
        Ok((page.items.into_iter().map(|full| (full.message, Some(full.body.text))).collect(), page.next))
    } else {
        let page = app.reads().messages(grant.id, filter, page).await?;
        Ok((page.items.into_iter().map(|message| (message, None)).collect(), page.next))
    }
}

async fn native(app: &App, grant: &Grant, mut query: Query, shape: Shape, limit: usize) -> Answered {
    let (search, token) = native_query(app, grant, &mut query).await?;
    let cursor = Cursor::new(List::NativeMessages, grant.id, query.fingerprint());
    let token = token.map(|token| cursor.read_native(&token)).transpose()?;
    let page = app.engine().search_native(grant, search, token, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    let found = app.reads().full_messages_by_id(grant.id, page.ids).await?;
    let rows = found.into_iter().map(|full| (full.message, Some(full.body.text))).collect();
    shape.page(app, grant.id, rows, page.next.map(|next| cursor.native(&next))).await
}

/// The native search of a list and its page token. Nothing but `in` may narrow it further.
pub async fn native_query(
    app: &App,
    grant: &Grant,
    query: &mut Query,
) -> Result<(NativeQuery, Option<String>), Refusal> {
    if let Some(name) = MIRROR_ONLY.into_iter().find(|name| query.has(name)) {
        let message = format!(
            "{name} cannot be combined with search_query_native; only in, limit, page_token, select and fields can"
        );
        query.refuse::<()>(name, message);
    }
    let search = query.text("search_query_native");
    let folder = query.text("in").map(FolderId);
    query.check()?;
    filter::folder(app, grant, folder.as_ref()).await?;
    Ok((NativeQuery { query: search, folder, include_hidden: false }, query.text("page_token")))
}
