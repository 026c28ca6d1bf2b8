//! Application, API key, connectors and grants of a demo: made the first time, found again later.

use engine::connectors::ConnectorEdit;
use model::grant::Grant;
use model::secret::ExposeSecret as _;
use model::sync::{SyncPhase, SyncState};
use model::{ApplicationId, Provider};
use serde_json::{Map, json};

use super::kept::Kept;
use crate::config::Config;
use crate::wiring::House;
use crate::wiring::stand_in::{App, Filling};

/// Where an application under development usually waits for its users.
const CALLBACK: &str = "http://localhost:3000/callback";
/// What the pages call the application, ours and the sandbox's.
const NAME: &str = "Postroad demo";
const TOPIC: &str = "projects/postroad-demo/topics/gmail";

/// Makes sure that everything is there; returns the grants in the order of the mailboxes.
pub(super) async fn connect(
    house: &House,
    world: &sandbox::World,
    config: &Config,
    kept: &mut Kept,
    fillings: &[Filling],
) -> anyhow::Result<Vec<Grant>> {
    let application = application(house, kept).await?;
    if let Some(sandbox) = &kept.sandbox_url {
        callback(house, application, &landing(sandbox)).await?;
    }
    api_key(house, kept, application).await?;
    for app in App::ALL {
        world.name_client(app.client_id, NAME);
        connector(house, application, app).await?;
    }
    // Pub/Sub would be told this address in Google's console.
    let push = format!("{}/v3/push/google?token={}", config.server.public_url, kept.push_token);
    world.set_push_endpoint(TOPIC, &push);
    let mut grants = Vec::new();
    for filling in fillings {
        grants.push(grant(house, world, application, filling).await?);
    }
    Ok(grants)
}

async fn application(house: &House, kept: &mut Kept) -> anyhow::Result<ApplicationId> {
    if let Some(id) = kept.application_id
        && house.store.application(id).await?.is_some()
    {
        return Ok(id);
    }
    let made = house.engine.create_application(NAME).await?;
    callback(house, made.id, CALLBACK).await?;
    kept.application_id = Some(made.id);
    kept.api_key = None;
    Ok(made.id)
}

/// The sandbox's page in an application's place.
pub(super) fn landing(sandbox_url: &str) -> String {
    format!("{sandbox_url}/_sandbox/landing")
}

/// Makes sure that browsers may be sent there; the sandbox's address can be another one at each start.
async fn callback(house: &House, application: ApplicationId, url: &str) -> anyhow::Result<()> {
    let known = house.store.callback_uris(application).await?;
    if !known.iter().any(|known| known.url == url) {
        house.engine.add_callback_uri(application, url, Some("web".into()), json!({})).await?;
    }
    Ok(())
}

async fn api_key(house: &House, kept: &mut Kept, application: ApplicationId) -> anyhow::Result<()> {
    if let Some(text) = &kept.api_key
        && house.engine.authenticate_api_key(text).await?.is_some_and(|key| key.application_id == application)
    {
        return Ok(());
    }
    let (_, text) = house.engine.create_api_key(application, "demo", None).await?;
    kept.api_key = Some(text.expose_secret().to_owned());
    Ok(())
}

async fn connector(house: &House, application: ApplicationId, app: App) -> anyhow::Result<()> {
    if house.store.connector(application, app.provider).await?.is_some() {
        return Ok(());
    }
    let mut settings = Map::from_iter([
        ("client_id".to_owned(), json!(app.client_id)),
        ("client_secret".to_owned(), json!(app.client_secret)),
    ]);
    if app.provider == Provider::Google {
        settings.insert("topic_name".to_owned(), json!(TOPIC));
    }
    let edit = ConnectorEdit {
        name: Some("Sandbox".into()),
        settings: Some(settings),
        scopes: Some(app.scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        active_credential_id: None,
    };
    house.engine.create_connector(application, app.provider, edit).await?;
    Ok(())
}

async fn grant(
    house: &House,
    world: &sandbox::World,
    application: ApplicationId,
    filling: &Filling,
) -> anyhow::Result<Grant> {
    let earlier = house.store.grant_by_email(application, &filling.email).await?;
    let app = App::of(filling);
    let token = world.issue_refresh_token(&filling.email, app.client_id, app.scopes);
    let settings = Map::from_iter([("refresh_token".to_owned(), json!(token))]);
    let grant = house.engine.custom_grant(application, app.provider, settings, None, None).await?;
    if earlier.is_some() {
        reconcile(house, &grant).await?;
    }
    Ok(grant)
}

/// The sandbox forgot the earlier run, its history included: the mirror is compared with the mailbox as it is now, and
/// whoever told of changes then tells of none any more.
async fn reconcile(house: &House, grant: &Grant) -> anyhow::Result<()> {
    if let Some(watch) = house.store.watch(grant.id).await? {
        house.store.remove_watch(grant.id, watch.handle).await?;
    }
    let Some(state) = house.store.sync_state(grant.id).await? else { return Ok(()) };
    let state = SyncState {
        phase: SyncPhase::Resync,
        cursor: None,
        backfill_token: None,
        next_at: house.engine.now(),
        failures: 0,
        ..state
    };
    Ok(house.store.set_sync_state(grant.id, state).await?)
}
