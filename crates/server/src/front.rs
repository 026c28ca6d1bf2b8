//! The front door: what happens to every request before and after its handler.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use engine::gate::Spent;
use futures_util::FutureExt;
use http::header::{self, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use model::{Fault, FaultKind};
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{Any, CorsLayer};
use uuid::Uuid;

use crate::app::App;
use crate::call::{self, Call, Family};
use crate::error::Refusal;
use crate::mailbox::{FRESH_AT, PHASE};
use crate::routes;

/// Longest path and query taken; long lists of addresses and provider queries fit easily.
const LONGEST_URL: usize = 16 * 1024;
/// Answers smaller than this are not worth compressing.
const COMPRESS_ABOVE: u64 = 1024;

/// Names the request in header, body and log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Provider calls made for this answer (contract facts, section 3.3).
const PROVIDER_REQUESTS: HeaderName = HeaderName::from_static("nylas-provider-request-count");
/// Units of the provider's quota they took; only where a provider counts in units.
const QUOTA_USAGE: HeaderName = HeaderName::from_static("nylas-gmail-quota-usage");

/// The whole HTTP side as one service.
pub fn service(app: App) -> Router {
    let compression =
        CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(worth_compressing());
    let inner = routes::router(&app).layer(compression).layer(cors());
    // The trailing slash has to go before a route is looked for, so the routes sit behind a router that has none.
    Router::new().fallback_service(inner).layer(from_fn_with_state(app, answer))
}

/// Text of ours; downloads keep their Content-Length.
fn worth_compressing() -> impl Predicate {
    let text = |_: StatusCode, _: http::Version, headers: &http::HeaderMap, _: &http::Extensions| {
        headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "application/json" || kind == "text/html; charset=utf-8")
    };
    SizeAbove::new(COMPRESS_ABOVE).and(text)
}

/// Browsers may call with a credential in the Authorization header, as public PKCE clients do. Cookies never count.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER, FRESH_AT, PHASE, PROVIDER_REQUESTS, QUOTA_USAGE])
}

async fn answer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    strip_trailing_slash(&mut request);
    let request_id = Uuid::new_v4().to_string();
    let call = Call {
        request_id: request_id.as_str().into(),
        family: Family::of(request.uri().path()),
        clock: app.engine().clock(),
        public_url: app.public_url(),
    };
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (spent, began) = (Arc::new(Spent::default()), app.engine().now());
    let family = call.family;
    let work = spent.clone().count(guarded(app.settings().request_deadline, request, next));
    let mut response = call::scope(call, work).await;
    let took = app.engine().now().duration_since(began).try_into().unwrap_or_default();
    app.metrics().requests.count(family, response.status(), took);
    tell_cost(&spent, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    // Whoever knows a mark's token can follow its links.
    let path = if path.starts_with("/t/") { "/t/…" } else { path.as_str() };
    tracing::debug!(request_id, %method, path, status = response.status().as_u16(), "answered");
    response
}

/// What the answer cost at the provider; nothing for answers from the mirror.
fn tell_cost(spent: &Spent, headers: &mut HeaderMap) {
    for (name, number) in [(PROVIDER_REQUESTS, spent.calls()), (QUOTA_USAGE, spent.units())] {
        if number > 0 {
            headers.insert(name, HeaderValue::from(number));
        }
    }
}

/// The handler's answer; in its place a refusal when the URL is too long, time is up, or the handler panicked.
async fn guarded(deadline: Duration, request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|url| url.as_str().len() > LONGEST_URL) {
        return Refusal::invalid(
            "url",
            format!("the URL is longer than {LONGEST_URL} bytes; send fewer or shorter filters"),
        )
        .with_status(StatusCode::URI_TOO_LONG)
        .into_response();
    }
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(deadline, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => Refusal::from(Fault::internal(panic_text(&*panic))).into_response(),
        Err(_) => {
            let fault = Fault::new(FaultKind::GatewayTimeout, "Provider request timed out.");
            Refusal::from(fault).into_response()
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|t| (*t).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

/// `/v3/webhooks/` means `/v3/webhooks` (contract facts, section 0).
fn strip_trailing_slash(request: &mut Request) {
    let uri = request.uri();
    if uri.path().len() < 2 || !uri.path().ends_with('/') {
        return;
    }
    let path = uri.path().trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    if let Ok(stripped) = text.parse::<PathAndQuery>() {
        parts.path_and_query = Some(stripped);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn status(path: &str) -> StatusCode {
        let router = Router::new()
            .route(
                "/panics",
                get(|| async {
                    if true {
                        panic!("at the disco")
                    }
                }),
            )
            .route("/hangs", get(std::future::pending::<()>))
            .layer(from_fn(|request, next| guarded(Duration::from_millis(5), request, next)));
        let response = router.oneshot(Request::builder().uri(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        response.status()
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_of_ours_and_a_hang_has_an_end() {
        assert_eq!(status("/panics").await, 500);
        assert_eq!(status("/hangs").await, 504);
        assert_eq!(status(&format!("/{}", "x".repeat(LONGEST_URL))).await, 414);
    }

    #[test]
    fn trailing_slashes_go_and_the_query_stays() {
        for (sent, routed) in [
            ("/v3/webhooks/", "/v3/webhooks"),
            ("/v3/grants/g/messages/a%2F/?fields=standard", "/v3/grants/g/messages/a%2F?fields=standard"),
            ("/", "/"),
            ("//", "/"),
            ("/docs", "/docs"),
        ] {
            let mut request = Request::builder().uri(sent).body(Body::empty()).unwrap();
            strip_trailing_slash(&mut request);
            assert_eq!(request.uri().to_string(), routed);
        }
    }
}
