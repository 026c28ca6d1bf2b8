//! A server that records what it is asked and answers from a function.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use model::secret::SecretString;
use model::{Clock, Provider, Timestamp};
use providers::{Endpoints, Meter, OauthClient, ProviderClient, Registration, Unmetered};
use serde_json::Value;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub path: String,
    pub content_type: String,
    pub authorization: String,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An answer: status, content type, body.
pub type Said = (u16, String, Vec<u8>);

pub fn json(status: u16, value: Value) -> Said {
    (status, "application/json; charset=UTF-8".into(), value.to_string().into_bytes())
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
    pub async fn start(answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (record, answer) = (asked.clone(), Arc::new(answer));
        let app = Router::new().fallback(move |request: Request<Body>| {
            let (record, answer) = (record.clone(), answer.clone());
            async move {
                let asked = read(request).await;
                let (status, kind, body) = answer(&asked);
                record.lock().unwrap().push(asked);
                Response::builder().status(status).header("content-type", kind).body(Body::from(body)).unwrap()
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { root, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn client(&self) -> Box<dyn ProviderClient> {
        client_at(&self.root)
    }

    pub fn oauth(&self) -> Box<dyn OauthClient> {
        let mut endpoints = Endpoints::default();
        for slot in [&mut endpoints.google.token, &mut endpoints.google.revoke, &mut endpoints.google.userinfo] {
            let path = url::Url::parse(slot).unwrap().path().to_owned();
            *slot = format!("{}{path}", self.root);
        }
        let registration = Registration {
            client_id: "client".into(),
            client_secret: Some(SecretString::from("hush".to_owned())),
            tenant: None,
        };
        providers::oauth(Provider::Google, &reqwest::Client::new(), &endpoints, Arc::new(Fixed), registration).unwrap()
    }
}

pub fn client_at(root: &str) -> Box<dyn ProviderClient> {
    metered(root, Arc::new(Unmetered::default()))
}

pub fn metered(root: &str, meter: Arc<dyn Meter>) -> Box<dyn ProviderClient> {
    let mut endpoints = Endpoints::default();
    endpoints.google.gmail = root.into();
    let token = SecretString::from("ya29.token".to_owned());
    providers::connect(Provider::Google, &reqwest::Client::new(), &endpoints, Arc::new(Fixed), token, meter).unwrap()
}

async fn read(request: Request<Body>) -> Asked {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    Asked {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        content_type: header("content-type"),
        authorization: header("authorization"),
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    }
}
