//! A sandbox, and the requests by which its faults are met.

use std::sync::Arc;

use model::secret::SecretString;
use model::{Clock, Provider, Timestamp};
use providers::{Endpoints, GoogleEndpoints, Meter, ProviderClient};
use reqwest::{Method, RequestBuilder};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

/// A message that can be sent.
pub const MAIL: &str = "From: alice@sandbox.test\r\nTo: bob@sandbox.test\r\nSubject: s\r\n\r\nt\r\n";

/// The instant at which the clocks of both sides stand.
pub fn now() -> Timestamp {
    "2026-09-21T12:00:00Z".parse().unwrap()
}

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// A sandbox with Alice and Bob in it, and Adele at Microsoft; Alice's token and Adele's.
pub struct House {
    pub sandbox: Sandbox,
    http: reqwest::Client,
    token: String,
    adeles: String,
}

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl House {
    pub async fn open() -> Self {
        let clock = sandbox::clock::Clock::frozen(now());
        let listen = "127.0.0.1:0".parse().unwrap();
        let sandbox = sandbox::start(Options { listen, clock, ..Options::default() }).await.unwrap();
        sandbox.world().add_mailbox("alice@sandbox.test", "Alice Example");
        sandbox.world().add_mailbox("bob@sandbox.test", "Bob Example");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let url = |path: &str| format!("{}/_sandbox/{path}", sandbox.url());
        let adele = json!({"email": "adele@contoso.test", "name": "Adele Vance", "provider": "microsoft"});
        let made = http.post(url("mailboxes")).json(&adele).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
        let token = async |email: &str| {
            let asked = http.post(url("token")).json(&json!({ "email": email }));
            let told: Value = asked.send().await.unwrap().json().await.unwrap();
            told["access_token"].as_str().unwrap().to_owned()
        };
        let (token, adeles) = (token("alice@sandbox.test").await, token("adele@contoso.test").await);
        Self { sandbox, http, token, adeles }
    }

    /// Adds one rule to the fault plan.
    pub async fn plan(&self, rule: Value) {
        let told = self.http.post(format!("{}/_sandbox/faults", self.sandbox.url())).json(&rule).send().await.unwrap();
        assert!(told.status().is_success(), "{rule}: {}", told.text().await.unwrap());
    }

    /// How often a rule of the fault plan was hit.
    pub async fn hits(&self) -> usize {
        let told = self.http.get(format!("{}/_sandbox/faults/hits", self.sandbox.url())).send().await.unwrap();
        told.json::<Value>().await.unwrap()["hits"].as_array().unwrap().len()
    }

    /// Enforces quotas, as named in the control API.
    pub async fn quotas(&self, settings: Value) {
        let asked = self.http.post(format!("{}/_sandbox/quotas", self.sandbox.url())).json(&settings);
        let told = asked.send().await.unwrap();
        assert!(told.status().is_success(), "{settings}: {}", told.text().await.unwrap());
    }

    /// What the sandbox counted of Alice's mailbox.
    pub async fn counted(&self) -> Value {
        let told = self.http.get(format!("{}/_sandbox/quotas", self.sandbox.url())).send().await.unwrap();
        let report: Value = told.json().await.unwrap();
        let mailboxes = report["mailboxes"].as_array().unwrap();
        mailboxes.iter().find(|it| it["mailbox"] == "alice@sandbox.test").unwrap().clone()
    }

    /// Postroad's own client for Alice's mailbox.
    pub fn client(&self) -> Box<dyn ProviderClient> {
        self.metered(Arc::new(providers::Unmetered::default()))
    }

    /// The same, through a meter.
    pub fn metered(&self, meter: Arc<dyn Meter>) -> Box<dyn ProviderClient> {
        let google = GoogleEndpoints { gmail: self.sandbox.url(), ..GoogleEndpoints::default() };
        let token = SecretString::from(self.token.clone());
        let endpoints = Endpoints { google, ..Endpoints::default() };
        providers::connect(Provider::Google, &self.http, &endpoints, Arc::new(Standing), token, meter).unwrap()
    }

    /// Calls a method and reads the answer; `None` when there is none.
    pub async fn call(&self, method: &str) -> Option<Answer> {
        let request = match method.strip_prefix("graph.") {
            Some("messages.send") => self.graph(Method::POST, &format!("/me/messages/{}/send", self.draft().await)),
            Some(method) => self.graph_request(method),
            None => self.request(method),
        };
        let answer = request.send().await.ok()?;
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Some(Answer { status: answer.status().as_u16(), headers, body: answer.text().await.ok()? })
    }

    /// A request of Adele's.
    fn graph(&self, verb: Method, path: &str) -> RequestBuilder {
        self.http.request(verb, format!("{}/v1.0{path}", self.sandbox.url())).bearer_auth(&self.adeles)
    }

    /// A draft of Adele's: what is accepted now and returned later has to be a message.
    async fn draft(&self) -> String {
        let to = json!([{"emailAddress": {"address": "bob@sandbox.test"}}]);
        let made = self.graph(Method::POST, "/me/messages").json(&json!({"subject": "s", "toRecipients": to}));
        let draft: Value = made.send().await.unwrap().json().await.unwrap();
        draft["id"].as_str().unwrap().to_owned()
    }

    /// As below, for Graph.
    fn graph_request(&self, method: &str) -> RequestBuilder {
        let get = |path: &str| self.graph(Method::GET, path);
        let post = |path: &str| self.graph(Method::POST, path).json(&json!({}));
        match method {
            "me.*" => get("/me"),
            "messages.get" => get("/me/messages/x"),
            "messages.list" => get("/me/messages"),
            "messages.delta" => get("/me/mailFolders/inbox/messages/delta"),
            "messages.create" => post("/me/messages"),
            "folders.get" => get("/me/mailFolders/inbox"),
            "folders.create" => post("/me/mailFolders"),
            "attachments.create" => post("/me/messages/x/attachments"),
            "subscriptions.create" => post("/subscriptions"),
            other => panic!("nothing here calls graph.{other}"),
        }
    }

    /// A request that calls the method; the fault stands before everything else, so it need not make sense.
    fn request(&self, method: &str) -> RequestBuilder {
        let url = |path: &str| format!("{}{path}", self.sandbox.url());
        let gmail = |verb: Method, path: &str| {
            self.http.request(verb, url(&format!("/gmail/v1/users/me{path}"))).bearer_auth(&self.token)
        };
        let token = |grant: &str| self.http.post(url("/token")).form(&[("grant_type", grant)]);
        let identity = |grant: &str| self.http.post(url("/common/oauth2/v2.0/token")).form(&[("grant_type", grant)]);
        match method {
            "gmail.getProfile" | "gmail.*" | "*" => gmail(Method::GET, "/profile"),
            "gmail.watch" => gmail(Method::POST, "/watch"),
            "gmail.batch" => self.http.post(url("/batch")).bearer_auth(&self.token),
            "gmail.messages.send" => gmail(Method::POST, "/messages/send").json(&json!({"raw": base64url(MAIL)})),
            "gmail.messages.list" => gmail(Method::GET, "/messages"),
            "gmail.messages.insert" => gmail(Method::POST, "/messages"),
            "gmail.messages.get" => gmail(Method::GET, "/messages/1"),
            "gmail.messages.modify" => gmail(Method::POST, "/messages/1/modify"),
            "gmail.messages.attachments.get" => gmail(Method::GET, "/messages/1/attachments/x"),
            "gmail.history.list" => gmail(Method::GET, "/history"),
            "gmail.labels.create" => gmail(Method::POST, "/labels"),
            "oauth.token" | "oauth.token.code" => token("authorization_code"),
            "oauth.token.refresh" => token("refresh_token"),
            "oauth.authorize" => self.http.get(url(&authorize())),
            "oauth.revoke" => self.http.post(url("/revoke")),
            "oauth.tokeninfo" => self.http.get(url("/tokeninfo")),
            "oauth.userinfo" => self.http.get(url("/v1/userinfo")),
            "identity.token" | "identity.token.code" => identity("authorization_code"),
            "identity.token.refresh" => identity("refresh_token"),
            "identity.authorize" => self.http.get(url(&authorize_at_microsoft())),
            other => panic!("nothing here calls {other}"),
        }
    }
}

impl Answer {
    /// The word that the browser brings back from the consent screen.
    pub fn error_in_location(&self) -> Option<String> {
        self.in_location("error")
    }

    /// And the sentence that comes with it.
    pub fn description_in_location(&self) -> Option<String> {
        self.in_location("error_description")
    }

    fn in_location(&self, parameter: &str) -> Option<String> {
        let (_, location) = self.headers.iter().find(|(name, _)| name == "location")?;
        let location = url::Url::parse(location).ok()?;
        location.query_pairs().find(|(name, _)| name == parameter).map(|(_, word)| word.into_owned())
    }
}

fn authorize() -> String {
    let client = sandbox::DEFAULT_CLIENT_ID;
    format!(
        "/o/oauth2/v2/auth?response_type=code&client_id={client}&redirect_uri=http://127.0.0.1:9/back&scope=openid&state=s"
    )
}

fn authorize_at_microsoft() -> String {
    let client = sandbox::DEFAULT_APP_ID;
    format!(
        "/common/oauth2/v2.0/authorize?response_type=code&client_id={client}&redirect_uri=http://127.0.0.1:9/back&scope=openid&state=s"
    )
}

fn base64url(text: &str) -> String {
    use base64::prelude::{BASE64_URL_SAFE, Engine};
    BASE64_URL_SAFE.encode(text)
}
