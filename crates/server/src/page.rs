//! Pages for people: server-rendered, no scripts, nothing from elsewhere.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{Fault, FaultKind};

use crate::app::App;
use crate::call;
use crate::error::{Refusal, docs_link};

/// Nothing runs, nothing is fetched from elsewhere, nobody frames it.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    let (status, text) = match template.render() {
        Ok(text) => (status, text),
        Err(error) => {
            tracing::error!("page: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be rendered.".to_owned())
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether who asks is shown pages, as browsers are.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|kinds| kinds.contains("text/html"))
}

/// 302 to another place; a failure of ours when the place cannot stand in a header.
pub fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(value) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FOUND;
            response.headers_mut().insert(header::LOCATION, value);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            response
        }
        Err(_) => error(&Refusal::from(Fault::internal("a redirect location holds forbidden characters"))),
    }
}

/// Whether people reach this installation over https, so that cookies may insist on it.
pub fn secure(app: &App) -> bool {
    app.public_url().starts_with("https://")
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    message: &'a str,
    kind: &'a str,
    cause: &'a str,
    remedy: &'a str,
    docs: String,
    request_id: &'a str,
}

/// A text as HTML: what stands between backticks is code.
pub fn prose(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let pieces = escaped.split('`').enumerate();
    pieces.map(|(n, piece)| if n % 2 == 1 { format!("<code>{piece}</code>") } else { piece.to_owned() }).collect()
}

/// A failure, explained to the person in front of the browser.
pub fn error(refusal: &Refusal) -> Response {
    let (call, fault) = (call::current(), refusal.fault());
    tracing::debug!(request_id = &*call.request_id, kind = fault.kind.as_str(), raw = fault.raw, "{}", fault.message);
    let (cause, remedy) = words(fault);
    let page = ErrorPage {
        title: title(fault.kind),
        message: &fault.message,
        kind: fault.kind.as_str(),
        cause,
        remedy,
        docs: docs_link(&call, fault.kind),
        request_id: &call.request_id,
    };
    html(refusal.status(call.family), &page)
}

/// Why, and what to do: said to a person who only signed in, where the kind's own words speak to a programmer.
fn words(fault: &Fault) -> (&'static str, &'static str) {
    match (fault.kind, fault.field.as_deref()) {
        (FaultKind::InvalidRequest, Some("state")) => (
            "A sign-in works once, for half an hour, and only in the browser it was begun in.",
            "Go back to the application and connect your mailbox again.",
        ),
        (FaultKind::NotFound, Some("link")) => (
            "The link was copied incompletely, or the mailbox it was sent from is no longer connected.",
            "Ask whoever sent it where it was to lead.",
        ),
        (kind, _) => (kind.cause(), kind.remedy()),
    }
}

fn title(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::NotFound => "Not found",
        FaultKind::InvalidRequest | FaultKind::Unauthenticated | FaultKind::RedirectUriInvalid => {
            "This sign-in cannot be finished"
        }
        FaultKind::WrongAccount => "Another account came back",
        FaultKind::OauthClientMisconfigured => "This connection is not set up correctly",
        _ => "Something went wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_escaped_and_code_is_marked() {
        assert_eq!(prose("Send `A: <key>` & go."), "Send <code>A: &lt;key&gt;</code> &amp; go.");
    }
}
