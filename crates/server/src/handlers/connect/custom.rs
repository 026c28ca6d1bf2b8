//! `POST /v3/connect/custom` and `POST /v3/providers/detect`.

use api::auth::{CustomAuth, ProviderDetect};
use api::grant::Grant;
use axum::extract::State;

use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::query::Query;
use crate::handlers::connectors::offered;
use crate::reply;

/// Longest `state` (contract).
pub const LONGEST_STATE: usize = 256;

/// Makes or renews a grant from a credential the caller holds.
pub async fn custom(State(app): State<App>, Admin(application): Admin, Json(wish): Json<CustomAuth>) -> Answered {
    let provider = offered(&wish.provider)?;
    if wish.state.as_ref().is_some_and(|state| state.chars().count() > LONGEST_STATE) {
        return Err(Refusal::invalid("state", "state must have at most 256 characters"));
    }
    let engine = app.engine().clone();
    let work = async move { engine.custom_grant(application, provider, wish.settings, wish.scope, wish.state).await };
    Ok(reply::created(&Grant::render(&app.finish(work).await?)))
}

/// Guesses the provider of an address. A body, if there is one, is ignored.
pub async fn detect(State(app): State<App>, Admin(application): Admin, mut query: Query) -> Answered {
    app.limits().detect(application)?;
    query.flag("all_provider_types");
    let email = query.address("email");
    query.check()?;
    let email_address = email.ok_or_else(|| Refusal::invalid("email", "email is required: the address to look at"))?;
    let provider = app.engine().detect_provider(&email_address)?.provider.map(|p| p.as_str().to_owned());
    Ok(reply::data(&ProviderDetect { email_address, detected: provider.is_some(), kind: provider.clone(), provider }))
}
