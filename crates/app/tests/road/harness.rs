//! A house and a sandbox beside it, with named mailboxes. Tests read as stories.

use std::time::Duration;

use engine::connectors::ConnectorEdit;
use model::grant::Grant;
use model::secret::{ExposeSecret as _, SecretString};
use model::sync::SyncPhase;
use model::{ApplicationId, Provider};
use postroad::config;
use postroad::wiring::{House, Serving, install_cryptography};
use serde_json::{Map, Value, json};

use crate::provider;

pub const TOPIC: &str = "projects/road/topics/gmail";
/// Longer than anything here takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(240);

/// Everything that runs, and the way to ask it.
pub struct Road {
    /// The stand-in for Google and Microsoft.
    pub sandbox: sandbox::Sandbox,
    /// Where the road's mailboxes are.
    pub provider: Provider,
    serving: Serving,
    application: ApplicationId,
    key: SecretString,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Road {
    /// Starts sandbox and server on free ports, with one application, one key and one connector, to this provider.
    pub async fn at(provider: Provider) -> Self {
        install_cryptography();
        let listen = ([127, 0, 0, 1], 0).into();
        let push_interval = Duration::from_millis(1);
        let sandbox = sandbox::start(sandbox::Options { listen, push_interval, ..Default::default() }).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let config = configuration(&folder, &public_url, &sandbox.url());
        let house = House::open(&config).await.unwrap();
        let application = house.engine.create_application("road").await.unwrap().id;
        let (_, key) = house.engine.create_api_key(application, "road", None).await.unwrap();
        let edit = ConnectorEdit { settings: Some(provider::connector(provider)), ..ConnectorEdit::default() };
        house.engine.create_connector(application, provider, edit).await.unwrap();
        sandbox.world().set_push_endpoint(TOPIC, &format!("{public_url}/v3/push/google?token=push-secret"));
        let serving = Serving::start(house, listener, &config).unwrap();
        Self { sandbox, provider, serving, application, key, http: reqwest::Client::new(), _folder: folder }
    }

    /// Makes somebody's mailbox at the road's provider; returns its address.
    pub fn mailbox(&self, who: &str) -> String {
        provider::mailbox(self.sandbox.world(), self.provider, who)
    }

    /// Connects a mailbox of the sandbox; its first sync begins.
    pub async fn connect(&self, email: &str) -> Grant {
        self.connect_with(email, provider::scopes(self.provider)).await
    }

    /// The same by somebody who gives these scopes.
    pub async fn connect_with(&self, email: &str, scopes: &[&str]) -> Grant {
        let token = self.sandbox.world().issue_refresh_token(email, provider::client_id(self.provider), scopes);
        let settings = Map::from_iter([("refresh_token".to_owned(), json!(token))]);
        let engine = &self.serving.house().engine;
        engine.custom_grant(self.application, self.provider, settings, None, None).await.unwrap()
    }

    /// Asks the sandbox's control API.
    pub async fn control(&self, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/_sandbox/{path}", self.sandbox.url());
        let request = match body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Asks the API; returns whatever status and JSON it answers.
    pub async fn ask(&self, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = match body {
            Some(body) => self.http.post(self.url(path)).json(body),
            None => self.http.get(self.url(path)),
        };
        let answer = request.bearer_auth(self.key.expose_secret()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Asks the API for a change; returns whatever status and JSON it answers.
    pub async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.put(self.url(path)).bearer_auth(self.key.expose_secret()).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Asks the API and returns the JSON of a successful answer.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(self.url(path)).bearer_auth(self.key.expose_secret()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "GET {path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Gives the API something and returns the JSON of its successful answer.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(self.url(path)).bearer_auth(self.key.expose_secret()).json(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "POST {path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Posts JSON under an idempotency key and returns the status of the answer.
    pub async fn post_keyed(&self, path: &str, body: &Value, key: &str) -> u16 {
        let request = self.http.post(self.url(path)).bearer_auth(self.key.expose_secret()).json(body);
        request.header("idempotency-key", key).send().await.unwrap().status().as_u16()
    }

    /// What anybody gets who follows a URL without a credential, not led on.
    pub async fn visit(&self, url: &str) -> reqwest::Response {
        let nobody = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent("Reader/1");
        nobody.build().unwrap().get(url).send().await.unwrap()
    }

    /// Asks the API for bytes.
    pub async fn download(&self, path: &str) -> Vec<u8> {
        let answer = self.http.get(self.url(path)).bearer_auth(self.key.expose_secret()).send().await.unwrap();
        assert!(answer.status().is_success(), "GET {path} answered {}", answer.status());
        answer.bytes().await.unwrap().to_vec()
    }

    /// Follows `next_cursor` to the end of a list.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = match &token {
                None => self.get(path).await,
                Some(token) => self.get(&format!("{path}{joint}page_token={token}")).await,
            };
            items.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    /// Waits until the first sync (or a reconciliation) is through.
    pub async fn live(&self, grant: &Grant) {
        self.until("the mirror is live", async || {
            let state = self.serving.house().store.sync_state(grant.id).await.unwrap();
            state.is_some_and(|state| state.phase == SyncPhase::Live)
        })
        .await;
    }

    /// Waits until `reached` says so.
    pub async fn until(&self, what: &str, reached: impl AsyncFn() -> bool) {
        assert!(self.patiently(reached).await, "waited in vain until {what}");
    }

    /// Asks again and again, for as long as it makes sense, whether something is so; says whether it came to be.
    pub async fn patiently(&self, reached: impl AsyncFn() -> bool) -> bool {
        let waiting = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(100));
            while !reached().await {
                ticks.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.is_ok()
    }

    /// The store behind the API, for comparing.
    pub fn store(&self) -> &store::Store {
        &self.serving.house().store
    }

    /// The engine behind the API.
    pub fn engine(&self) -> &engine::Engine {
        &self.serving.house().engine
    }

    /// Ends everything in order.
    pub async fn end(self) {
        self.serving.drain(Duration::from_secs(10)).await.unwrap();
        self.sandbox.shutdown().await;
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.serving.address())
    }
}

fn configuration(folder: &tempfile::TempDir, public_url: &str, google: &str) -> config::Config {
    let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
    let variables = [
        set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
        set("SERVER__PUBLIC_URL", public_url),
        set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
        set("SYNC__POLL_INTERVAL", "1s"),
        set("WEBHOOKS__ALLOW_PRIVATE", "true"),
        set("WEBHOOKS__ALLOW_HTTP", "true"),
        set("LIMITS__GRANT_PER_SECOND", "1000000"),
        set("LIMITS__ADMIN_PER_SECOND", "1000000"),
        // The sandbox of these roads has no quotas; ten thousand messages at Gmail's would take half an hour.
        set("QUOTA__KEEP_TO_PUBLISHED", "false"),
        set("GOOGLE__PUSH_TOKEN", "push-secret"),
        set("GOOGLE__GMAIL_URL", google),
        set("GOOGLE__AUTHORIZE_URL", &format!("{google}/o/oauth2/v2/auth")),
        set("GOOGLE__TOKEN_URL", &format!("{google}/token")),
        set("GOOGLE__REVOKE_URL", &format!("{google}/revoke")),
        set("GOOGLE__USERINFO_URL", &format!("{google}/v1/userinfo")),
        set("MICROSOFT__GRAPH_URL", &format!("{google}/v1.0")),
        set("MICROSOFT__AUTHORITY_URL", google),
    ];
    config::load(None, &variables).unwrap().config
}
