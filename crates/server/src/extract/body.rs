//! Reading request bodies within a size and a time.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode, header};
use model::{Fault, FaultKind};

use crate::error::Refusal;

/// How much of a body that is too large is read and dropped, so that its sender hears why instead of a broken pipe.
const DRAIN: u64 = 64 * 1024 * 1024;

/// How large a body may be, how long it may take, and what it is called when it is larger.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes.
    pub limit: usize,
    /// All of it must have arrived by then.
    pub deadline: Duration,
    /// `json` or `multipart`.
    pub encoding: &'static str,
}

/// Reads a whole body.
pub async fn read(headers: &HeaderMap, body: Body, bounds: Bounds) -> Result<Bytes, Refusal> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > DRAIN) {
        return Err(too_large(bounds, announced.unwrap_or_default()));
    }
    tokio::time::timeout(bounds.deadline, collect(body, bounds)).await.map_err(|_| too_slow(bounds))?
}

async fn collect(body: Body, bounds: Bounds) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut seen: u64 = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        seen += chunk.len() as u64;
        if seen <= bounds.limit as u64 {
            kept.extend_from_slice(&chunk);
        } else if seen > DRAIN {
            break;
        }
    }
    if seen > bounds.limit as u64 { Err(too_large(bounds, seen)) } else { Ok(kept.freeze()) }
}

/// The contract's words (facts, section 1.5, size rules).
pub fn too_large(bounds: Bounds, received: u64) -> Refusal {
    let most = match bounds.limit {
        bytes if bytes % (1024 * 1024) == 0 => format!("{}MB", bytes / (1024 * 1024)),
        bytes => format!("{bytes} bytes"),
    };
    let message = format!("max size of attachments for {} is {most}, received '{received}'", bounds.encoding);
    Fault { field: Some("attachments".to_owned()), ..Fault::new(FaultKind::MessageTooLarge, message) }.into()
}

/// The body did not arrive in time (RFC 9110 section 15.5.9).
pub fn too_slow(bounds: Bounds) -> Refusal {
    let seconds = bounds.deadline.as_secs();
    Refusal::invalid("body", format!("the request body did not arrive within {seconds} seconds; send it faster"))
        .with_status(StatusCode::REQUEST_TIMEOUT)
}

/// The body broke off.
pub fn broken() -> Refusal {
    Refusal::invalid("body", "the request body broke off before its end; send it again")
        .typed("api.invalid_request_payload")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { limit: 3 * 1024 * 1024, deadline: Duration::from_secs(5), encoding: "json" };

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_in_the_contracts_words() {
        let body = Body::from(vec![b' '; 6_060_096]);
        let refusal = read(&HeaderMap::new(), body, BOUNDS).await.unwrap_err();
        assert_eq!(refusal.fault().message, "max size of attachments for json is 3MB, received '6060096'");
    }

    #[tokio::test]
    async fn a_body_of_exactly_the_limit_is_taken() {
        let body = Body::from(vec![b' '; BOUNDS.limit]);
        assert_eq!(read(&HeaderMap::new(), body, BOUNDS).await.unwrap().len(), BOUNDS.limit);
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_given_up_on() {
        let body = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let refusal =
            read(&HeaderMap::new(), body, Bounds { deadline: Duration::from_millis(5), ..BOUNDS }).await.unwrap_err();
        assert!(refusal.fault().message.contains("did not arrive within"));
    }
}
