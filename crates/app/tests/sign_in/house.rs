//! A house with a Microsoft connector, beside a sandbox with people of three tenants.

use std::collections::HashMap;

use engine::auth::TokenRequest;
use engine::connectors::ConnectorEdit;
use model::grant::Grant;
use model::secret::{ExposeSecret as _, SecretString};
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
        install_cryptography();
        let listen = ([127, 0, 0, 1], 0).into();
        let sandbox = sandbox::start(sandbox::Options { listen, ..Default::default() }).await.unwrap();
        for (email, name) in [(ADELE, "Adele Vance"), (ALEX, "Alex Wilber"), (MEGAN, "Megan Bowen"), (HOME, "Adele")] {
            sandbox.world().add_account(email, name);
        }
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let config = configuration(&folder, &public_url, &sandbox.url());
        let house = Opened::open(&config).await.unwrap();
        let application = house.engine.create_application("sign-in").await.unwrap().id;
        let (_, key) = house.engine.create_api_key(application, "sign-in", None).await.unwrap();
        house.engine.add_callback_uri(application, APPLICATION, None, Value::Null).await.unwrap();
        let settings = json!({
            "client_id": sandbox::DEFAULT_APP_ID, "client_secret": sandbox::DEFAULT_APP_SECRET, "tenant": tenant,
        });
        let settings = settings.as_object().cloned();
        let edit = ConnectorEdit { settings, ..ConnectorEdit::default() };
        house.engine.create_connector(application, Provider::Microsoft, edit).await.unwrap();
        let serving = Serving::start(house, listener, &config).unwrap();
        Self { sandbox, serving, application, key, http: reqwest::Client::new(), _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new()
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
        let browser = Browser::of(account);
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

fn configuration(folder: &tempfile::TempDir, public_url: &str, sandbox: &str) -> config::Config {
    let set = |key: &str, value: &str| (format!("POSTROAD_{key}"), value.to_owned());
    let variables = [
        set("STORAGE__DATA_DIR", folder.path().to_str().unwrap()),
        set("SERVER__PUBLIC_URL", public_url),
        set("SEALING__KEYS", &format!("k1:{}=", "A".repeat(43))),
        set("SYNC__POLL_INTERVAL", "1h"),
        set("LIMITS__GRANT_PER_SECOND", "1000000"),
        set("LIMITS__ADMIN_PER_SECOND", "1000000"),
        set("MICROSOFT__GRAPH_URL", &format!("{sandbox}/v1.0")),
        set("MICROSOFT__AUTHORITY_URL", sandbox),
    ];
    config::load(None, &variables).unwrap().config
}
