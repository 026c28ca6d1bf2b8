//! A mailbox at the sandbox's Microsoft, and an engine for it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use engine::connectors::ConnectorEdit;
use engine::doors::Wire;
use engine::seal::Sealer;
use engine::settings::QuotaSettings;
use engine::timer::Timer;
use engine::{Engine, Parts, Settings};
use model::grant::Grant;
use model::quota::{Allowance, Dimension, Level};
use model::sync::SyncPhase;
use model::{MessageId, Provider};
use sandbox::clock::Clock;
use sandbox::{GraphQuotas, Options, Sandbox};
use serde_json::{Map, json};
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Asked;
use super::by_hand::{Asleep, Hand};
use super::doors::Ways;
use crate::clock::Shared;
use crate::stage::letters;

const ADDRESS: &str = "bench@contoso.test";
const SCOPES: &[&str] = &["Mail.ReadWrite", "Mail.Send", "User.Read"];
/// Between two looks, in the machine's time.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Who takes longer, in the machine's time, has failed.
pub const PATIENCE: Duration = Duration::from_secs(600);
/// One message in so many lies in a folder of somebody's own.
const ELSEWHERE: usize = 20;

/// Both, on one clock.
pub struct House {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub token: String,
    pub engine: Engine,
    pub grant: Grant,
    pub store: Store,
    stop: CancellationToken,
    hand: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl House {
    /// With the limits asked for.
    pub async fn open(asked: &Asked) -> anyhow::Result<Self> {
        let usual = GraphQuotas::default();
        Self::under(asked, GraphQuotas { requests: asked.requests, concurrency: asked.concurrency, ..usual }).await
    }

    /// With other limits. Postroad is told all of them but how many calls may be under way.
    pub async fn under(asked: &Asked, limits: GraphQuotas) -> anyhow::Result<Self> {
        let clock = Clock::running_at(asked.speed);
        clock.freeze(None);
        let sandbox = sandbox::start(options(asked, &limits, &clock)).await.context("starting the sandbox")?;
        let world = sandbox.world().clone();
        world.add_microsoft_mailbox(ADDRESS, "Bench");
        let (seed, count, folders) = (asked.seed, asked.messages, asked.folders);
        tokio::task::spawn_blocking(move || world.seed(ADDRESS, mail(seed, count, folders))).await??;
        let token = sandbox.world().issue_graph_token(ADDRESS, sandbox::DEFAULT_APP_ID, SCOPES);
        let token = token.context("the sandbox gives no token")?;
        let folder = tempfile::tempdir()?;
        let store = Store::open(store::Options::at(folder.path().join("postroad.db"))).await?;
        let hand = Hand::on(clock.clone());
        let engine = engine(asked, &limits, (&sandbox, &store), (&clock, &hand), &token)?;
        let grant = connected(&engine).await?;
        sandbox.world().graph_meter().forget();
        let by_hand = asked.by_hand;
        let hand = by_hand.then(|| tokio::spawn(async move { hand.drive().await }));
        if !by_hand {
            clock.run();
        }
        let stop = CancellationToken::new();
        Ok(Self { sandbox, clock, token, engine, grant, store, stop, hand, _folder: folder })
    }

    /// Lets the engine work; returns when the mailbox is followed live.
    pub async fn sync(&self) -> anyhow::Result<()> {
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        tokio::spawn(async move { engine.run(stop).await });
        let live = async {
            let mut looks = tokio::time::interval(LOOK_EVERY);
            loop {
                looks.tick().await;
                let state = self.store.sync_state(self.grant.id).await?;
                if state.is_some_and(|state| state.phase == SyncPhase::Live) {
                    return anyhow::Ok(());
                }
            }
        };
        tokio::time::timeout(PATIENCE, live).await.context("the first sync does not end")?
    }

    /// Whether every message of the mailbox is in the mirror.
    pub async fn holds_everything(&self) -> anyhow::Result<bool> {
        let kept = self.sandbox.world().snapshot(ADDRESS)?;
        let ids = kept.into_iter().map(|kept| MessageId::from(kept.id)).collect();
        Ok(self.store.missing(self.grant.id, ids).await?.is_empty())
    }

    pub async fn close(self) {
        self.stop.cancel();
        self.hand.iter().for_each(JoinHandle::abort);
    }
}

fn options(asked: &Asked, limits: &GraphQuotas, clock: &Clock) -> Options {
    let latency_ms = if asked.by_hand { 0 } else { asked.latency_ms };
    let limits = GraphQuotas { latency_ms, ..limits.clone() };
    Options {
        listen: ([127, 0, 0, 1], 0).into(),
        seed: asked.seed,
        access_token_lifetime: Duration::from_secs(72 * 3600),
        graph_quotas: Some(limits),
        clock: clock.clone(),
        ..Options::default()
    }
}

fn mail(seed: u64, count: u32, folders: u32) -> Vec<sandbox::world::SeedMessage> {
    let mut letters = letters(ADDRESS, seed, count);
    if folders > 0 {
        for (number, letter) in letters.iter_mut().step_by(ELSEWHERE).enumerate() {
            letter.labels = vec![format!("Folder {}", number % folders as usize)];
        }
    }
    letters
}

fn engine(
    asked: &Asked,
    limits: &GraphQuotas,
    (sandbox, store): (&Sandbox, &Store),
    (clock, hand): (&Clock, &Arc<Hand>),
    token: &str,
) -> anyhow::Result<Engine> {
    let mut settings = Settings::default();
    settings.endpoints.microsoft.graph = format!("{}/v1.0", sandbox.url());
    settings.quota = QuotaSettings { allowances: allowances(limits), ..QuotaSettings::default() };
    let shared = Arc::new(Shared(clock.clone()));
    let timer = if asked.by_hand { Timer::with(Arc::new(Asleep(hand.clone()))) } else { Timer::with(shared.clone()) };
    let wire = Wire::new(settings.endpoints.clone(), shared.clone(), settings.provider_timeout)?;
    let sealer = Sealer::new(vec![("bench".into(), [7; 32])])?;
    let parts = Parts { store: store.clone(), clock: shared, timer, sealer, settings };
    let ways = Ways::new(wire, token.to_owned(), ADDRESS.to_owned(), hand.clone());
    Ok(Engine::with_doors(parts, Arc::new(ways))?)
}

/// Of the same lengths as the published ones, in whose stead they are.
fn allowances(limits: &GraphQuotas) -> Vec<Allowance> {
    let allow =
        |level, dimension, amount, seconds| Allowance { level, dimension, amount, per: Duration::from_secs(seconds) };
    vec![
        allow(Level::ProjectMailbox, Dimension::Requests, u64::from(limits.requests), 600),
        allow(Level::ProjectMailbox, Dimension::BytesUp, limits.upload_bytes, 300),
        allow(Level::Mailbox, Dimension::Messages, u64::from(limits.sends_per_minute), 60),
        allow(Level::Mailbox, Dimension::Recipients, u64::from(limits.recipients_per_day), 24 * 3600),
    ]
}

async fn connected(engine: &Engine) -> anyhow::Result<Grant> {
    let application = engine.create_application("Bench").await?.id;
    let settings = Map::from_iter([("client_id", "c"), ("client_secret", "s")].map(|(k, v)| (k.to_owned(), json!(v))));
    let edit = ConnectorEdit { settings: Some(settings), ..ConnectorEdit::default() };
    engine.create_connector(application, Provider::Microsoft, edit).await?;
    let brought = Map::from_iter([("refresh_token".to_owned(), json!("brought"))]);
    Ok(engine.custom_grant(application, Provider::Microsoft, brought, None, None).await?)
}
