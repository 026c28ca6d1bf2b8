//! `GET /`: where somebody with nothing but the address begins. No provider has anything there that a client would ask for.

use super::Control;
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

#[derive(Template)]
#[template(path = "front_page.html")]
struct FrontPage {
    version: &'static str,
    /// Address, provider, messages.
    mailboxes: Vec<(String, &'static str, u64)>,
    faults: usize,
}

/// Whether it is a browser that asks, and not a program.
pub(super) fn asked_by_browser(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|kinds| kinds.contains("text/html"))
}

/// A page for browsers, addresses for programs.
pub(super) async fn show(State(control): State<Control>, headers: HeaderMap) -> Response {
    if !asked_by_browser(&headers) {
        return Json(json!({
            "sandbox": env!("CARGO_PKG_VERSION"),
            "what": "a stand-in for Google and Microsoft: sign-in, Gmail and Graph as their own libraries call them",
            "control": "/_sandbox/",
            "mailboxes": "/_sandbox/mailboxes",
            "faults": "/_sandbox/faults/catalogue",
        }))
        .into_response();
    }
    let mailboxes = control.world.mailboxes().into_iter();
    let mailboxes = mailboxes.map(|mailbox| (mailbox.email, mailbox.provider.name(), mailbox.messages)).collect();
    let page = FrontPage { version: env!("CARGO_PKG_VERSION"), mailboxes, faults: control.plan.rules().len() };
    match page.render() {
        Ok(text) => ([(header::VARY, "accept")], Html(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
