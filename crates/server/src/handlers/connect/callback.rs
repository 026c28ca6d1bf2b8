//! `GET /v3/connect/callback`: the provider sends the browser back.

use axum::extract::{Request, State};
use axum::response::Response;
use engine::auth::ProviderCallback;
use http::{HeaderMap, header};

use super::cookie;
use crate::app::App;
use crate::client::client_ip;
use crate::extract::query::Query;
use crate::page;

/// Finishes hosted authentication. People see this, so failures are pages.
pub async fn callback(State(app): State<App>, headers: HeaderMap, mut query: Query, request: Request) -> Response {
    let state = query.text("state").unwrap_or_default();
    let callback = ProviderCallback {
        browser_secret: cookie::secret(&headers, &state),
        code: query.text("code"),
        error: query.text("error"),
        error_description: query.text("error_description"),
        admin_consent_of: query
            .flag("admin_consent")
            .unwrap_or(false)
            .then(|| query.text("tenant").unwrap_or_default()),
        ip: client_ip(&request, app.settings()),
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|v| v.to_str().ok())
            .map(|text| text.chars().take(500).collect()),
        state: state.clone(),
    };
    let engine = app.engine().clone();
    match app.finish(async move { engine.finish_hosted(callback).await }).await {
        Ok(location) => {
            let mut response = page::redirect(&location);
            if let Some(value) = cookie::release(&state, page::secure(&app)) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
            response
        }
        Err(refusal) => page::error(&refusal),
    }
}
