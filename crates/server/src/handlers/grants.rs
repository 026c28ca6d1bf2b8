//! Grants: listed, read, changed, removed.

use api::grant::{Grant, GrantUpdate};
use axum::extract::State;
use model::grant::GrantStatus;
use model::{ApplicationId, Provider};
use store::filter::GrantFilter;

use crate::app::App;
use crate::auth::{Admin, Caller};
use crate::error::Answered;
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::resolve;
use crate::reply;

/// The contract's providers; of most of them this installation can hold no grant.
const PROVIDERS: [(&str, Option<Provider>); 9] = [
    ("google", Some(Provider::Google)),
    ("microsoft", Some(Provider::Microsoft)),
    ("imap", Some(Provider::Imap)),
    ("ews", Some(Provider::Ews)),
    ("icloud", None),
    ("yahoo", None),
    ("virtual-calendar", None),
    ("zoom", None),
    ("nylas", None),
];

/// `GET /v3/grants`
pub async fn list(State(app): State<App>, Admin(application): Admin, mut query: Query) -> Answered {
    let filter = filter(application, &mut query);
    let provider = query.choice("provider", &PROVIDERS);
    query.check()?;
    let (limit, offset) = (filter.limit, filter.offset);
    let grants = match provider {
        Some(None) => Vec::new(),
        named => app.reads().grants(GrantFilter { provider: named.flatten(), ..filter }).await?,
    };
    let grants: Vec<_> = grants.iter().map(Grant::render).collect();
    Ok(reply::offset_page(&grants, limit, offset))
}

fn filter(application_id: ApplicationId, query: &mut Query) -> GrantFilter {
    let statuses = [("valid", GrantStatus::Valid), ("invalid", GrantStatus::Invalid)];
    GrantFilter {
        application_id,
        email: query.address("email"),
        status: query.choice("grant_status", &statuses),
        provider: None,
        ip: query.text("ip"),
        since: query.instant("since"),
        before: query.instant("before"),
        by_updated: query.choice("sort_by", &[("created_at", false), ("updated_at", true)]).unwrap_or(false),
        ascending: query.choice("order_by", &[("desc", false), ("asc", true)]).unwrap_or(false),
        limit: query.limit(10, 200),
        offset: query.offset(),
    }
}

/// `GET /v3/grants/{grant_id}`, with `me` for an access token.
pub async fn get(State(app): State<App>, caller: Caller, Item(id): Item, mut query: Query) -> Answered {
    app.limits().admin(caller.application())?;
    let aliases = query.flag("expose_aliases").unwrap_or(false);
    query.check()?;
    let grant = resolve(&app, caller, &id).await?;
    let mut wire = Grant::render(&grant);
    if aliases {
        let all = app.engine().aliases(&grant).await?;
        wire.email_aliases = Some(all.into_iter().map(|a| a.email).filter(|email| *email != grant.email).collect());
    }
    Ok(reply::data(&wire))
}

/// `PATCH` (or `PUT`) `/v3/grants/{grant_id}`
pub async fn update(
    State(app): State<App>,
    Admin(application): Admin,
    Item(id): Item,
    Json(update): Json<GrantUpdate>,
) -> Answered {
    let grant = resolve(&app, Caller::Application(application), &id).await?;
    let engine = app.engine().clone();
    let grant = app.finish(async move { engine.update_grant(grant.id, update.settings, update.scope).await }).await?;
    Ok(reply::data(&Grant::render(&grant)))
}

/// `DELETE /v3/grants/{grant_id}`
pub async fn delete(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    let grant = resolve(&app, Caller::Application(application), &id).await?;
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_grant(grant.id).await }).await?;
    Ok(reply::deleted())
}
