//! Templates: an application's, shared by its grants, and a grant's own.

use api::wording::{RenderedTemplate, Template, TemplateRender, TemplateWrite};
use axum::extract::{FromRequestParts, State};
use engine::wordings::{TemplateUse, WordingEdit, rendered};
use http::request::Parts;
use model::wording::{WordingKind, WordingOwner};

use crate::app::App;
use crate::auth::Admin;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::extract::path::Item;
use crate::mailbox::Mailbox;
use crate::reply;

const KIND: WordingKind = WordingKind::Template;

/// Whose templates the path is about: below a grant the grant's, else the application's.
pub struct Owner(WordingOwner);

impl FromRequestParts<App> for Owner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        if parts.uri.path().starts_with("/v3/grants/") {
            let Mailbox(grant) = Mailbox::from_request_parts(parts, app).await?;
            return Ok(Self(WordingOwner { application_id: grant.application_id, grant_id: Some(grant.id) }));
        }
        let Admin(application_id) = Admin::from_request_parts(parts, app).await?;
        Ok(Self(WordingOwner { application_id, grant_id: None }))
    }
}

/// `GET .../templates`
pub async fn list(State(app): State<App>, Owner(owner): Owner) -> Answered {
    let found = app.reads().wordings(owner, KIND).await?;
    Ok(reply::data(&found.iter().map(Template::render).collect::<Vec<_>>()))
}

/// `POST .../templates`
pub async fn create(State(app): State<App>, Owner(owner): Owner, Json(wish): Json<TemplateWrite>) -> Answered {
    let edit = edit(wish)?;
    let engine = app.engine().clone();
    let made = app.finish(async move { engine.add_wording(owner, KIND, edit).await }).await?;
    Ok(reply::created(&Template::render(&made)))
}

/// `GET .../templates/{template_id}`
pub async fn get(State(app): State<App>, Owner(owner): Owner, Item(id): Item) -> Answered {
    Ok(reply::data(&Template::render(&app.engine().wording(owner, KIND, &id).await?)))
}

/// `PUT .../templates/{template_id}`
pub async fn update(
    State(app): State<App>,
    Owner(owner): Owner,
    Item(id): Item,
    Json(wish): Json<TemplateWrite>,
) -> Answered {
    let edit = edit(wish)?;
    let engine = app.engine().clone();
    let changed = app.finish(async move { engine.update_wording(owner, KIND, &id, edit).await }).await?;
    Ok(reply::data(&Template::render(&changed)))
}

/// `DELETE .../templates/{template_id}`
pub async fn delete(State(app): State<App>, Owner(owner): Owner, Item(id): Item) -> Answered {
    let engine = app.engine().clone();
    app.finish(async move { engine.remove_wording(owner, KIND, &id).await }).await?;
    Ok(reply::deleted())
}

/// `POST .../templates/{template_id}/render`: what a send would make of it. Nothing is sent.
pub async fn render(
    State(app): State<App>,
    Owner(owner): Owner,
    Item(id): Item,
    Json(wish): Json<TemplateRender>,
) -> Answered {
    let template = app.engine().wording(owner, KIND, &id).await?;
    filled(template.subject, template.body, wish).await
}

/// `POST .../templates/render`: as [`render`], of a text that comes along.
pub async fn render_text(Owner(_): Owner, Json(mut wish): Json<TemplateRender>) -> Answered {
    mustache(wish.engine.as_deref())?;
    let body = wish.body.take().ok_or_else(|| Refusal::invalid("body", "body is required: the template's text"))?;
    filled(wish.subject.take().unwrap_or_default(), body, wish).await
}

/// Filling in may take a million steps: not on a thread that serves others.
async fn filled(subject: String, body: String, wish: TemplateRender) -> Answered {
    let given = TemplateUse {
        id: String::new(),
        strict: wish.strict.unwrap_or(true),
        variables: wish.variables.unwrap_or_default(),
    };
    let work = tokio::task::spawn_blocking(move || rendered(&subject, &body, &given)).await;
    let text = work.map_err(|error| model::Fault::internal(error.to_string()))??;
    Ok(reply::data(&RenderedTemplate { subject: text.subject, body: text.body }))
}

fn edit(wish: TemplateWrite) -> Result<WordingEdit, Refusal> {
    mustache(wish.engine.as_deref())?;
    Ok(WordingEdit { name: wish.name, subject: wish.subject, body: wish.body })
}

/// The contract's default engine is the one that is offered.
fn mustache(engine: Option<&str>) -> Result<(), Refusal> {
    match engine {
        None | Some("mustache") => Ok(()),
        Some(other) => {
            let message = format!("engine '{other}' is not offered here; write the template in mustache");
            Err(Refusal::invalid("engine", message))
        }
    }
}
