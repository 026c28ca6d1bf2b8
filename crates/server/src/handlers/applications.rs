//! The application an API key opens.

use api::application::{Application, ApplicationUpdate};
use axum::extract::State;
use model::ApplicationId;
use serde_json::{Map, Value};

use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::reply;

/// `GET /v3/applications`
pub async fn get(State(app): State<App>, Admin(id): Admin) -> Answered {
    let application = app.reads().application(id).await?;
    let application = application.ok_or_else(|| Refusal::not_found("Resource not found: the application is gone."))?;
    answer(&app, application).await
}

/// `PATCH` (or `PUT`) `/v3/applications`
pub async fn update(State(app): State<App>, Admin(id): Admin, Json(update): Json<ApplicationUpdate>) -> Answered {
    let name = new_name(&update)?;
    let mut presentation = Map::new();
    let sections = [
        ("branding", update.branding),
        ("hosted_authentication", update.hosted_authentication),
        ("idp_settings", update.idp_settings),
    ];
    for (key, section) in sections {
        if let Some(section) = section {
            presentation.insert(key.to_owned(), Value::Object(section));
        }
    }
    let engine = app.engine().clone();
    let work = async move { engine.update_application(id, name, Value::Object(presentation)).await };
    let application = app.finish(work).await?;
    answer(&app, application).await
}

fn new_name(update: &ApplicationUpdate) -> Result<Option<String>, Refusal> {
    match update.branding.as_ref().and_then(|branding| branding.get("name")) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) if (1..=200).contains(&name.trim().chars().count()) => {
            Ok(Some(name.trim().to_owned()))
        }
        Some(_) => Err(Refusal::invalid("branding.name", "branding.name must be a text of 1 to 200 characters")),
    }
}

async fn answer(app: &App, application: model::application::Application) -> Answered {
    let uris = callback_uris(app, application.id).await?;
    Ok(reply::data(&Application::render(&application, &uris)))
}

/// Where hosted authentication may return to.
pub async fn callback_uris(app: &App, id: ApplicationId) -> Result<Vec<model::application::CallbackUri>, Refusal> {
    Ok(app.reads().callback_uris(id).await?)
}
