//! `GET /`: where somebody with nothing but the address begins.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use crate::call;
use crate::page;
use crate::reply;

/// Browsers are led to the reference; programs are told where things are.
pub async fn show(headers: HeaderMap) -> Response {
    let mut response = match page::is_wanted(&headers) {
        true => page::redirect("/docs"),
        false => signpost(),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn signpost() -> Response {
    let base = call::current().public_url;
    let at = |path: &str| format!("{base}{path}");
    let told = json!({
        "name": "Postroad",
        "version": env!("CARGO_PKG_VERSION"),
        "api": at("/v3"),
        "reference": at("/docs"),
        "openapi": at("/openapi.json"),
        "faults": at("/docs/faults"),
        "health": at("/readyz"),
    });
    reply::json(StatusCode::OK, &told)
}
