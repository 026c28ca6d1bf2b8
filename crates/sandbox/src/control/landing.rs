//! `GET /_sandbox/landing`: a page in an application's place, for browsers that come back from signing in.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};

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

/// Shows what the browser brought, so that somebody who tries sign-in out needs no application for it.
pub(super) async fn show(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let brought: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().take(MOST).collect();
    let has = |wanted: &str| brought.iter().any(|(name, _)| name == wanted);
    let (code, error) = (has("code"), has("error"));
    match (Landing { brought, code, error }).render() {
        // The code is a secret for a minute.
        Ok(text) => ([(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")], Html(text))
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
