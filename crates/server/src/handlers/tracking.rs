//! The marks of tracked messages: a picture, and links that lead on. Visited by anybody's mail program, so nothing here says
//! what exists: every picture is the same one, and every link that is none is answered alike. No cookies, nothing cached.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, header};
use model::tracking::Visit;

use crate::app::App;
use crate::client::client_ip;
use crate::error::Refusal;
use crate::page;

/// One transparent pixel (GIF 89a).
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\
    !\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store, max-age=0");
const NO_ROBOTS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
/// Longest name of a program that is looked at, in characters.
const MOST_USER_AGENT: usize = 256;

/// `GET /t/{token}`: the picture of a message.
pub async fn picture(State(app): State<App>, request: Request) -> Response {
    let (token, _) = named(&request);
    let visit = visit(&app, &request);
    let counts = is_visit(&request) && app.limits().visit(visit.ip.as_deref()).is_ok();
    if counts {
        app.engine().note_opening(token, told(&app, visit)).await;
    }
    let mut response = Response::new(Body::from(PICTURE));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(PICTURE.len()));
    // Mail is read in browsers too, on pages of other origins.
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    unremembered(response)
}

/// `GET /t/{token}/{link}`: on to where the link leads.
pub async fn link(State(app): State<App>, request: Request) -> Response {
    let (token, link) = named(&request);
    let visit = visit(&app, &request);
    if let Err(fault) = app.limits().visit(visit.ip.as_deref()) {
        return unremembered(Refusal::from(fault).into_response());
    }
    let visit = is_visit(&request).then(|| told(&app, visit));
    unremembered(match app.engine().follow(token, link, visit).await {
        Ok(url) => page::redirect(&url),
        Err(fault) if page::is_wanted(request.headers()) => page::error(&fault.into()),
        Err(fault) => Refusal::from(fault).into_response(),
    })
}

/// The token and the link's number, as they stand in the path: neither has anything to decode.
fn named(request: &Request) -> (&str, &str) {
    let rest = request.uri().path().strip_prefix("/t/").unwrap_or_default();
    rest.split_once('/').unwrap_or((rest, ""))
}

fn visit(app: &App, request: &Request) -> Visit {
    let program = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Visit {
        at: app.engine().now(),
        ip: client_ip(request, app.settings()),
        user_agent: program.map(|text| text.chars().take(MOST_USER_AGENT).collect()),
    }
}

/// As much of a visit as the operator lets be kept.
fn told(app: &App, visit: Visit) -> Visit {
    if app.settings().visitors { visit } else { Visit { ip: None, user_agent: None, ..visit } }
}

/// Whether somebody is there. Programs that only look whether a link works ask with HEAD; browsers say when they fetch
/// ahead of a click that may never come (Fetch standard, `Sec-Purpose`).
fn is_visit(request: &Request) -> bool {
    let ahead = ["sec-purpose", "purpose", "x-moz", "x-purpose"].into_iter().any(|name| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ["prefetch", "preview", "prerender"].iter().any(|word| value.to_ascii_lowercase().contains(word))
    });
    request.method() == Method::GET && !ahead
}

/// Nobody keeps the answer, or lists its address.
fn unremembered(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    let (name, value) = NO_ROBOTS;
    headers.insert(name, value);
    response
}
