//! Deliveries of a webhook, inspected and replayed. An addition to the contract.

use api::webhook::{Delivery, ReplayRequest, Replayed};
use axum::extract::State;
use model::DeliveryId;
use model::webhook::DeliveryState;

use super::webhooks::held;
use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::MaybeJson;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::reply;

const STATES: [(&str, DeliveryState); 3] =
    [("pending", DeliveryState::Pending), ("delivered", DeliveryState::Delivered), ("failed", DeliveryState::Failed)];

/// `GET /v3/webhooks/{id}/deliveries`: the newest ones.
pub async fn list(State(app): State<App>, Admin(application): Admin, Item(id): Item, mut query: Query) -> Answered {
    let (state, limit) = (query.choice("state", &STATES), query.limit(50, 200));
    query.check()?;
    let webhook = held(&app, application, &id).await?;
    let deliveries = app.reads().deliveries(webhook.id, state, limit).await?;
    Ok(reply::data(&deliveries.iter().map(Delivery::render).collect::<Vec<_>>()))
}

/// `POST /v3/webhooks/{id}/replay`: failed ones are tried again.
pub async fn replay(
    State(app): State<App>,
    Admin(application): Admin,
    Item(id): Item,
    MaybeJson(wish): MaybeJson<ReplayRequest>,
) -> Answered {
    let webhook = held(&app, application, &id).await?;
    let named = wish.delivery_ids.map(|ids| ids.iter().enumerate().map(|(i, id)| delivery(i, id)).collect());
    let named: Option<Vec<DeliveryId>> = named.transpose()?;
    let engine = app.engine().clone();
    let work = async move { engine.replay_deliveries(application, webhook.id, named).await };
    Ok(reply::data(&Replayed { replayed: app.finish(work).await? }))
}

fn delivery(i: usize, id: &str) -> Result<DeliveryId, Refusal> {
    let field = format!("delivery_ids[{i}]");
    id.parse().map_err(|_| Refusal::invalid(field.clone(), format!("{field} must be an id from GET /deliveries")))
}
