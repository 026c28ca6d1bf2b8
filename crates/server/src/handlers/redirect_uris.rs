//! Callback (redirect) URIs of an application.

use api::application::{RedirectUri, RedirectUriWrite};
use axum::extract::State;
use model::application::CallbackUri;
use model::{ApplicationId, CallbackUriId};
use serde_json::{Map, Value};

use super::applications::callback_uris;
use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::reply;

const PLATFORMS: [&str; 5] = ["web", "desktop", "js", "ios", "android"];

/// `GET /v3/applications/redirect-uris`
pub async fn list(State(app): State<App>, Admin(application): Admin) -> Answered {
    let uris: Vec<_> = callback_uris(&app, application).await?.iter().map(RedirectUri::render).collect();
    Ok(reply::data(&uris))
}

/// `POST /v3/applications/redirect-uris`
pub async fn create(State(app): State<App>, Admin(application): Admin, Json(wish): Json<RedirectUriWrite>) -> Answered {
    check(&wish)?;
    let url = wish.url.ok_or_else(|| Refusal::invalid("url", "url is required: https, or http on localhost"))?;
    let settings = Value::Object(spelled(wish.settings.unwrap_or_default()));
    let engine = app.engine().clone();
    let work = async move { engine.add_callback_uri(application, &url, wish.platform, settings).await };
    Ok(reply::data(&RedirectUri::render(&app.finish(work).await?)))
}

/// `GET /v3/applications/redirect-uris/{id}`
pub async fn get(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    Ok(reply::data(&RedirectUri::render(&held(&app, application, &id).await?)))
}

/// `PATCH` or `PUT /v3/applications/redirect-uris/{id}`
pub async fn update(
    State(app): State<App>,
    Admin(application): Admin,
    Item(id): Item,
    Json(wish): Json<RedirectUriWrite>,
) -> Answered {
    check(&wish)?;
    let id = held(&app, application, &id).await?.id;
    let settings = wish.settings.map(|settings| Value::Object(spelled(settings)));
    let engine = app.engine().clone();
    let work = async move { engine.update_callback_uri(application, id, wish.url, wish.platform, settings).await };
    Ok(reply::data(&RedirectUri::render(&app.finish(work).await?)))
}

/// `DELETE /v3/applications/redirect-uris/{id}`
pub async fn delete(State(app): State<App>, Admin(application): Admin, Item(id): Item) -> Answered {
    let id = held(&app, application, &id).await?.id;
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_callback_uri(application, id).await }).await?;
    Ok(reply::deleted())
}

async fn held(app: &App, application: ApplicationId, id: &str) -> Result<CallbackUri, Refusal> {
    let id = id.parse::<CallbackUriId>().ok();
    let found = callback_uris(app, application).await?.into_iter().find(|uri| Some(uri.id) == id);
    found.ok_or_else(|| Refusal::not_found("Resource not found: the application has no such redirect URI."))
}

fn check(wish: &RedirectUriWrite) -> Result<(), Refusal> {
    match &wish.platform {
        Some(platform) if !PLATFORMS.contains(&platform.as_str()) => Err(Refusal::invalid(
            "platform",
            format!("platform must be one of {}, not '{platform}'", PLATFORMS.join(", ")),
        )),
        _ => Ok(()),
    }
}

/// The Node SDK writes `sha_1_...` where the contract writes `sha1_...` (contract facts, section 7.1).
fn spelled(settings: Map<String, Value>) -> Map<String, Value> {
    let spell = |key: String| if key.starts_with("sha_1_") { key.replacen("sha_1_", "sha1_", 1) } else { key };
    settings.into_iter().map(|(key, value)| (spell(key), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_spelling_of_a_fingerprint_is_understood() {
        let given = serde_json::json!({"sha_1_certificate_fingerprint": "AA", "package_name": "p"});
        let read = spelled(given.as_object().unwrap().clone());
        assert_eq!(Value::Object(read), serde_json::json!({"sha1_certificate_fingerprint": "AA", "package_name": "p"}));
    }
}
