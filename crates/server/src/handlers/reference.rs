//! The reference: the OpenAPI document, a page made from it, and what the pages need.

use std::sync::OnceLock;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::error::Refusal;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::openapi;
use crate::page;
use crate::reference::Reference;

const CSS: &str = include_str!("../../assets/postroad.css");

/// `GET /openapi.json`
pub async fn document() -> Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| serde_json::to_vec(&openapi::document()).unwrap_or_default().into());
    file(text.clone(), "application/json")
}

/// `GET /docs`, with `q` only the operations that match.
pub async fn page(mut query: Query) -> Response {
    static REFERENCE: OnceLock<serde_json::Value> = OnceLock::new();
    let document = REFERENCE.get_or_init(|| serde_json::to_value(openapi::document()).unwrap_or_default());
    let words: String = query.text("q").unwrap_or_default().chars().take(200).collect();
    page::html(StatusCode::OK, &Reference::new(document, &words))
}

/// `GET /assets/{name}`
pub async fn asset(Item(name): Item) -> Response {
    match name.as_str() {
        "postroad.css" => file(Bytes::from_static(CSS.as_bytes()), "text/css; charset=utf-8"),
        _ => Refusal::unsupported(format!("Resource not found: there is no asset '{name}'.")).into_response(),
    }
}

fn file(bytes: Bytes, kind: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
