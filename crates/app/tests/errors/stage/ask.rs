//! The request of a row, as a program outside reads it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::table::Call;

/// A request, told so that an SDK can make it as well.
#[derive(Clone, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Asked {
    Search { limit: &'static str },
    Send { from: Option<&'static str> },
    Malformed,
    Bring { provider: &'static str, refresh_token: String },
    Password { provider: &'static str },
    Renew { refresh_token: String },
    RedirectUri { url: &'static str },
    Flood,
    Exchange { client_id: String },
}

impl Asked {
    /// The request of a call. The token is that of a call that brings one.
    pub fn of(call: Call, provider: &'static str, client_id: String, refresh_token: String) -> Self {
        match call {
            Call::Search | Call::Stranger => Asked::Search { limit: "5" },
            Call::BadSearch => Asked::Search { limit: "many" },
            Call::Send => Asked::Send { from: None },
            Call::SendAs(from) => Asked::Send { from: Some(from) },
            Call::Malformed => Asked::Malformed,
            Call::Bring(_) => Asked::Bring { provider, refresh_token },
            Call::Password => Asked::Password { provider },
            Call::Renew(_) => Asked::Renew { refresh_token },
            Call::RedirectUri(url) => Asked::RedirectUri { url },
            Call::Flood => Asked::Flood,
            Call::Exchange => Asked::Exchange { client_id },
        }
    }

    /// Method, path and body over plain HTTP, for the mailbox of a grant.
    pub fn over_http(&self, grant: &str) -> (reqwest::Method, String, Option<String>) {
        let post = |path: &str, body: Value| (reqwest::Method::POST, path.to_owned(), Some(body.to_string()));
        let sending = format!("/v3/grants/{grant}/messages/send");
        match self {
            Asked::Search { limit } => {
                let path = format!("/v3/grants/{grant}/messages?search_query_native=anything&limit={limit}");
                (reqwest::Method::GET, path, None)
            }
            Asked::Send { from } => {
                let mut message =
                    json!({"to": [{"email": "friend@sandbox.test"}], "subject": "Hello", "body": "Hello."});
                if let Some(from) = from {
                    message["from"] = json!([{"email": from}]);
                }
                post(&sending, message)
            }
            Asked::Malformed => (reqwest::Method::POST, sending, Some("{\"to\": [".into())),
            Asked::Bring { provider, refresh_token } => {
                post("/v3/connect/custom", json!({"provider": provider, "settings": {"refresh_token": refresh_token}}))
            }
            Asked::Password { provider } => {
                post("/v3/connect/custom", json!({"provider": provider, "settings": {"password": "hunter2"}}))
            }
            Asked::Renew { refresh_token } => {
                let body = json!({"settings": {"refresh_token": refresh_token}});
                (reqwest::Method::PATCH, format!("/v3/grants/{grant}"), Some(body.to_string()))
            }
            Asked::RedirectUri { url } => {
                post("/v3/applications/redirect-uris", json!({"url": url, "platform": "web"}))
            }
            Asked::Flood => (reqwest::Method::POST, "/v3/providers/detect?email=a@gmail.com".into(), None),
            Asked::Exchange { client_id } => {
                let body = json!({"grant_type": "authorization_code", "client_id": client_id, "client_secret": "wrong",
                    "code": "code", "redirect_uri": "http://localhost/cb"});
                post("/v3/connect/token", body)
            }
        }
    }
}
