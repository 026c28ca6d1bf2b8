//! `GET /_sandbox/landing`: a page in an application's place, for browsers that come back from signing in.

use askama::Template;
use axum::Json;
use axum::extract::RawQuery;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use super::front_page::asked_by_browser;

/// Parameters shown; more than any sign-in brings.
const MOST: usize = 30;

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    /// Name and value of everything the browser brought.
    brought: Vec<(String, String)>,
    code: bool,
    error: bool,
}

/// Shows what came, so that somebody who tries sign-in out needs no application for it: a page for browsers, JSON for programs.
pub(super) async fn show(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let brought: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().take(MOST).collect();
    let has = |wanted: &str| brought.iter().any(|(name, _)| name == wanted);
    let (code, error) = (has("code"), has("error"));
    // The code is a secret for a minute.
    let private = [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];
    if !asked_by_browser(&headers) {
        let brought: Map<String, Value> = brought.into_iter().map(|(name, value)| (name, value.into())).collect();
        return (private, Json(brought)).into_response();
    }
    match (Landing { brought, code, error }).render() {
        Ok(text) => (private, Html(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
