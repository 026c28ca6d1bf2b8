//! Server and sandbox of the stage.

use std::sync::Arc;
use std::time::Duration;

use engine::doors::Wire;
use engine::timer::Timer;
use engine::{Engine, Parts as EngineParts};
use postroad::clock::SystemClock;
use postroad::config;
use postroad::wiring::{self, House, Serving};

use super::doors::{Parts, StageDoors};
use super::receiver::Receiver;
use super::scene::OTHER;

/// Everything that runs.
pub struct Stage {
    pub sandbox: sandbox::Sandbox,
    pub receiver: Receiver,
    pub(super) parts: Parts,
    serving: Serving,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts everything on free ports.
    pub async fn open() -> Self {
        wiring::install_cryptography();
        let listen = ([127, 0, 0, 1], 0).into();
        let sandbox = sandbox::start(sandbox::Options { listen, ..Default::default() }).await.unwrap();
        sandbox.world().add_mailbox("friend@sandbox.test", "Friend");
        sandbox.world().add_microsoft_mailbox(OTHER, "Somebody Else");
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let config = configuration(&folder, &public_url, &sandbox.url());
        let parts = Parts::default();
        let house = house(&config, parts.clone()).await;
        let serving = Serving::start(house, listener, &config).unwrap();
        Self { sandbox, receiver: Receiver::listen().await, parts, serving, _folder: folder }
    }

    /// The engine and the store behind the server.
    pub fn house(&self) -> &House {
        self.serving.house()
    }

    /// Where the server answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.address())
    }

    /// Ends everything in order.
    pub async fn close(self) {
        self.serving.drain(Duration::from_secs(10)).await.unwrap();
        self.sandbox.shutdown().await;
    }
}

/// As `House::open`, with the doors of the stage.
async fn house(config: &config::Config, parts: Parts) -> House {
    let store = store::Store::open(wiring::store_options(config)).await.unwrap();
    let settings = wiring::engine_settings(config);
    let clock = Arc::new(SystemClock);
    let wire = Wire::new(settings.endpoints.clone(), clock.clone(), settings.provider_timeout).unwrap();
    let sealer = wiring::sealer(config).unwrap();
    let made = EngineParts { store: store.clone(), clock, timer: Timer::system(), sealer, settings };
    let engine = Engine::with_doors(made, Arc::new(StageDoors { wire, parts })).unwrap();
    House::of(store, engine)
}

fn configuration(folder: &tempfile::TempDir, public_url: &str, sandbox: &str) -> config::Config {
    let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
    let variables = [
        set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
        set("SERVER__PUBLIC_URL", public_url),
        // Every row that sends waits for an answer no longer than this, on a slow machine as well.
        set("SENDING__PATIENCE", "5s"),
        set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
        // Rows count what they cause themselves: after its first sync, a mailbox is left alone.
        set("SYNC__POLL_INTERVAL", "1h"),
        set("WEBHOOKS__ALLOW_PRIVATE", "true"),
        set("LIMITS__GRANT_PER_SECOND", "1000000"),
        set("LIMITS__ADMIN_PER_SECOND", "1000000"),
        set("MICROSOFT__GRAPH_URL", &format!("{sandbox}/v1.0")),
        set("MICROSOFT__AUTHORITY_URL", sandbox),
        set("GOOGLE__GMAIL_URL", sandbox),
        set("GOOGLE__AUTHORIZE_URL", &format!("{sandbox}/o/oauth2/v2/auth")),
        set("GOOGLE__TOKEN_URL", &format!("{sandbox}/token")),
        set("GOOGLE__REVOKE_URL", &format!("{sandbox}/revoke")),
        set("GOOGLE__USERINFO_URL", &format!("{sandbox}/v1/userinfo")),
    ];
    config::load(None, &variables).unwrap().config
}
