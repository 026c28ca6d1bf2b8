//! Connectors: at most one per provider and application.

use api::connector::{Connector, ConnectorWrite, SECRET_MASK};
use axum::extract::State;
use engine::connectors::ConnectorEdit;
use model::{ApplicationId, Provider};

use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::reply;

/// `GET /v3/connectors`
pub async fn list(State(app): State<App>, Admin(application): Admin, mut query: Query) -> Answered {
    let (limit, offset) = (query.limit(10, 200), query.offset());
    query.check()?;
    let all = app.reads().connectors(application).await?;
    let mut items = Vec::new();
    for connector in all.iter().skip(offset).take(limit) {
        items.push(rendered(&app, connector).await?);
    }
    Ok(reply::offset_page(&items, limit, offset))
}

/// `POST /v3/connectors`
pub async fn create(State(app): State<App>, Admin(application): Admin, Json(wish): Json<ConnectorWrite>) -> Answered {
    let name = wish.provider.as_deref().ok_or_else(|| Refusal::invalid("provider", "provider is required"))?;
    let provider = offered(name)?;
    if wish.settings.as_ref().and_then(|s| s.get("client_secret")).is_some_and(|secret| secret == SECRET_MASK) {
        let message = "settings.client_secret is the mask that answers show; send the secret itself";
        return Err(Refusal::invalid("settings.client_secret", message));
    }
    let (engine, edit) = (app.engine().clone(), edit(wish)?);
    let made = app.finish(async move { engine.create_connector(application, provider, edit).await }).await?;
    Ok(reply::created(&Connector::render(&made, None)))
}

/// `GET /v3/connectors/{provider}`
pub async fn get(State(app): State<App>, Admin(application): Admin, Item(provider): Item) -> Answered {
    Ok(reply::data(&rendered(&app, &held(&app, application, &provider).await?).await?))
}

/// `PATCH` or `PUT /v3/connectors/{provider}`: the SDKs disagree on the verb.
pub async fn update(
    State(app): State<App>,
    Admin(application): Admin,
    Item(provider): Item,
    Json(wish): Json<ConnectorWrite>,
) -> Answered {
    let provider = held(&app, application, &provider).await?.provider;
    if wish.provider.as_deref().is_some_and(|named| named != provider.as_str()) {
        return Err(Refusal::invalid("provider", "provider cannot be changed; make another connector"));
    }
    let (engine, edit) = (app.engine().clone(), edit(wish)?);
    let changed = app.finish(async move { engine.update_connector(application, provider, edit).await }).await?;
    Ok(reply::data(&Connector::render(&changed, None)))
}

/// `DELETE /v3/connectors/{provider}`
pub async fn delete(State(app): State<App>, Admin(application): Admin, Item(provider): Item) -> Answered {
    let provider = held(&app, application, &provider).await?.provider;
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_connector(application, provider).await }).await?;
    Ok(reply::deleted())
}

/// A connector with what ails it.
async fn rendered(app: &App, connector: &model::connector::Connector) -> Result<Connector, Refusal> {
    let fault = app.reads().connector_fault(connector.application_id, connector.provider).await?;
    Ok(Connector::render(connector, fault.as_ref()))
}

/// The application's connector of a provider.
pub async fn held(
    app: &App,
    application: ApplicationId,
    provider: &str,
) -> Result<model::connector::Connector, Refusal> {
    let found = match Provider::parse(provider) {
        Some(provider) => app.reads().connector(application, provider).await?,
        None => None,
    };
    found.ok_or_else(|| {
        Refusal::not_found(format!("Resource not found: this application has no connector '{provider}'."))
    })
}

/// A provider by name.
pub fn offered(name: &str) -> Result<Provider, Refusal> {
    Provider::parse(name).ok_or_else(|| {
        let known: Vec<_> = Provider::ALL.iter().map(|p| p.as_str()).collect();
        Refusal::invalid("provider", format!("provider must be one of {}, not '{name}'", known.join(", ")))
    })
}

fn edit(wish: ConnectorWrite) -> Result<ConnectorEdit, Refusal> {
    let mut settings = wish.settings;
    if let Some(settings) = &mut settings {
        // Whoever sends back what it read means: keep the secret.
        if settings.get("client_secret").is_some_and(|secret| secret == SECRET_MASK) {
            settings.remove("client_secret");
        }
    }
    let active_credential_id = match wish.active_credential_id.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(id) => Some(Some(id.parse().map_err(|_| {
            Refusal::invalid(
                "active_credential_id",
                "active_credential_id must be the id of a credential of this connector",
            )
        })?)),
    };
    Ok(ConnectorEdit { name: wish.name, settings, scopes: wish.scope, active_credential_id })
}
