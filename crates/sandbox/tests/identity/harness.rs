//! A sandbox with people of three tenants, and short words for signing in.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use reqwest::StatusCode;
use sandbox::clock::Clock;
use sandbox::{DEFAULT_APP_ID, DEFAULT_APP_SECRET, Options, Sandbox, World};
use serde_json::{Value, json};
use url::Url;

/// When the world of every test begins: 2026-09-21T12:00:00Z.
const START_MS: i64 = 1_789_992_000_000;
pub const ADELE: &str = "adele@contoso.test";
pub const ALEX: &str = "alex@contoso.test";
pub const MEGAN: &str = "megan@fabrikam.test";
pub const HOME: &str = "adele@outlook.com";
pub const BACK: &str = "http://127.0.0.1:9/back?kept=1";
pub const SCOPES: &str = "openid profile email offline_access User.Read Mail.ReadWrite";

/// A sandbox on a clock that stands still.
pub struct House {
    sandbox: Sandbox,
    pub http: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl House {
    pub async fn open() -> Self {
        let clock = Clock::frozen(jiff::Timestamp::from_millisecond(START_MS).unwrap());
        let listen = "127.0.0.1:0".parse().unwrap();
        let sandbox = sandbox::start(Options { listen, clock, ..Options::default() }).await.unwrap();
        for (email, name) in [(ADELE, "Adele Vance"), (ALEX, "Alex Wilber"), (MEGAN, "Megan Bowen"), (HOME, "Adele")] {
            sandbox.world().add_account(email, name);
        }
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { sandbox, http }
    }

    pub fn world(&self) -> &World {
        self.sandbox.world()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub async fn get(&self, url: &str) -> Told {
        read(self.http.get(url)).await
    }

    /// An authorization request at a tenant.
    pub fn authorize(&self, tenant: &str, more: &[(&str, &str)]) -> String {
        let mut url = Url::parse(&self.url(&format!("/{tenant}/oauth2/v2.0/authorize"))).unwrap();
        let usual = [
            ("client_id", DEFAULT_APP_ID),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("state", "s-1"),
        ];
        let kept = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        url.query_pairs_mut().extend_pairs(kept.chain(more.iter().filter(|(_, value)| !value.is_empty())));
        url.into()
    }

    /// The code of somebody who consents to everything.
    pub async fn code(&self, tenant: &str, account: &str, more: &[(&str, &str)]) -> String {
        let all: Vec<_> = [("_sandbox_auto", account)].into_iter().chain(more.iter().copied()).collect();
        let told = self.get(&self.authorize(tenant, &all)).await;
        told.back().remove("code").unwrap_or_else(|| panic!("no code: {told:?}"))
    }

    /// A token request of the default app.
    pub async fn token(&self, tenant: &str, fields: &[(&str, &str)]) -> Told {
        let usual = [("client_id", DEFAULT_APP_ID), ("client_secret", DEFAULT_APP_SECRET)];
        let kept = usual.iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name));
        let form: Vec<_> = kept.chain(fields.iter().filter(|(_, value)| !value.is_empty())).collect();
        read(self.http.post(self.url(&format!("/{tenant}/oauth2/v2.0/token"))).form(&form)).await
    }

    pub async fn redeem(&self, tenant: &str, code: &str) -> Told {
        let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK)];
        self.token(tenant, &fields).await
    }

    pub async fn refresh(&self, tenant: &str, token: &str) -> Told {
        self.token(tenant, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Everything somebody gets for signing in.
    pub async fn signed_in(&self, tenant: &str, account: &str) -> Value {
        let code = self.code(tenant, account, &[]).await;
        self.redeem(tenant, &code).await.ok()
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> Told {
        read(self.http.request(method, self.url(&format!("/_sandbox{path}"))).json(&body)).await
    }

    pub async fn plan(&self, rule: Value) {
        let told = self.control(reqwest::Method::POST, "/faults", rule).await;
        assert!(told.status.is_success(), "{told:?}");
    }
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.json()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What the browser takes back to the application.
    pub fn back(&self) -> std::collections::HashMap<String, String> {
        assert_eq!(self.status, 302, "{self:?}");
        let url = Url::parse(self.header("location")).unwrap();
        url.query_pairs().into_owned().collect()
    }

    /// Status, `error` and number of a refusal at the token endpoint.
    pub fn refusal(&self) -> (u16, String, u64) {
        let body = self.json();
        let text = body["error_description"].as_str().unwrap_or_else(|| panic!("no refusal: {self:?}"));
        let number = body["error_codes"][0].as_u64().unwrap();
        assert!(text.starts_with(&format!("AADSTS{number}: ")), "{text}");
        (self.status.as_u16(), body["error"].as_str().unwrap().to_owned(), number)
    }

    /// The page's number.
    pub fn page(&self) -> u64 {
        assert_eq!((self.status.as_u16(), self.header("content-type")), (200, "text/html; charset=UTF-8"), "{self:?}");
        let (_, rest) = self.text.split_once("AADSTS").unwrap_or_else(|| panic!("no refusal: {self:?}"));
        rest.split(':').next().unwrap().parse().unwrap()
    }
}

pub async fn read(request: reqwest::RequestBuilder) -> Told {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

/// The middle part of a JWT, or `client_info`.
pub fn claims(text: &str) -> Value {
    let part = text.split('.').nth(1).unwrap_or(text);
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}"))
}

/// The keys of an object.
pub fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A rule that fires once.
pub fn once(name: &str) -> Value {
    json!({"name": name, "times": 1})
}
