//! A server that records what it is asked and answers from a function, with Graph's envelopes around it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use model::secret::SecretString;
use model::{Clock, Provider, Timestamp};
use providers::{Endpoints, Meter, ProviderClient, Unmetered};
use serde_json::{Value, json};

/// One request as it arrived, or one inner request of a batch.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path below the version, with its query, percent-decoded once for reading.
    pub path: String,
    pub content_type: String,
    pub authorization: String,
    pub prefer: String,
    pub range: String,
    pub body: Vec<u8>,
    /// It came inside a batch.
    pub inner: bool,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path.split('?').next() == Some(path)
    }
}

/// An answer: status and body; a body that is no JSON object stands for raw bytes.
#[derive(Clone, Debug)]
pub enum Said {
    Json(u16, Value),
    /// With `Retry-After`.
    Throttled(u16, &'static str, Value),
    Bytes(u16, Vec<u8>),
}

pub fn ok(value: Value) -> Said {
    Said::Json(200, value)
}

pub fn error(status: u16, code: &str) -> Said {
    Said::Json(status, json!({ "error": { "code": code, "message": "m", "innerError": { "request-id": "r" } } }))
}

pub fn nothing(status: u16) -> Said {
    Said::Bytes(status, Vec::new())
}

pub struct Fake {
    pub root: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

pub struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-11-01T12:00:00Z".parse().unwrap()
    }
}

impl Fake {
    /// Starts a server; batches are taken apart, and their parts asked one by one, last first (any order is allowed).
    pub async fn start(answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (record, answer) = (asked.clone(), Arc::new(answer));
        let app = Router::new().fallback(move |request: Request<Body>| {
            let (record, answer) = (record.clone(), answer.clone());
            async move {
                let asked = read(request).await;
                record.lock().unwrap().push(asked.clone());
                let said = match asked.path.as_str() {
                    "/$batch" => batch(&asked, &record, &*answer),
                    _ => answer(&asked),
                };
                written(said)
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}/v1.0", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { root, asked }
    }

    /// Everything asked, a batch before its parts.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Requests that count: batches are their parts.
    pub fn counted(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path != "/$batch").collect()
    }

    pub fn client(&self) -> Box<dyn ProviderClient> {
        metered(&self.root, Arc::new(Unmetered::default()))
    }
}

pub fn metered(root: &str, meter: Arc<dyn Meter>) -> Box<dyn ProviderClient> {
    let mut endpoints = Endpoints::default();
    endpoints.microsoft.graph = root.into();
    let token = SecretString::from("eyJ.token".to_owned());
    let http = reqwest::Client::new();
    providers::connect(Provider::Microsoft, &http, &endpoints, Arc::new(Fixed), token, meter).unwrap()
}

fn batch(outer: &Asked, record: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> Said) -> Said {
    let requests = outer.json()["requests"].as_array().unwrap().clone();
    assert!(requests.len() <= 20, "a batch of {}", requests.len());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let responses = requests.iter().rev().map(|request| {
        let asked = Asked {
            method: text(&request["method"]),
            path: decoded(&text(&request["url"])),
            prefer: text(&request["headers"]["Prefer"]),
            inner: true,
            ..outer.clone()
        };
        record.lock().unwrap().push(asked.clone());
        let (status, headers, body) = match answer(&asked) {
            Said::Json(status, body) => (status, json!({}), body),
            Said::Throttled(status, after, body) => (status, json!({ "Retry-After": after }), body),
            Said::Bytes(status, _) => return json!({ "id": request["id"], "status": status }),
        };
        json!({ "id": request["id"], "status": status, "headers": headers, "body": body })
    });
    ok(json!({ "responses": responses.collect::<Vec<_>>() }))
}

fn written(said: Said) -> Response<Body> {
    match said {
        Said::Json(status, value) => {
            let response = Response::builder().status(status).header("content-type", "application/json");
            response.body(Body::from(value.to_string())).unwrap()
        }
        Said::Throttled(status, after, value) => {
            let response = Response::builder().status(status).header("retry-after", after);
            response.body(Body::from(value.to_string())).unwrap()
        }
        Said::Bytes(status, bytes) => Response::builder().status(status).body(Body::from(bytes)).unwrap(),
    }
}

async fn read(request: Request<Body>) -> Asked {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let all = parts.headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
        all.collect::<Vec<_>>().join(", ")
    };
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    Asked {
        method: parts.method.to_string(),
        path: decoded(path.strip_prefix("/v1.0").unwrap_or(&path)),
        content_type: header("content-type"),
        authorization: header("authorization"),
        prefer: header("prefer"),
        range: header("content-range"),
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        inner: false,
    }
}

/// The query decoded, the path left as it is.
fn decoded(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| format!("{name}={value}"));
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// A message as selected.
pub fn message(id: &str, folder: &str) -> Value {
    json!({ "id": id, "conversationId": format!("c-{id}"), "parentFolderId": folder, "isRead": false, "isDraft": false,
        "receivedDateTime": "2026-10-31T12:00:00Z", "flag": { "flagStatus": "notFlagged" }, "categories": [] })
}

/// The well-known folders by name; some are missing, as they are in many mailboxes, and one the server does not know.
pub fn known(asked: &Asked) -> Option<Said> {
    let name = asked.path.strip_prefix("/mailFolders/").or_else(|| asked.path.strip_prefix("/me/mailFolders/"))?;
    let id = match name.split('?').next()? {
        "msgfolderroot" => "ROOT",
        "inbox" => "IN",
        "sentitems" => "SENT",
        "drafts" => "DRAFTS",
        "deleteditems" => "TRASH",
        "junkemail" => "JUNK",
        "outbox" => "OUT",
        "conversationhistory" => "HISTORY",
        "archive" | "clutter" | "syncissues" | "conflicts" | "localfailures" | "serverfailures" => {
            return Some(error(404, "ErrorItemNotFound"));
        }
        "scheduled" => return Some(error(400, "ErrorInvalidIdMalformed")),
        _ => return None,
    };
    Some(ok(json!({ "id": id })))
}
