//! As much of Google as these tests need: tokens, who somebody is, and a mailbox that takes what it is given.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};

/// What Google is told to do and remembers.
#[derive(Clone, Default)]
pub struct Google(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    messages: HashMap<String, Vec<u8>>,
    sent: Vec<Vec<u8>>,
    refusal: Option<(u16, Value)>,
}

impl Google {
    /// Opens for business on a free port; answers its base URL.
    pub async fn open() -> (Self, String) {
        let google = Self::default();
        let router = Router::new()
            .route("/token", axum::routing::post(token))
            .route("/userinfo", axum::routing::get(userinfo))
            .fallback(gmail)
            .with_state(google.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (google, url)
    }

    /// A message the mailbox holds and the mirror does not.
    pub fn holds(&self, id: &str, raw: &[u8]) {
        self.0.lock().unwrap().messages.insert(id.to_owned(), raw.to_vec());
    }

    /// Every Gmail call is refused like this from now on.
    pub fn refuses(&self, status: u16, body: Value) {
        self.0.lock().unwrap().refusal = Some((status, body));
    }

    /// The bytes of everything sent or saved as a draft, in order.
    pub fn taken(&self) -> Vec<Vec<u8>> {
        self.0.lock().unwrap().sent.clone()
    }
}

async fn token(Form(form): Form<HashMap<String, String>>) -> (StatusCode, Json<Value>) {
    let bought = form.get("code").map(|_| "ada");
    let refresh = bought.map(str::to_owned).or(form.get("refresh_token").cloned()).unwrap_or_default();
    if refresh == "dead" {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant", "error_description": "Token has been expired or revoked."})),
        );
    }
    let profile = if refresh == "narrow" { "" } else { " https://www.googleapis.com/auth/userinfo.profile" };
    let scope = format!("openid https://www.googleapis.com/auth/userinfo.email https://mail.google.com/{profile}");
    (
        StatusCode::OK,
        Json(
            json!({"access_token": format!("at-{refresh}"), "expires_in": 3600, "scope": scope, "refresh_token": bought, "token_type": "Bearer"}),
        ),
    )
}

async fn userinfo(headers: HeaderMap) -> Json<Value> {
    let token = headers["authorization"].to_str().unwrap().trim_start_matches("Bearer at-").to_owned();
    Json(
        json!({"sub": format!("sub-{token}"), "email": format!("{token}@example.com"), "email_verified": true, "name": "Ada"}),
    )
}

async fn gmail(State(google): State<Google>, method: Method, uri: Uri, body: Bytes) -> Response {
    let mut memory = google.0.lock().unwrap();
    let (status, body) = match memory.refusal.clone() {
        Some(refusal) => refusal,
        None => answer(&mut memory, &method, uri.path(), &body),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert("content-type", "application/json; charset=UTF-8".parse().unwrap());
    response
}

fn answer(memory: &mut Memory, method: &Method, path: &str, body: &[u8]) -> (u16, Value) {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let path = path.trim_start_matches("/upload").trim_start_matches("/gmail/v1/users/me");
    let parts: Vec<_> = path.split('/').skip(1).collect();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["messages", "send"]) => {
            keep(memory, &json["raw"], body);
            (200, json!({"id": "sent-1", "threadId": "t-sent", "labelIds": ["SENT"]}))
        }
        ("POST", ["drafts"]) | ("PUT", ["drafts", _]) => {
            keep(memory, &json["message"]["raw"], body);
            (200, json!({"id": "d-1", "message": {"id": "m-draft-2", "threadId": "t-draft", "labelIds": ["DRAFT"]}}))
        }
        ("POST", ["drafts", "send"]) => (200, json!({"id": "sent-1", "threadId": "t-sent", "labelIds": ["SENT"]})),
        ("POST", ["messages", id, "modify"]) => {
            (200, json!({"id": id, "threadId": "t1", "labelIds": json["addLabelIds"]}))
        }
        ("GET", ["messages", id]) if memory.messages.contains_key(*id) => {
            let raw = URL_SAFE.encode(&memory.messages[*id]);
            (
                200,
                json!({"id": id, "threadId": "t9", "labelIds": ["INBOX"], "internalDate": "1700000900000", "raw": raw}),
            )
        }
        _ => {
            let error = json!({"domain": "global", "reason": "notFound", "message": "Requested entity was not found."});
            (
                404,
                json!({"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND", "errors": [error]}}),
            )
        }
    }
}

fn keep(memory: &mut Memory, raw: &Value, body: &[u8]) {
    // Large ones come as an upload; then the message stands in the body as it is.
    memory.sent.push(raw.as_str().and_then(|text| URL_SAFE.decode(text).ok()).unwrap_or_else(|| body.to_vec()));
}
