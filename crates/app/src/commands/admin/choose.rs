//! Finding what a command is about, with an error that says what there is.

use model::application::Application;
use model::grant::Grant;
use model::webhook::Webhook;
use model::{ApplicationId, GrantId, WebhookId};

use super::ForApplication;
use crate::wiring::House;

/// The application named, or the only one there is.
pub(super) async fn application(house: &House, asked: ForApplication) -> anyhow::Result<Application> {
    if let Some(id) = asked.application {
        return application_by_id(house, id).await;
    }
    let mut all = house.store.applications().await?;
    match all.len() {
        0 => {
            anyhow::bail!("there is no application yet; make one with `postroad admin application create --name NAME`")
        }
        1 => Ok(all.remove(0)),
        _ => {
            let names: Vec<_> = all.iter().map(|a| format!("\n  {}  {}", a.id, a.name)).collect();
            anyhow::bail!("there is more than one application; name one with --application ID:{}", names.concat())
        }
    }
}

/// The application with an id.
pub(super) async fn application_by_id(house: &House, id: uuid::Uuid) -> anyhow::Result<Application> {
    let found = house.store.application(ApplicationId(id)).await?;
    found.ok_or_else(|| anyhow::anyhow!("no application {id}; `postroad admin application list` shows those there are"))
}

/// A grant by id, or by address within the application.
pub(in crate::commands) async fn grant(house: &House, asked: ForApplication, name: &str) -> anyhow::Result<Grant> {
    let found = match name.parse::<GrantId>() {
        Ok(id) => house.store.grant(id).await?,
        Err(_) => house.store.grant_by_email(application(house, asked).await?.id, name).await?,
    };
    found.ok_or_else(|| anyhow::anyhow!("no grant {name}; `postroad admin grant list` shows those there are"))
}

/// A webhook by id.
pub(super) async fn webhook(house: &House, id: uuid::Uuid) -> anyhow::Result<Webhook> {
    let found = house.store.webhook(WebhookId(id)).await?;
    found.ok_or_else(|| anyhow::anyhow!("no webhook {id}; `postroad admin webhook list` shows those there are"))
}
