//! A house with a Microsoft connector, beside a sandbox with people of three tenants.

use std::collections::HashMap;
use std::time::Duration;

use engine::auth::TokenRequest;
use engine::connectors::ConnectorEdit;
use model::grant::Grant;
use model::secret::{ExposeSecret as _, SecretString};
use model::sync::SyncPhase;
use model::{ApplicationId, GrantId, Provider};
use postroad::config;
use postroad::wiring::{House as Opened, Serving, install_cryptography};
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{APPLICATION, Browser};

pub const ADELE: &str = "adele@contoso.test";
pub const ALEX: &str = "alex@contoso.test";
pub const MEGAN: &str = "megan@fabrikam.test";
pub const HOME: &str = "adele@outlook.com";
/// Longer than anything here takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a house is to be.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// The connector's tenant.
    pub tenant: &'a str,
    /// The connector's app; its secret is the default one's.
    pub app: &'a str,
    /// Everything of Microsoft's under https, whose authority is trusted or not.
    pub tls: Option<Trust>,
}

/// Whether `sync.provider_ca_file` names the authority of the sandbox.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    Given,
    Missing,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self { tenant: "common", app: sandbox::DEFAULT_APP_ID, tls: None }
    }
}

/// Everything that runs.
pub struct House {
    pub sandbox: sandbox::Sandbox,
    serving: Serving,
    application: ApplicationId,
    key: SecretString,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl House {
    /// With a connector for this tenant.
    pub async fn open(tenant: &str) -> Self {
        Self::with(Wish { tenant, ..Wish::default() }).await
    }

    /// As wished.
    pub async fn with(wish: Wish<'_>) -> Self {
        install_cryptography();
        let listen = ([127, 0, 0, 1], 0).into();
        let tls = wish.tls.map(|_| listen);
        let sandbox = sandbox::start(sandbox::Options { listen, tls, ..Default::default() }).await.unwrap();
        for (email, name) in [(ADELE, "Adele Vance"), (ALEX, "Alex Wilber"), (MEGAN, "Megan Bowen"), (HOME, "Adele")] {
            sandbox.world().add_account(email, name);
        }
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let config = configuration(&folder, &public_url, &sandbox, wish.tls);
        let house = Opened::open(&config).await.unwrap();
        let application = house.engine.create_application("sign-in").await.unwrap().id;
        let (_, key) = house.engine.create_api_key(application, "sign-in", None).await.unwrap();
        house.engine.add_callback_uri(application, APPLICATION, None, Value::Null).await.unwrap();
        let settings = json!({
            "client_id": wish.app, "client_secret": sandbox::DEFAULT_APP_SECRET, "tenant": wish.tenant,
        });
        let settings = settings.as_object().cloned();
        let edit = ConnectorEdit { settings, ..ConnectorEdit::default() };
        house.engine.create_connector(application, Provider::Microsoft, edit).await.unwrap();
        let serving = Serving::start(house, listener, &config).unwrap();
        Self { sandbox, serving, application, key, http: reqwest::Client::new(), _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new().trusting(self.sandbox.authority())
    }

    /// Where hosted authentication begins.
    pub fn auth(&self, more: &[(&str, &str)]) -> String {
        let application = self.application.to_string();
        let usual = [
            ("client_id", application.as_str()),
            ("redirect_uri", APPLICATION),
            ("response_type", "code"),
            ("provider", "microsoft"),
            ("state", "their state"),
        ];
        let kept = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(more)).finish();
        format!("http://{}/v3/connect/auth?{query}", self.serving.address())
    }

    /// Signs in where `hint` was asked for, and answers with the grant or with what the application hears instead.
    pub async fn sign_in(&self, hint: &str, account: &str) -> Result<Grant, HashMap<String, String>> {
        let browser = Browser::of(account).trusting(self.sandbox.authority());
        let page = browser.open(&self.auth(&[("login_hint", hint)])).await;
        let page = if page.query("code").is_some() || page.query("error").is_some() {
            page
        } else {
            browser.answer(&page, account, "accept").await
        };
        let back = page.back();
        match back.get("code") {
            Some(code) => Ok(self.grant_of(code).await),
            None => Err(back),
        }
    }

    /// Exchanges a code for the grant it was given for.
    pub async fn grant_of(&self, code: &str) -> Grant {
        let (code, redirect_uri) = (code.to_owned(), APPLICATION.to_owned());
        let request = TokenRequest::Code { code, redirect_uri, verifier: None };
        self.serving.house().engine.exchange_token(self.application, true, request).await.unwrap().grant
    }

    pub async fn grant(&self, id: GrantId) -> Grant {
        self.serving.house().store.grant(id).await.unwrap().unwrap()
    }

    pub fn refresh_token(&self, account: &str) -> String {
        let scopes = ["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite"];
        self.sandbox.world().issue_refresh_token(account, sandbox::DEFAULT_APP_ID, &scopes)
    }

    /// Makes the grant of somebody who has a mailbox, and waits until it is mirrored.
    pub async fn mirrored(&self, email: &str) -> Grant {
        self.sandbox.world().add_microsoft_mailbox(email, "Somebody");
        let grant = self.sign_in(email, email).await.unwrap();
        self.until_live(grant.id).await;
        grant
    }

    async fn until_live(&self, grant: GrantId) {
        let live = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            loop {
                let state = self.serving.house().store.sync_state(grant).await.unwrap();
                if state.is_some_and(|state| state.phase == SyncPhase::Live) {
                    return;
                }
                ticks.tick().await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, live).await.is_ok(), "the first sync did not end");
    }

    /// Asks a rule of the fault plan.
    pub async fn plan(&self, rule: Value) {
        self.control(Method::POST, "/faults", rule).await;
    }

    /// A search in the provider's own syntax: a read that cannot come from the mirror.
    pub async fn search(&self, id: GrantId) -> (u16, Value) {
        self.get(&format!("/v3/grants/{id}/messages?search_query_native=from:ben@example.com")).await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let url = format!("http://{}{path}", self.serving.address());
        let told = self.http.get(url).bearer_auth(self.key.expose_secret()).send().await.unwrap();
        (told.status().as_u16(), told.json().await.unwrap())
    }

    pub async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("http://{}{path}", self.serving.address());
        let told = self.http.patch(url).bearer_auth(self.key.expose_secret()).json(&body).send().await.unwrap();
        (told.status().as_u16(), told.json().await.unwrap())
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) {
        let url = format!("{}/_sandbox{path}", self.sandbox.url());
        let told = self.http.request(method, url).json(&body).send().await.unwrap();
        assert!(told.status().is_success(), "{path}: {}", told.text().await.unwrap());
    }
}

fn configuration(
    folder: &tempfile::TempDir,
    public_url: &str,
    sandbox: &sandbox::Sandbox,
    tls: Option<Trust>,
) -> config::Config {
    let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
    let base = sandbox.tls_url().map_or_else(|| sandbox.url(), str::to_owned);
    let mut variables = vec![
        set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
        set("SERVER__PUBLIC_URL", public_url),
        set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
        set("SYNC__POLL_INTERVAL", "1h"),
        set("LIMITS__GRANT_PER_SECOND", "1000000"),
        set("LIMITS__ADMIN_PER_SECOND", "1000000"),
        set("MICROSOFT__GRAPH_URL", &format!("{base}/v1.0")),
        set("MICROSOFT__AUTHORITY_URL", &base),
    ];
    if let (Some(Trust::Given), Some(authority)) = (tls, sandbox.authority()) {
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, authority).unwrap();
        variables.push(set("SYNC__PROVIDER_CA_FILE", file.to_str().unwrap()));
    }
    config::load(None, &variables).unwrap().config
}
