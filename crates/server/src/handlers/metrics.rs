//! `GET /metrics`, for Prometheus.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use model::secret::ExposeSecret;

use super::fallback;
use crate::Settings;
use crate::app::{App, sha256};
use crate::auth::{presented, unauthorized};
use crate::client::Peer;
use crate::error::{Answered, Refusal};
use crate::metrics::expose::CONTENT_TYPE;

/// What a proxy leaves on a request that it passes on.
const FORWARDED: [&str; 3] = ["x-forwarded-for", "forwarded", "via"];

/// `GET /metrics`
pub async fn show(State(app): State<App>, request: Request) -> Answered {
    if !app.settings().metrics {
        return fallback::not_found(request.method().clone(), request.uri().clone()).await;
    }
    let peer = request.extensions().get::<Peer>().copied();
    admit(request.headers(), peer, app.settings())?;
    let mut response: Response = app.metrics().page(&app).await?.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    Ok(response)
}

/// With a token: who presents it. Without one: who comes from this machine itself, not through a proxy on it.
fn admit(headers: &HeaderMap, peer: Option<Peer>, settings: &Settings) -> Result<(), Refusal> {
    match &settings.metrics_token {
        Some(token) => match presented(headers)? {
            // Digests are compared, so that the time it takes tells nothing of the token.
            Some(given) if sha256(given.as_bytes()) == sha256(token.expose_secret().as_bytes()) => Ok(()),
            _ => Err(unauthorized("Unauthorized: /metrics needs `Bearer <metrics.token>`")),
        },
        None => {
            let near = peer.is_some_and(|Peer(ip)| ip.to_canonical().is_loopback());
            match near && !FORWARDED.iter().any(|name| headers.contains_key(*name)) {
                true => Ok(()),
                false => Err(unauthorized(
                    "Unauthorized: /metrics is for this machine alone; set metrics.token to read it from elsewhere",
                )),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(token: Option<&str>, ip: &str, headers: &[(&'static str, &str)]) -> bool {
        let settings = Settings { metrics_token: token.map(Into::into), ..Settings::default() };
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        admit(&headers.collect(), Some(Peer(ip.parse().unwrap())), &settings).is_ok()
    }

    #[test]
    fn without_a_token_only_this_machine_reads_them_and_not_through_a_proxy() {
        assert!(admitted(None, "127.0.0.1", &[]) && admitted(None, "::1", &[]));
        assert!(admitted(None, "::ffff:127.0.0.1", &[]));
        assert!(!admitted(None, "10.0.0.7", &[]));
        assert!(!admitted(None, "127.0.0.1", &[("x-forwarded-for", "203.0.113.9")]));
        assert!(!admitted(None, "127.0.0.1", &[("via", "1.1 proxy")]));
        assert!(admit(&HeaderMap::new(), None, &Settings::default()).is_err(), "an unknown peer is not this machine");
    }

    #[test]
    fn with_a_token_everybody_needs_it() {
        assert!(admitted(Some("secret"), "10.0.0.7", &[("authorization", "Bearer secret")]));
        assert!(!admitted(Some("secret"), "10.0.0.7", &[("authorization", "Bearer secrets")]));
        assert!(!admitted(Some("secret"), "127.0.0.1", &[]), "this machine, too");
    }
}
