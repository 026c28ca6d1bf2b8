//! How quotas stand. An addition to the contract.

use api::quota::Quota;
use axum::extract::State;
use engine::quotas::MOST_HOURS;

use super::connectors;
use crate::app::App;
use crate::auth::{Admin, Caller};
use crate::error::Answered;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::resolve;
use crate::reply;

/// Hours of history unless told otherwise.
const USUAL_HOURS: u32 = 3;

/// `GET /v3/grants/{grant_id}/quota`
pub async fn of_grant(State(app): State<App>, Admin(application): Admin, Item(id): Item, mut query: Query) -> Answered {
    let hours = hours(&mut query);
    query.check()?;
    let grant = resolve(&app, Caller::Application(application), &id).await?;
    let standing = app.engine().quota(&grant, hours).await?;
    Ok(reply::data(&Quota::render(&standing, Some(grant.id.to_string()))))
}

/// `GET /v3/connectors/{provider}/quota`
pub async fn of_connector(
    State(app): State<App>,
    Admin(application): Admin,
    Item(provider): Item,
    mut query: Query,
) -> Answered {
    let hours = hours(&mut query);
    query.check()?;
    let connector = connectors::held(&app, application, &provider).await?;
    let standing = app.engine().project_quota(&connector, hours).await?;
    Ok(reply::data(&Quota::render(&standing, None)))
}

fn hours(query: &mut Query) -> u32 {
    let Some(asked) = query.integer("hours") else { return USUAL_HOURS };
    match u32::try_from(asked).ok().filter(|hours| (1..=MOST_HOURS).contains(hours)) {
        Some(hours) => hours,
        None => query
            .refuse("hours", format!("hours must be 1 to {MOST_HOURS}: minutes are kept for two days"))
            .unwrap_or(USUAL_HOURS),
    }
}
