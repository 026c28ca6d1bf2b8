//! From the HTTP server's request to the sandbox's, and back.

use std::io::Read;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::connection::CutHandle;
use crate::google::{Answer, Google, Incoming, Outcome, Query};
use crate::microsoft::Microsoft;

/// What every request needs.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    pub(super) google: Arc<Google>,
    pub(super) microsoft: Arc<Microsoft>,
    /// `https` behind the TLS listener.
    pub(super) scheme: &'static str,
    /// The base URL to print, when it was given.
    pub(super) public_url: Option<Arc<str>>,
}

/// The largest body by which Gmail's plain JSON routes are still reached: a message of some 5 MB, as base64url
/// (facts 1.4: 5 MB go through, 10 MB do not).
const PLAIN_LIMIT: usize = 8 << 20;
/// The largest upload, 150 MiB, and something for its framing.
const UPLOAD_LIMIT: usize = 157_286_400 + (1 << 20);

/// Answers everything that is not the control API.
pub(super) async fn provider(
    State(intake): State<Intake>,
    ConnectInfo(connection): ConnectInfo<CutHandle>,
    request: Request,
) -> Response {
    let outcome = match read(&intake, request).await {
        Ok(incoming) => match intake.microsoft.answer(&incoming).await {
            Some(outcome) => outcome,
            None => intake.google.answer(&incoming).await,
        },
        Err(answer) => Outcome::Answer(answer),
    };
    match outcome {
        Outcome::Answer(answer) => respond(answer),
        Outcome::Cut => {
            connection.cut();
            Response::new(Body::empty())
        }
    }
}

async fn read(intake: &Intake, request: Request) -> Result<Incoming, Answer> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let limit = limit(&path);
    let body = Limited::new(body, limit)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { Google::too_large() } else { Google::malformed() })?;
    let body = plain(body.to_bytes(), &head.headers, limit)?;
    let base = intake.public_url.as_deref().map_or_else(|| base(intake.scheme, &head), str::to_owned);
    let query = Query::parse(head.uri.query().unwrap_or_default());
    Ok(Incoming { method: head.method, path, query, headers: head.headers, body, base })
}

fn limit(path: &str) -> usize {
    // Graph measures for itself.
    let roomy = ["/upload/", "/resumable/", "/batch", "/v1.0/", "/beta/", "/api/v2.0/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    if roomy { UPLOAD_LIMIT } else { PLAIN_LIMIT }
}

/// Undoes `Content-Encoding: gzip`.
fn plain(body: Bytes, headers: &http::HeaderMap, limit: usize) -> Result<Bytes, Answer> {
    if headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(body);
    }
    let mut text = Vec::new();
    let read = flate2::read::GzDecoder::new(&body[..]).take(limit as u64 + 1).read_to_end(&mut text);
    match read {
        Ok(length) if length > limit => Err(Google::too_large()),
        Ok(_) => Ok(text.into()),
        Err(_) => Err(Google::malformed()),
    }
}

/// The base URL this request came in under.
fn base(scheme: &str, head: &http::request::Parts) -> String {
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!(
        "{scheme}://{}",
        host.or(head.uri.authority().map(http::uri::Authority::as_str)).unwrap_or("127.0.0.1:7679")
    )
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}
