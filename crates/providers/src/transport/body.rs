//! Bodies, on their way out and in.

use bytes::Bytes;
use reqwest::{Body, Request, Response};

/// Bytes of a body that is held in memory, as ours all are.
pub(crate) fn body_length(request: &Request) -> u64 {
    request.body().and_then(Body::as_bytes).map_or(0, |body| body.len() as u64)
}

/// Reads a body up to `cap` bytes and says whether it was cut there.
pub(crate) async fn read(mut response: Response, cap: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let Some(first) = response.chunk().await? else { return Ok((Bytes::new(), false)) };
    let expected = usize::try_from(response.content_length().unwrap_or_default()).unwrap_or(cap);
    let mut body = Vec::with_capacity(expected.clamp(first.len(), cap.max(first.len())));
    let mut next = Some(first);
    while let Some(chunk) = next {
        let room = cap - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.into(), true));
        }
        body.extend_from_slice(&chunk);
        next = response.chunk().await?;
    }
    Ok((body.into(), false))
}
