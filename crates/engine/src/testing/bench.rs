//! The bench: an engine over a real store, with one application, one connector and one grant.

use std::sync::Arc;
use std::time::Duration;

use model::event::EventType;
use model::grant::Grant;
use model::sync::SyncState;
use model::webhook::{Delivery, Webhook, WebhookStatus};
use model::{ApplicationId, GrantId, MessageId, Provider, Timestamp, WebhookId};
use serde_json::json;

use super::world::World;
use crate::connectors::ConnectorEdit;
use crate::seal::Sealer;
use crate::sync::Turn;
use crate::timer::{HandClock, Timer, later};
use crate::webhooks::secret_place;
use crate::{Engine, Parts, Settings};

/// Everything a test needs.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) world: World,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) application: ApplicationId,
    pub(crate) grant: GrantId,
    folder: tempfile::TempDir,
}

impl Bench {
    /// A bench whose grant was just made, and whose mailbox already holds `messages`.
    pub(crate) async fn with(messages: usize) -> Self {
        Self::set(messages, |_| {}).await
    }

    /// As [`Self::with`], with other settings.
    pub(crate) async fn set(messages: usize, change: impl FnOnce(&mut Settings)) -> Self {
        let (timer, clock) = Timer::by_hand("2026-01-05T10:00:00Z".parse().unwrap());
        let world = World::new(clock.clone());
        world.fill(messages);
        clock.advance(Duration::from_secs(60));
        let mut settings = Settings {
            fetch_batch: 10,
            allow_private_webhooks: true,
            allow_http_webhooks: true,
            // In real time: long enough for any machine, since nothing waits for it to end.
            webhook_timeout: Duration::from_secs(60),
            ..Settings::default()
        };
        change(&mut settings);
        let folder = tempfile::tempdir().unwrap();
        let store = store::Store::open(store::Options::at(folder.path().join("test.db"))).await.unwrap();
        let sealer = Sealer::new(vec![("k1".into(), [7; 32])]).unwrap();
        let parts = Parts { store, clock: clock.clone(), timer, sealer, settings };
        let engine = Engine::with_doors(parts, Arc::new(world.clone())).unwrap();
        let application = engine.create_application("Test").await.unwrap().id;
        let connector = json!({ "client_id": "id", "client_secret": "secret" }).as_object().cloned();
        let connector = ConnectorEdit { settings: connector, ..ConnectorEdit::default() };
        engine.create_connector(application, Provider::Google, connector).await.unwrap();
        let mut bench = Self { engine, world, clock, application, grant: GrantId(uuid::Uuid::nil()), folder };
        bench.grant = bench.regrant().await.id;
        bench.clock.advance(Duration::from_secs(1));
        bench
    }

    /// Authenticates (again) with a refresh token the caller holds.
    pub(crate) async fn regrant(&self) -> Grant {
        let settings = json!({ "refresh_token": "refresh-0" }).as_object().cloned().unwrap();
        self.engine.custom_grant(self.application, Provider::Google, settings, None, None).await.unwrap()
    }

    /// The same installation after a restart with other keys.
    pub(crate) async fn restarted(self, keys: Vec<(String, [u8; 32])>) -> Self {
        let Bench { engine, world, clock, application, grant, folder } = self;
        let settings = engine.settings().clone();
        engine.inner.store().close().await.unwrap();
        let timer = engine.inner.parts.timer.clone();
        drop(engine);
        let store = store::Store::open(store::Options::at(folder.path().join("test.db"))).await.unwrap();
        let parts = Parts { store, clock: clock.clone(), timer, sealer: Sealer::new(keys).unwrap(), settings };
        let engine = Engine::with_doors(parts, Arc::new(world.clone())).unwrap();
        Bench { engine, world, clock, application, grant, folder }
    }

    pub(crate) async fn grant(&self) -> Grant {
        self.engine.reads().grant(self.grant).await.unwrap().expect("the grant")
    }

    pub(crate) async fn state(&self) -> SyncState {
        self.engine.reads().sync_state(self.grant).await.unwrap().expect("a sync state")
    }

    /// The next turn of the grant, begun.
    pub(crate) async fn turn(&self) -> Turn {
        let running = self.engine.inner.board.begin(self.grant).expect("no turn under way");
        Turn::new(self.engine.inner.clone(), self.grant().await, self.state().await, running)
    }

    /// Takes one turn of the grant's sync to its end.
    pub(crate) async fn sync(&self) -> SyncState {
        self.turn().await.take().await
    }

    /// Takes a turn, moving the clock on whenever something waits for it.
    pub(crate) async fn sync_through_waits(&self) -> SyncState {
        let turn = self.turn().await.take();
        tokio::select! {
            state = turn => state,
            () = self.keep_moving() => unreachable!(),
        }
    }

    /// Moves the clock to the next instant somebody waits for, again and again.
    pub(crate) async fn keep_moving(&self) {
        loop {
            let next = self.clock.asleep(1).await;
            self.clock.advance_to(next);
            tokio::task::yield_now().await;
        }
    }

    /// The mirror's ids, sorted.
    pub(crate) async fn mirrored(&self) -> Vec<MessageId> {
        let mut ids = self.engine.reads().all_message_ids(self.grant).await.unwrap();
        ids.sort();
        ids
    }

    /// Asserts that the mirror equals the mailbox: ids, placements, bytes.
    pub(crate) async fn assert_equal(&self) {
        let mut expected = self.world.state().ids();
        expected.sort();
        assert_eq!(self.mirrored().await, expected);
        for id in expected {
            let remote = self.world.state().find(&id).cloned().unwrap();
            let held = self.engine.reads().message(self.grant, &id).await.unwrap().unwrap();
            assert_eq!(held.placement, remote.placement, "placement of {id}");
            assert_eq!(self.engine.reads().raw(self.grant, &id).await.unwrap().unwrap(), remote.raw, "bytes of {id}");
        }
    }

    /// A webhook that hears of everything, written past the challenge.
    pub(crate) async fn listen(&self, url: &str, change: impl FnOnce(&mut Webhook)) -> WebhookId {
        let (id, now) = (WebhookId(self.engine.inner.new_id()), self.clock_now());
        let mut webhook = Webhook {
            id,
            application_id: self.application,
            description: None,
            trigger_types: EventType::ALL.to_vec(),
            url: url.to_owned(),
            secret: self.engine.inner.parts.sealer.seal(&secret_place(id), "hush"),
            status: WebhookStatus::Active,
            notification_emails: Vec::new(),
            compressed: false,
            status_updated_at: now,
            created_at: now,
            updated_at: now,
        };
        change(&mut webhook);
        self.engine.inner.store().add_webhook(webhook).await.unwrap();
        id
    }

    /// What was announced to a webhook, oldest first, as (type, object).
    pub(crate) async fn heard(&self, webhook: WebhookId) -> Vec<(EventType, String)> {
        let mut deliveries = self.deliveries(webhook).await;
        deliveries.reverse();
        deliveries.into_iter().map(|one| (one.event.kind, one.event.object_id)).collect()
    }

    pub(crate) async fn deliveries(&self, webhook: WebhookId) -> Vec<Delivery> {
        self.engine.reads().deliveries(webhook, None, 10_000).await.unwrap()
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.engine.now()
    }

    /// The instant `seconds` from now.
    pub(crate) fn in_seconds(&self, seconds: u64) -> Timestamp {
        later(self.clock_now(), Duration::from_secs(seconds))
    }
}
