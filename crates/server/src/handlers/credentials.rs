//! Credentials under a connector.

use api::connector::{ConnectorCredential, ConnectorCredentialWrite};
use axum::extract::State;
use model::{ApplicationId, ConnectorCredentialId, Provider};
use serde_json::Value;

use super::connectors;
use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::{Item, Parent};
use crate::extract::query::Query;
use crate::reply;

/// `GET /v3/connectors/{provider}/creds`
pub async fn list(
    State(app): State<App>,
    Admin(application): Admin,
    Parent(provider): Parent,
    mut query: Query,
) -> Answered {
    let (limit, offset) = (query.limit(10, 200), query.offset());
    query.check()?;
    let connector = connectors::held(&app, application, &provider).await?;
    let all = app.reads().connector_credentials(connector.id).await?;
    let items: Vec<_> = all.iter().skip(offset).take(limit).map(ConnectorCredential::render).collect();
    Ok(reply::offset_page(&items, limit, offset))
}

/// `POST /v3/connectors/{provider}/creds`
pub async fn create(
    State(app): State<App>,
    Admin(application): Admin,
    Parent(provider): Parent,
    Json(wish): Json<ConnectorCredentialWrite>,
) -> Answered {
    let provider = connectors::held(&app, application, &provider).await?.provider;
    let name = wish.name.ok_or_else(|| Refusal::invalid("name", "name is required"))?;
    let kind = wish.credential_type.unwrap_or_default();
    if !matches!(kind.as_str(), "connector" | "adminconsent" | "serviceaccount") {
        let message = "credential_type must be one of connector, adminconsent, serviceaccount";
        return Err(Refusal::invalid("credential_type", message));
    }
    let data = wish.credential_data.map(Value::Object);
    let data = data.ok_or_else(|| Refusal::invalid("credential_data", "credential_data is required: an object"))?;
    let engine = app.engine().clone();
    let work = async move { engine.add_connector_credential(application, provider, &name, &kind, data).await };
    Ok(reply::created(&ConnectorCredential::render(&app.finish(work).await?)))
}

/// `GET /v3/connectors/{provider}/creds/{credential_id}`
pub async fn get(
    State(app): State<App>,
    Admin(application): Admin,
    Parent(provider): Parent,
    Item(id): Item,
) -> Answered {
    let (_, credential) = held(&app, application, &provider, &id).await?;
    Ok(reply::data(&ConnectorCredential::render(&credential)))
}

/// `PATCH` (or `PUT`) `/v3/connectors/{provider}/creds/{credential_id}`
pub async fn update(
    State(app): State<App>,
    Admin(application): Admin,
    Parent(provider): Parent,
    Item(id): Item,
    Json(wish): Json<ConnectorCredentialWrite>,
) -> Answered {
    let (provider, credential) = held(&app, application, &provider, &id).await?;
    if wish.credential_type.is_some_and(|kind| kind != credential.credential_type) {
        return Err(Refusal::invalid("credential_type", "credential_type cannot be changed; add another credential"));
    }
    let (engine, data) = (app.engine().clone(), wish.credential_data.map(Value::Object));
    let work =
        async move { engine.update_connector_credential(application, provider, credential.id, wish.name, data).await };
    Ok(reply::data(&ConnectorCredential::render(&app.finish(work).await?)))
}

/// `DELETE /v3/connectors/{provider}/creds/{credential_id}`
pub async fn delete(
    State(app): State<App>,
    Admin(application): Admin,
    Parent(provider): Parent,
    Item(id): Item,
) -> Answered {
    let (provider, credential) = held(&app, application, &provider, &id).await?;
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_connector_credential(application, provider, credential.id).await }).await?;
    Ok(reply::deleted())
}

async fn held(
    app: &App,
    application: ApplicationId,
    provider: &str,
    id: &str,
) -> Result<(Provider, model::connector::ConnectorCredential), Refusal> {
    let connector = connectors::held(app, application, provider).await?;
    let id = id.parse::<ConnectorCredentialId>().ok();
    let all = app.reads().connector_credentials(connector.id).await?;
    let found = all.into_iter().find(|credential| Some(credential.id) == id);
    let found = found.ok_or_else(|| Refusal::not_found("Resource not found: the connector has no such credential."))?;
    Ok((connector.provider, found))
}
