//! A whole installation in a temporary folder: application, key, connector, one grant with a little mail.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use engine::seal::Sealer;
use engine::timer::Timer;
use engine::{Engine, Parts};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use model::folder::{Folder, FolderRole};
use model::message::{Attachment, Body as Text, Message, Placement};
use model::secret::ExposeSecret;
use model::sync::{Announce, MirrorBatch, Mirrored, Moment};
use model::{Address, ApplicationId, Clock, GrantId, Timestamp};
use serde_json::{Value, json};
use server::Settings;
use store::{Options, Store};
use tower::ServiceExt;

use crate::google::Google;

pub const START: i64 = 1_700_000_000;

/// Real time, counted from a fixed start.
struct Counting(tokio::time::Instant);

impl Clock for Counting {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(START + 10_000).unwrap().checked_add(self.0.elapsed()).unwrap()
    }
}

pub struct House {
    pub router: Router,
    pub engine: Engine,
    pub store: Store,
    pub google: Google,
    pub application: ApplicationId,
    pub key: String,
    pub grant: GrantId,
    _folder: tempfile::TempDir,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    pub fn field(&self) -> String {
        self.json()["error"]["fault"]["field"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with(Settings { admin_rate: 0, grant_rate: 0, multipart_rate: 0, ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        let clock = Arc::new(Counting(tokio::time::Instant::now()));
        Self::by(clock, Timer::system(), settings).await
    }

    /// Where time stands still: what is let in at once is let in, however long the test takes.
    pub async fn standing(settings: Settings) -> Self {
        let (timer, clock) = Timer::by_hand(Timestamp::from_second(START + 10_000).unwrap());
        Self::by(clock, timer, settings).await
    }

    async fn by(clock: Arc<dyn Clock>, timer: Timer, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Options::at(folder.path().join("postroad.db"))).await.unwrap();
        let (google, url) = Google::open().await;
        let engine = Engine::new(parts(store.clone(), &url, clock, timer)).unwrap();
        let application = engine.create_application("Post & Parcel").await.unwrap().id;
        let (_, key) = engine.create_api_key(application, "tests", None).await.unwrap();
        let router = server::service(engine.clone(), settings);
        let key = key.expose_secret().to_owned();
        let grant = GrantId(uuid::Uuid::nil());
        let mut house = Self { router, engine, store, google, application, key, grant, _folder: folder };
        house.furnish().await;
        house
    }

    /// A connector, a grant through the front door, and some mail.
    async fn furnish(&mut self) {
        let settings = json!({"client_id": "cid", "client_secret": "very secret"});
        let made = self.post("/v3/connectors", json!({"provider": "google", "settings": settings})).await;
        assert_eq!(made.status, 201, "{}", made.message());
        let made =
            self.post("/v3/connect/custom", json!({"provider": "google", "settings": {"refresh_token": "ada"}})).await;
        assert_eq!(made.status, 201, "{}", made.message());
        self.grant = made.json()["data"]["id"].as_str().unwrap().parse().unwrap();
        let now = Timestamp::from_second(START).unwrap();
        let batch =
            MirrorBatch { upserts: mail(), folders: Some(folders()), ..MirrorBatch::empty(Announce::Silent, now) };
        self.store.apply(self.grant, batch).await.unwrap();
    }

    /// The path of something below the grant.
    pub fn mail(&self, rest: &str) -> String {
        format!("/v3/grants/{}/{rest}", self.grant)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::POST, path, &body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::PUT, path, &body.to_string()).await
    }

    pub async fn with_body(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// A request with the application's key.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {}", self.key))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A second application with a key of its own.
    pub async fn stranger(&self) -> String {
        let other = self.engine.create_application("Strangers").await.unwrap();
        let (_, key) = self.engine.create_api_key(other.id, "theirs", None).await.unwrap();
        key.expose_secret().to_owned()
    }
}

fn parts(store: Store, google: &str, clock: Arc<dyn Clock>, timer: Timer) -> Parts {
    let mut settings = engine::Settings { public_url: "https://mail.example".into(), ..Default::default() };
    settings.allow_private_webhooks = false;
    let endpoints = &mut settings.endpoints.google;
    endpoints.gmail = google.to_owned();
    endpoints.token = format!("{google}/token");
    endpoints.userinfo = format!("{google}/userinfo");
    endpoints.revoke = format!("{google}/revoke");
    Parts { store, clock, timer, sealer: Sealer::new(vec![("k1".into(), [7; 32])]).unwrap(), settings }
}

fn folders() -> Vec<Folder> {
    let folder = |id: &str, role: Option<FolderRole>| Folder {
        id: id.into(),
        name: id.to_owned(),
        parent_id: None,
        system: role.is_some(),
        role,
        text_color: None,
        background_color: None,
    };
    vec![
        folder("INBOX", Some(FolderRole::Inbox)),
        folder("SENT", Some(FolderRole::Sent)),
        folder("DRAFT", Some(FolderRole::Drafts)),
        folder("TRASH", Some(FolderRole::Trash)),
        folder("Label_1", None),
    ]
}

/// Ten messages m0 (oldest) to m9; m3 with an attachment; one with an odd id; a draft d-1.
fn mail() -> Vec<Mirrored> {
    let mut all: Vec<_> = (0..10).map(|n| one(n, &format!("m{n}"))).collect();
    all.push(one(10, ODD));
    let mut draft = one(11, "m-draft");
    draft.message.draft_id = Some("d-1".into());
    draft.message.placement = Placement { folders: vec!["DRAFT".into()], draft: true, ..Placement::default() };
    draft.message.thread_id = "t-draft".into();
    draft.message.from = vec![Address::bare("ada@example.com")];
    all.push(draft);
    all
}

/// What an IMAP host's ids can look like.
pub const ODD: &str = "<a/b+c#d:e@f=g>?h%2F";

pub fn raw(n: i64) -> Vec<u8> {
    let attachment = if n == 3 || n == 11 {
        "--B\r\nContent-Type: text/plain; name=\"notes.txt\"\r\nContent-Disposition: attachment; filename=\"notes.txt\"\r\n\r\nnotes\r\n"
    } else {
        ""
    };
    format!(
        "Message-ID: <{n}@example.com>\r\nReceived: by a\r\nReceived: by b\r\nFrom: Bob <bob@example.com>\r\n\
         To: ada@example.com\r\nSubject: Letter {n}\r\nReferences: <r{n}@example.com>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>Text {n}</p>\r\n{attachment}--B--\r\n"
    )
    .into_bytes()
}

fn one(n: i64, id: &str) -> Mirrored {
    let raw = raw(n);
    let parsed = mail::parse::parse(&raw);
    let attachments: Vec<Attachment> = parsed.attachments;
    let message = Message {
        id: id.into(),
        thread_id: format!("t{}", n / 2).into(),
        draft_id: None,
        subject: parsed.subject,
        from: parsed.from,
        to: parsed.to,
        cc: vec![Address::bare(format!("cc{n}@example.com"))],
        bcc: Vec::new(),
        reply_to: Vec::new(),
        date: Timestamp::from_second(START + n).unwrap(),
        snippet: parsed.snippet,
        attachments,
        rfc_message_id: parsed.message_id,
        in_reply_to: None,
        size: raw.len() as u64,
        placement: Placement {
            folders: vec!["INBOX".into()],
            unread: n % 2 == 0,
            starred: n == 5,
            draft: false,
            hidden: false,
            categories: None,
        },
        metadata: None,
    };
    let body = Text { text: parsed.body.text, html: true };
    Mirrored { message, body, search_text: parsed.text, raw, as_of: Moment::default() }
}
