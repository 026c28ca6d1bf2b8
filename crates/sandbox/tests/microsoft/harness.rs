//! A sandbox with people at Microsoft and one at Google in it, and short words for talking to it.

use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::{Method, RequestBuilder, StatusCode};
use sandbox::clock::Clock;
use sandbox::{Options, Sandbox, World};
use serde_json::{Value, json};

/// When the world of every test begins: 2026-09-21T12:00:00Z.
pub const START_MS: i64 = 1_789_992_000_000;
pub const ADELE: &str = "adele@contoso.test";
pub const ALEX: &str = "alex@contoso.test";
/// Her mailbox is at Google.
pub const GRETA: &str = "greta@sandbox.test";
/// What a mail program asks for.
pub const SCOPES: &[&str] = &["Mail.ReadWrite", "Mail.Send", "User.Read", "MailboxSettings.Read"];

/// A sandbox on a clock that stands still.
pub struct House {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
}

/// Someone with an access token.
#[derive(Clone)]
pub struct Person {
    pub base: String,
    pub token: String,
    pub http: reqwest::Client,
    /// Whether every request asks for immutable ids.
    pub immutable: bool,
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

    pub async fn open_with(options: Options) -> Self {
        let clock = Clock::frozen(jiff::Timestamp::from_millisecond(START_MS).unwrap());
        let listen = "127.0.0.1:0".parse().unwrap();
        let sandbox = sandbox::start(Options { listen, clock, ..options }).await.unwrap();
        sandbox.world().add_microsoft_mailbox(ADELE, "Adele Vance");
        sandbox.world().add_microsoft_mailbox(ALEX, "Alex Wilber");
        sandbox.world().add_mailbox(GRETA, "Greta Google");
        Self { sandbox, http: reqwest::Client::new() }
    }

    pub fn world(&self) -> &World {
        self.sandbox.world()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub fn adele(&self) -> Person {
        self.person(ADELE, SCOPES)
    }

    pub fn alex(&self) -> Person {
        self.person(ALEX, SCOPES)
    }

    /// Someone with these scopes.
    pub fn person(&self, email: &str, scopes: &[&str]) -> Person {
        let token = self.world().issue_graph_token(email, sandbox::DEFAULT_APP_ID, scopes).unwrap();
        Person { base: self.sandbox.url(), token, http: self.http.clone(), immutable: false }
    }

    /// Lets a message arrive and returns its immutable id.
    pub fn arrive(&self, email: &str, subject: &str, text: &str) -> String {
        let raw = mail("ben@example.com", email, subject, text);
        self.world().deliver("ben@example.com", email, raw.as_bytes()).unwrap()
    }

    /// Moves the clock on.
    pub fn pass(&self, milliseconds: u64) {
        self.world().clock().advance(std::time::Duration::from_millis(milliseconds));
    }
}

impl Person {
    /// The same person, asking for immutable ids.
    pub fn lasting(&self) -> Self {
        Self { immutable: true, ..self.clone() }
    }

    /// A request to a path behind `/v1.0/me`, or to a whole URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}/v1.0/me{path}", self.base) };
        let request = self.http.request(method, url).bearer_auth(&self.token);
        if self.immutable { request.header("prefer", "IdType=\"ImmutableId\"") } else { request }
    }

    pub async fn get(&self, path: &str) -> Told {
        read(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Told {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Told {
        read(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Told {
        read(self.request(Method::DELETE, path)).await
    }

    /// A MIME body in base64.
    pub async fn post_mime(&self, path: &str, raw: &str) -> Told {
        let request = self.request(Method::POST, path).header("content-type", "text/plain");
        read(request.body(BASE64_STANDARD.encode(raw))).await
    }

    /// Ids of a listing.
    pub async fn ids(&self, path: &str) -> Vec<String> {
        texts(&self.get(path).await.ok()["value"], "id")
    }

    /// Subjects of a listing.
    pub async fn subjects(&self, path: &str) -> Vec<String> {
        texts(&self.get(path).await.ok()["value"], "subject")
    }
}

impl Told {
    /// The body of a 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.is(200)
    }

    /// The body of a 201.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.is(201)
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status and code of an error.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        let error = &self.json()["error"];
        assert_eq!((self.status.as_u16(), error["code"].as_str().unwrap()), (status, code), "{}", self.text);
        assert!(error["innerError"]["request-id"].is_string() && error["innerError"]["date"].is_string());
    }

    /// An answer without a body and without a content type.
    #[track_caller]
    pub fn empty(&self, status: u16) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (status, ""));
        assert!(!self.headers.contains_key("content-type"));
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub async fn read(request: RequestBuilder) -> Told {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Told { status, headers, text: answer.text().await.unwrap() }
}

/// A small message.
pub fn mail(from: &str, to: &str, subject: &str, text: &str) -> String {
    format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\n{text}\r\n")
}

/// One member of every entry.
pub fn texts(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| entry[name].as_str().unwrap().to_owned()).collect()
}

/// The JSON of a message to send.
pub fn letter(to: &[&str], subject: &str) -> Value {
    let to: Vec<Value> = to.iter().map(|to| json!({"emailAddress": {"address": to}})).collect();
    json!({"subject": subject, "toRecipients": to, "body": {"contentType": "Text", "content": "hello"}})
}
