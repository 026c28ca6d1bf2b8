//! A sandbox with two people in it, and short words for talking to it.

use base64::prelude::{BASE64_URL_SAFE, Engine};
use reqwest::{Method, RequestBuilder, StatusCode};
use sandbox::clock::Clock;
use sandbox::{Options, Sandbox, World};
use serde_json::{Value, json};

/// Opens everything.
pub const FULL: &str = "https://mail.google.com/";
/// When the world of every test begins: 2026-09-21T12:00:00Z.
pub const START_MS: i64 = 1_789_992_000_000;

/// A sandbox on a clock that stands still, with Alice and Bob.
pub struct House {
    sandbox: Sandbox,
    http: reqwest::Client,
}

/// Someone with an access token.
pub struct Person {
    base: String,
    token: String,
    http: reqwest::Client,
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
        Self::open_with(Options::default()).await
    }

    /// With these options; address and clock are the house's own.
    pub async fn open_with(options: Options) -> Self {
        let clock = Clock::frozen(jiff::Timestamp::from_millisecond(START_MS).unwrap());
        let listen = "127.0.0.1:0".parse().unwrap();
        let sandbox = sandbox::start(Options { listen, clock, ..options }).await.unwrap();
        sandbox.world().add_mailbox("alice@sandbox.test", "Alice Example");
        sandbox.world().add_mailbox("bob@sandbox.test", "Bob Example");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { sandbox, http }
    }

    pub fn world(&self) -> &World {
        self.sandbox.world()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub async fn alice(&self) -> Person {
        self.person("alice@sandbox.test", &[FULL]).await
    }

    pub async fn bob(&self) -> Person {
        self.person("bob@sandbox.test", &[FULL]).await
    }

    /// Someone with these scopes; short names of Gmail scopes will do.
    pub async fn person(&self, email: &str, scopes: &[&str]) -> Person {
        let full = |scope: &&str| match scope.strip_prefix("gmail.") {
            Some(_) => format!("https://www.googleapis.com/auth/{scope}"),
            None => (*scope).to_owned(),
        };
        let scopes: Vec<_> = scopes.iter().map(full).collect();
        let asked = self.http.post(self.url("/_sandbox/token")).json(&json!({"email": email, "scopes": scopes}));
        let told = read(asked).await;
        assert!(told.status.is_success(), "{told:?}");
        let token = told.json()["access_token"].as_str().unwrap().to_owned();
        Person { base: self.sandbox.url(), token, http: self.http.clone() }
    }
}

impl Person {
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A request to a path behind `/gmail/v1/users/me`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.raw_request(method, &format!("/gmail/v1/users/me{path}"))
    }

    /// A request to any path.
    pub fn raw_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Told {
        read(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Told {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Told {
        read(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Told {
        read(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Told {
        read(self.request(Method::DELETE, path)).await
    }

    /// Sends a message and returns its copy in Sent.
    pub async fn send(&self, raw: &str) -> Value {
        self.post("/messages/send", json!({"raw": encode(raw)})).await.ok()
    }

    /// Puts a message into the inbox and returns its stub.
    pub async fn insert(&self, raw: &str) -> Value {
        self.post("/messages", json!({"raw": encode(raw), "labelIds": ["INBOX", "UNREAD"]})).await.ok()
    }

    /// Ids of a listing.
    pub async fn ids(&self, path: &str) -> Vec<String> {
        let listed = self.get(path).await.ok();
        let items = listed.as_object().unwrap().values().find_map(Value::as_array).cloned().unwrap_or_default();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The mailbox's history id.
    pub async fn history_id(&self) -> u64 {
        self.get("/profile").await.ok()["historyId"].as_str().unwrap().parse().unwrap()
    }
}

impl Told {
    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status, reason and message of an API error.
    #[track_caller]
    pub fn error(&self) -> (u16, String, String) {
        let error = &self.json()["error"];
        assert_eq!(error["code"], self.status.as_u16(), "{}", self.text);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text(&error["errors"][0]["reason"]), text(&error["message"]))
    }

    #[track_caller]
    pub fn refused(&self, status: u16, reason: &str, message: &str) {
        assert_eq!(self.error(), (status, reason.to_owned(), message.to_owned()));
    }

    #[track_caller]
    pub fn empty(&self) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (204, ""));
    }
}

pub async fn read(request: RequestBuilder) -> Told {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Told { status, headers, text: answer.text().await.unwrap() }
}

/// base64url, as `raw` takes it.
pub fn encode(raw: &str) -> String {
    BASE64_URL_SAFE.encode(raw)
}

/// A small message.
pub fn mail(from: &str, to: &str, subject: &str, text: &str) -> String {
    format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{text}\r\n")
}

/// Sorted texts of a JSON list.
pub fn texts(list: &Value) -> Vec<String> {
    let mut texts: Vec<_> =
        list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

/// A header of a message in full or metadata format; casing does not matter.
pub fn header(message: &Value, name: &str) -> Option<String> {
    let headers = message["payload"]["headers"].as_array()?;
    let found = headers.iter().find(|header| header["name"].as_str().unwrap().eq_ignore_ascii_case(name))?;
    Some(found["value"].as_str().unwrap().to_owned())
}
