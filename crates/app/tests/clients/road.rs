//! Through the engine: first sync, live sync, edits, a send through the outbox, a lost cursor. From one body.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::connectors::ConnectorEdit;
use engine::doors::{Doors, Wire};
use engine::timer::Timer;
use engine::{Engine, Parts};
use model::folder::FolderEdit;
use model::grant::Grant;
use model::message::{MessageEdit, Placement};
use model::secret::SecretString;
use model::sync::SyncPhase;
use model::{MessageId, Provider, Timestamp};
use postroad::clock::SystemClock;
use postroad::{config, wiring};
use providers::{Authorization, Identity, Meter, OauthClient, ProviderClient, Registration, Result, Tokens};
use serde_json::{Map, json};
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::over_all;
use crate::stage::Stage;

over_all!(
    the_mirror_follows_the_mailbox,
    what_is_sent_arrives_once,
    a_draft_written_in_another_program_is_read_again_until_it_is_sent,
    mail_goes_with_a_folder_that_another_program_deletes,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_for_mail_alone_is_enough() {
    the_mirror_follows_the_mailbox(Stage::microsoft_for(&["Mail.ReadWrite", "Mail.Send"]).await).await;
}

/// An identity platform that always gives the stage's token.
struct Passport {
    token: String,
    address: &'static str,
    scopes: Vec<String>,
}

#[async_trait]
impl OauthClient for Passport {
    fn authorize_url(&self, _: &Authorization) -> String {
        String::new()
    }

    async fn exchange(&self, _: &str, _: &str, _: &str) -> Result<Tokens> {
        self.refresh(&SecretString::from("brought".to_owned()), None).await
    }

    async fn refresh(&self, _: &SecretString, _: Option<&str>) -> Result<Tokens> {
        Ok(Tokens {
            access_token: SecretString::from(self.token.clone()),
            expires_at: Timestamp::MAX,
            refresh_token: None,
            id_token: None,
            scopes: Some(self.scopes.clone()),
        })
    }

    async fn revoke(&self, _: &SecretString) -> Result<()> {
        Ok(())
    }

    async fn identity(&self, _: &Tokens) -> Result<Identity> {
        Ok(Identity { subject: self.address.into(), email: self.address.into(), name: None })
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &[]
    }
}

/// The real mailboxes of the sandbox, behind that platform.
struct Ways {
    wire: Wire,
    token: String,
    address: &'static str,
}

impl Doors for Ways {
    fn mailbox(
        &self,
        provider: Provider,
        token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        self.wire.mailbox(provider, token, meter)
    }

    fn platform(&self, _: Provider, _: Registration) -> Result<Box<dyn OauthClient>> {
        Ok(Box::new(Passport { token: self.token.clone(), address: self.address, scopes: vec!["mail".into()] }))
    }
}

/// An engine at work on the stage's mailbox.
struct Road {
    stage: Stage,
    engine: Engine,
    store: Store,
    grant: Grant,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Road {
    async fn open(stage: Stage) -> Self {
        wiring::install_cryptography();
        let folder = tempfile::tempdir().unwrap();
        let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
        let variables = [
            set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
            set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
            set("SYNC__POLL_INTERVAL", "1s"),
            set("QUOTA__KEEP_TO_PUBLISHED", "false"),
            set("GOOGLE__GMAIL_URL", &stage.sandbox.url()),
            set("MICROSOFT__GRAPH_URL", &format!("{}/v1.0", stage.sandbox.url())),
        ];
        let config = config::load(None, &variables).unwrap().config;
        let store = Store::open(wiring::store_options(&config)).await.unwrap();
        let settings = wiring::engine_settings(&config);
        let clock = Arc::new(SystemClock);
        let wire = Wire::new(settings.endpoints.clone(), clock.clone(), settings.provider_timeout).unwrap();
        let sealer = wiring::sealer(&config).unwrap();
        let made = Parts { store: store.clone(), clock, timer: Timer::system(), sealer, settings };
        let ways = Ways { wire, token: stage.token.clone(), address: stage.address };
        let engine = Engine::with_doors(made, Arc::new(ways)).unwrap();
        let grant = connected(&engine, stage.provider).await;
        let stop = CancellationToken::new();
        tokio::spawn({
            let (engine, stop) = (engine.clone(), stop.clone());
            async move { engine.run(stop).await }
        });
        Self { stage, engine, store, grant, stop, _folder: folder }
    }

    /// Waits until the mirror holds what the mailbox holds, byte for byte.
    async fn same(&self, when: &str) {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let waiting = async {
            while self.mirrored().await != self.stage.held(self.stage.address) || !self.is_live().await {
                ticks.tick().await;
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        let held: Vec<String> = self.stage.held(self.stage.address).into_keys().collect();
        let mirrored: Vec<String> = self.mirrored().await.into_keys().collect();
        assert!(came.is_ok(), "{when}: the mailbox has {held:?}, the mirror {mirrored:?}");
    }

    /// Waits until a mirrored message lies as it should.
    async fn placed(&self, id: &MessageId, right: impl Fn(&Placement) -> bool) {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let waiting = async {
            loop {
                let message = self.store.message(self.grant.id, id).await.unwrap();
                if message.is_some_and(|message| right(&message.placement)) && self.is_live().await {
                    return;
                }
                ticks.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it never lies there");
    }

    async fn is_live(&self) -> bool {
        let state = self.store.sync_state(self.grant.id).await.unwrap();
        state.is_some_and(|state| state.phase == SyncPhase::Live)
    }

    async fn mirrored(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for id in self.store.all_message_ids(self.grant.id).await.unwrap() {
            if let Some(raw) = self.store.raw(self.grant.id, &id).await.unwrap() {
                all.insert(id.0, raw);
            }
        }
        all
    }
}

async fn connected(engine: &Engine, provider: Provider) -> Grant {
    let application = engine.create_application("road").await.unwrap().id;
    let settings = Map::from_iter([("client_id", "c"), ("client_secret", "s")].map(|(k, v)| (k.to_owned(), json!(v))));
    let edit = ConnectorEdit { settings: Some(settings), ..ConnectorEdit::default() };
    engine.create_connector(application, provider, edit).await.unwrap();
    let brought = Map::from_iter([("refresh_token".to_owned(), json!("brought"))]);
    engine.custom_grant(application, provider, brought, None, None).await.unwrap()
}

async fn the_mirror_follows_the_mailbox(stage: Stage) {
    let before: Vec<_> = (0..30).map(|i| stage.arrive(&format!("before{i}"))).collect();
    let road = Road::open(stage).await;
    road.same("after the first sync").await;
    road.stage.arrive("new");
    road.same("after new mail").await;
    let edit = MessageEdit { unread: Some(false), starred: Some(true), ..MessageEdit::default() };
    let edited = road.engine.update_message(&road.grant, &before[0], edit, None).await.unwrap();
    assert!(edited.message.placement.starred && !edited.message.placement.unread);
    let work = FolderEdit { name: Some("Work".into()), ..FolderEdit::default() };
    let work = road.engine.create_folder(&road.grant, work).await.unwrap().folder.id;
    let edit = MessageEdit { folders: Some(vec![work.clone()]), ..MessageEdit::default() };
    let moved = road.engine.update_message(&road.grant, &before[1], edit, None).await.unwrap();
    assert!(moved.message.placement.folders.contains(&work));
    road.engine.delete_message(&road.grant, &before[2], false).await.unwrap();
    road.stage.sandbox.world().remove(road.stage.address, &before[3].0).unwrap();
    road.same("after changes").await;
    assert!(road.store.message(road.grant.id, &before[1]).await.unwrap().unwrap().placement.folders.contains(&work));
    assert!(road.store.message(road.grant.id, &before[2]).await.unwrap().unwrap().placement.hidden);
    road.stage.sandbox.world().expire_history(road.stage.address).unwrap();
    road.stage.sandbox.world().remove(road.stage.address, &before[4].0).unwrap();
    road.stage.arrive("later");
    road.same("after a lost cursor").await;
    road.stop.cancel();
}

async fn what_is_sent_arrives_once(stage: Stage) {
    let road = Road::open(stage).await;
    road.same("of nothing").await;
    let mut composition = engine::messages::Composition::default();
    composition.outgoing.to = vec![model::Address::bare(road.stage.friend)];
    composition.outgoing.subject = "Through the outbox".into();
    let sent = road.engine.send_message(&road.grant, composition, engine::outbox::Wish::default()).await.unwrap();
    drop(sent);
    road.same("after a send").await;
    let arrived: Vec<Vec<u8>> = road.stage.held(road.stage.friend).into_values().collect();
    assert_eq!(arrived.len(), 1);
    assert!(String::from_utf8_lossy(&arrived[0]).contains("Through the outbox"));
    assert_eq!(road.mirrored().await.len(), 1, "the sent copy, and no draft");
    road.stop.cancel();
}

fn written(stage: &Stage, text: &str) -> bytes::Bytes {
    let head =
        format!("From: {}\r\nTo: {}\r\nSubject: Plans\r\nMessage-ID: <plans@x.test>\r\n", stage.address, stage.friend);
    format!("{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n").into()
}

async fn a_draft_written_in_another_program_is_read_again_until_it_is_sent(stage: Stage) {
    let road = Road::open(stage).await;
    road.same("of nothing").await;
    let elsewhere = &road.stage.client;
    let draft = elsewhere.create_draft(written(&road.stage, "H"), None).await.unwrap().draft_id.unwrap();
    road.same("with the first word").await;
    elsewhere.update_draft(&draft, written(&road.stage, "Hello"), None).await.unwrap();
    road.same("with the second").await;
    elsewhere.update_draft(&draft, written(&road.stage, "Hello Bob, at noon."), None).await.unwrap();
    elsewhere.send_draft(&draft, 1).await.unwrap();
    road.same("once it was sent").await;
    let mirrored: Vec<Vec<u8>> = road.mirrored().await.into_values().collect();
    assert!(mirrored.len() == 1 && String::from_utf8_lossy(&mirrored[0]).contains("at noon"));
    road.stop.cancel();
}

async fn mail_goes_with_a_folder_that_another_program_deletes(stage: Stage) {
    let message = stage.arrive("filed");
    let road = Road::open(stage).await;
    road.same("after the first sync").await;
    let work = FolderEdit { name: Some("Work".into()), ..FolderEdit::default() };
    let work = road.engine.create_folder(&road.grant, work).await.unwrap().folder.id;
    let edit = MessageEdit { folders: Some(vec![work.clone()]), ..MessageEdit::default() };
    road.engine.update_message(&road.grant, &message, edit, None).await.unwrap();
    road.stage.arrive("later");
    road.same("with the folder").await;
    road.stage.client.delete_folder(&work).await.unwrap();
    // A label goes and leaves its mail; a folder goes into the trash with it.
    road.placed(&message, |placement| placement.hidden || !placement.folders.contains(&work)).await;
    road.same("without the folder").await;
    road.stop.cancel();
}
