//! Changes that Microsoft tells by itself, with clocks that are moved by hand, never as far as a poll unless a test says so.

use std::sync::Arc;
use std::time::Duration;

use engine::connectors::ConnectorEdit;
use engine::timer::{HandClock, Timer};
use engine::{Engine, Parts};
use model::grant::Grant;
use model::sync::{SyncPhase, SyncState};
use model::{Clock as _, Provider, Timestamp};
use postroad::config;
use postroad::wiring::{self, House, Serving, install_cryptography};
use serde_json::{Value, json};

use crate::receiver::Receiver;

pub const ADELE: &str = "adele@contoso.test";
/// Only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a subscription is asked for.
const LIFE: Duration = Duration::from_secs(4_200 * 60);

fn start() -> Timestamp {
    "2026-09-21T12:00:00Z".parse().unwrap()
}

/// A server and a sandbox by the same hand, and a webhook that hears of new mail.
pub struct Post {
    pub sandbox: sandbox::Sandbox,
    clock: Arc<HandClock>,
    serving: Serving,
    receiver: Receiver,
    pub grant: Grant,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Post {
    pub async fn open() -> Self {
        install_cryptography();
        let (listen, hand) = (([127, 0, 0, 1], 0).into(), sandbox::clock::Clock::frozen(start()));
        let options = sandbox::Options { listen, clock: hand, ..Default::default() };
        let sandbox = sandbox::start(options).await.unwrap();
        sandbox.world().add_microsoft_mailbox(ADELE, "Adele Vance");
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let config = configuration(&folder, &public_url, &sandbox.url());
        let (timer, clock) = Timer::by_hand(start());
        let store = store::Store::open(wiring::store_options(&config)).await.unwrap();
        let (sealer, settings) = (wiring::sealer(&config).unwrap(), wiring::engine_settings(&config));
        let parts = Parts { store: store.clone(), clock: clock.clone(), timer, sealer, settings };
        let engine = Engine::new(parts).unwrap();
        let serving = Serving::start(House::of(store, engine), listener, &config).unwrap();
        let receiver = Receiver::listen().await;
        let grant = connect(&serving.house().engine, &sandbox, &receiver).await;
        let post = Self { sandbox, clock, serving, receiver, grant, http: reqwest::Client::new(), _folder: folder };
        until("the mirror is live", async || post.state().await.phase == SyncPhase::Live).await;
        post
    }

    /// Mail arrives at Microsoft.
    fn arrive(&self, subject: &str) {
        let raw = format!(
            "From: ben@example.com\r\nTo: {ADELE}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\nHi\r\n"
        );
        self.sandbox.world().deliver("ben@example.com", ADELE, raw.as_bytes()).unwrap();
    }

    /// Subjects of the new mail that the webhook heard of.
    fn heard(&self) -> Vec<String> {
        let got = self.receiver.got("hook").into_iter();
        got.map(|event| event["data"]["object"]["subject"].as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn hears(&self, subjects: &[&str]) {
        until(&format!("the webhook heard of {subjects:?}"), async || self.heard() == subjects).await;
    }

    /// The subscription at Microsoft, the only one.
    pub async fn subscription(&self) -> Option<Value> {
        let told: Value = self.http.get(self.control()).send().await.unwrap().json().await.unwrap();
        let all = told["subscriptions"].as_array().unwrap();
        assert!(all.len() < 2, "{all:?}");
        all.first().cloned()
    }

    /// Waits for a subscription with an id other than this one.
    async fn another_than(&self, id: &Value) -> Value {
        let is_another = async || self.subscription().await.is_some_and(|one| one["id"] != *id);
        until("there is another subscription", is_another).await;
        self.subscription().await.unwrap()
    }

    pub async fn steer(&self, body: Value) {
        self.tell(&self.control(), &body).await;
    }

    /// Adds a rule to the sandbox's fault plan.
    pub async fn fault(&self, rule: &Value) {
        self.tell(&format!("{}/_sandbox/faults", self.sandbox.url()), rule).await;
    }

    async fn tell(&self, url: &str, body: &Value) {
        let told = self.http.post(url).json(body).send().await.unwrap();
        assert!(told.status().is_success(), "{}", told.text().await.unwrap());
    }

    fn control(&self) -> String {
        format!("{}/_sandbox/graph/subscriptions", self.sandbox.url())
    }

    pub fn store(&self) -> &store::Store {
        &self.serving.house().store
    }

    pub fn engine(&self) -> &Engine {
        &self.serving.house().engine
    }

    /// How far sync is.
    pub async fn state(&self) -> SyncState {
        self.store().sync_state(self.grant.id).await.unwrap().expect("it is synced")
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time passes, there and here.
    pub fn pass(&self, time: Duration) {
        self.sandbox.world().clock().advance(time);
        self.clock.advance(time);
    }

    /// When a subscription made or renewed now ends.
    fn an_end(&self) -> String {
        (self.sandbox.world().clock().now() + LIFE).to_string()
    }

    pub async fn end(self) {
        self.serving.drain(Duration::from_secs(10)).await.unwrap();
        self.sandbox.shutdown().await;
    }
}

async fn connect(engine: &Engine, sandbox: &sandbox::Sandbox, receiver: &Receiver) -> Grant {
    let application = engine.create_application("pushed").await.unwrap().id;
    let settings = json!({ "client_id": sandbox::DEFAULT_APP_ID, "client_secret": sandbox::DEFAULT_APP_SECRET });
    let edit = ConnectorEdit { settings: settings.as_object().cloned(), ..ConnectorEdit::default() };
    engine.create_connector(application, Provider::Microsoft, edit).await.unwrap();
    let hook = engine::webhooks::WebhookEdit {
        url: Some(receiver.url("hook")),
        trigger_types: Some(vec![model::event::EventType::MessageCreated]),
        ..Default::default()
    };
    engine.create_webhook(application, hook).await.unwrap();
    let scopes = ["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"];
    let token = sandbox.world().issue_refresh_token(ADELE, sandbox::DEFAULT_APP_ID, &scopes);
    let brought = json!({ "refresh_token": token }).as_object().cloned().unwrap();
    engine.custom_grant(application, Provider::Microsoft, brought, None, None).await.unwrap()
}

fn configuration(folder: &tempfile::TempDir, public_url: &str, sandbox: &str) -> config::Config {
    let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
    let variables = [
        set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
        set("SERVER__PUBLIC_URL", public_url),
        set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
        set("WEBHOOKS__ALLOW_PRIVATE", "true"),
        set("WEBHOOKS__ALLOW_HTTP", "true"),
        set("MICROSOFT__GRAPH_URL", &format!("{sandbox}/v1.0")),
        set("MICROSOFT__AUTHORITY_URL", sandbox),
    ];
    config::load(None, &variables).unwrap().config
}

/// Waits until `reached` says so.
pub async fn until(what: &str, reached: impl AsyncFn() -> bool) {
    let waiting = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while !reached().await {
            ticks.tick().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited in vain until {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_mail_is_heard_of_before_any_poll() {
    let post = Post::open().await;
    let subscription = post.subscription().await.expect("a subscription");
    assert_eq!(subscription["resource"], "me/messages");
    assert_eq!(subscription["change_type"], "created,updated,deleted");
    assert_eq!(subscription["expires_at"], json!(post.an_end()));
    // What is as old as the grant is no news.
    post.pass(Duration::from_secs(1));
    post.arrive("one");
    post.hears(&["one"]).await;
    post.arrive("two");
    post.hears(&["one", "two"]).await;
    post.serving.house().engine.remove_grant(post.grant.id).await.unwrap();
    assert_eq!(post.subscription().await, None, "it ends with its grant");
    post.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_the_subscription_is_mended_at_once() {
    let post = Post::open().await;
    let first = post.subscription().await.expect("a subscription");
    // Less than any poll.
    post.pass(Duration::from_secs(20));
    let renewed = json!(post.an_end());
    post.steer(json!({ "id": first["id"], "event": "reauthorizationRequired" })).await;
    until("it is renewed", async || post.subscription().await.is_some_and(|one| one["expires_at"] == renewed)).await;
    assert_eq!(post.subscription().await.unwrap()["id"], first["id"]);
    post.steer(json!({ "id": first["id"], "event": "subscriptionRemoved" })).await;
    let second = post.another_than(&first["id"]).await;
    post.arrive("one");
    post.hears(&["one"]).await;
    post.steer(json!({ "id": second["id"], "silent": true })).await;
    post.arrive("two");
    post.steer(json!({ "id": second["id"], "event": "missed", "silent": false })).await;
    post.hears(&["one", "two"]).await;
    post.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_renewed_daily_and_made_anew_after_it_expired() {
    let post = Post::open().await;
    let first = post.subscription().await.expect("a subscription");
    post.pass(Duration::from_secs(25 * 3600));
    let renewed = json!(post.an_end());
    until("it is renewed", async || post.subscription().await.is_some_and(|one| one["expires_at"] == renewed)).await;
    assert_eq!(post.subscription().await.unwrap()["id"], first["id"]);
    post.pass(8 * Duration::from_secs(24 * 3600));
    post.another_than(&first["id"]).await;
    post.arrive("one");
    post.hears(&["one"]).await;
    post.end().await;
}
