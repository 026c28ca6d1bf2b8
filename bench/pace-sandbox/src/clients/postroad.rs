//! Postroad: the engine with its gate, its sync and its Gmail client, over a database of its own. Nothing of it is replaced but
//! the clock, which is the sandbox's.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use engine::connectors::ConnectorEdit;
use engine::seal::Sealer;
use engine::settings::QuotaSettings;
use engine::timer::Timer;
use engine::{Engine, Parts, Settings};
use model::grant::Grant;
use model::quota::{Allowance, Dimension, Level};
use model::{MessageId, Provider};
use serde_json::json;
use store::Store;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Client;
use crate::cell::Cell;
use crate::clock::Shared;
use crate::stage::{SCOPES, Stage};

/// Between two looks whether everything is there, in the machine's time.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The client.
pub struct Postroad {
    stage: Arc<Stage>,
    engine: Engine,
    store: Store,
    grants: Vec<(Grant, Vec<MessageId>)>,
    stop: CancellationToken,
    background: Mutex<Option<JoinHandle<()>>>,
    _folder: tempfile::TempDir,
}

impl Postroad {
    pub async fn ready(cell: &Cell, stage: Arc<Stage>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(store::Options::at(folder.path().join("postroad.db"))).await?;
        let clock = Arc::new(Shared(stage.clock.clone()));
        let parts = Parts {
            store: store.clone(),
            clock: clock.clone(),
            timer: Timer::with(clock),
            sealer: Sealer::new(vec![("bench".into(), [7; 32])])?,
            settings: settings(cell, &stage.sandbox.url()),
        };
        let engine = Engine::new(parts)?;
        let mut grants = Vec::new();
        let application = engine.create_application("Bench").await?.id;
        let settings =
            json!({ "client_id": sandbox::DEFAULT_CLIENT_ID, "client_secret": sandbox::DEFAULT_CLIENT_SECRET });
        let edit = ConnectorEdit { settings: settings.as_object().cloned(), ..ConnectorEdit::default() };
        engine.create_connector(application, Provider::Google, edit).await?;
        for email in &stage.mailboxes {
            let token = stage.sandbox.world().issue_refresh_token(email, sandbox::DEFAULT_CLIENT_ID, &SCOPES);
            let settings = json!({ "refresh_token": token }).as_object().cloned().unwrap_or_default();
            let grant = engine.custom_grant(application, Provider::Google, settings, None, None).await?;
            let ids = stage.ids(email)?.into_iter().map(MessageId::from).collect();
            grants.push((grant, ids));
        }
        let (stop, background) = (CancellationToken::new(), Mutex::default());
        Ok(Self { stage, engine, store, grants, stop, background, _folder: folder })
    }

    /// Whether a mailbox's messages are all there. Cheap while they cannot be.
    async fn is_mirrored(&self, grant: &Grant, ids: &[MessageId]) -> anyhow::Result<bool> {
        let state = self.store.sync_state(grant.id).await?.context("the grant has no sync state")?;
        // Reads bring messages, too, and are not counted there.
        if state.mirrored + (self.stage.reads.len() as u64) < ids.len() as u64 {
            return Ok(false);
        }
        Ok(self.store.missing(grant.id, ids.to_vec()).await?.is_empty())
    }
}

fn settings(cell: &Cell, sandbox: &str) -> Settings {
    let mut settings = Settings::default();
    let google = &mut settings.endpoints.google;
    google.gmail = sandbox.to_owned();
    google.authorize = format!("{sandbox}/o/oauth2/v2/auth");
    google.token = format!("{sandbox}/token");
    google.revoke = format!("{sandbox}/revoke");
    google.userinfo = format!("{sandbox}/v1/userinfo");
    let project = Allowance {
        level: Level::Project,
        dimension: Dimension::Units,
        amount: u64::from(cell.regime.user_limit),
        per: Duration::from_secs(60),
    };
    let allowances = if cell.workload.one_for_all { vec![project] } else { Vec::new() };
    settings.quota = QuotaSettings { regime: Some(cell.regime.engine), allowances, ..QuotaSettings::default() };
    settings
}

#[async_trait]
impl Client for Postroad {
    async fn backfill(&self) -> anyhow::Result<()> {
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        *self.background.lock().await = Some(tokio::spawn(async move { engine.run(stop).await }));
        for (grant, ids) in &self.grants {
            while !self.is_mirrored(grant, ids).await? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(())
    }

    async fn read(&self, id: &str) -> bool {
        let read = self.engine.read_through(&self.grants[0].0, &MessageId::from(id)).await;
        matches!(read, Ok(Some(_)))
    }

    fn readers(&self) -> usize {
        // Every request to Postroad is served at once; how many calls go out, the gate decides.
        1_000
    }

    async fn fetched(&self) -> anyhow::Result<u64> {
        let mut held = 0;
        for (grant, ids) in &self.grants {
            held += (ids.len() - self.store.missing(grant.id, ids.clone()).await?.len()) as u64;
        }
        Ok(held)
    }

    async fn stop(&self) {
        self.stop.cancel();
        if let Some(background) = self.background.lock().await.take() {
            let _ = background.await;
        }
    }
}
