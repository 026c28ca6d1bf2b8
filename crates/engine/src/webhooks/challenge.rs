//! Proof that a URL belongs to whoever makes the webhook: it must echo a token (nylas-v3.md 5.2).

use futures_util::StreamExt as _;
use reqwest::Response;
use url::Url;

use super::url::{check, unusable};
use crate::{Inner, Result, random};

/// Bytes of an answer that are looked at.
const MOST: usize = 4096;

/// Asks `<url>?challenge=<token>`; the answer must be 200 with exactly the token.
pub(super) async fn challenge(inner: &Inner, url: &str) -> Result<()> {
    let mut url = check(url, inner.settings())?;
    let token = random::token();
    url.query_pairs_mut().append_pair("challenge", &token);
    let answer = ask(inner, url).await?;
    if answer != token.as_bytes() {
        return Err(unverified("the answer is not exactly the value of the challenge parameter"));
    }
    Ok(())
}

async fn ask(inner: &Inner, url: Url) -> Result<Vec<u8>> {
    let answer = inner.post.http.get(url).send().await.map_err(|error| unreachable(&told(&error)))?;
    if answer.status() != reqwest::StatusCode::OK {
        let why = format!("status is not ok, got {}", answer.status().as_u16());
        return Err(if answer.status().is_server_error() { unreachable(&why) } else { unverified(&why) });
    }
    read(answer).await
}

async fn read(answer: Response) -> Result<Vec<u8>> {
    let (mut body, mut chunks) = (Vec::new(), answer.bytes_stream());
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(|error| unreachable(&told(&error)))?);
        if body.len() > MOST {
            return Err(unverified("the answer is longer than the challenge"));
        }
    }
    Ok(body)
}

/// What a caller may hear of a failed request: its kind, not what the network inside looks like.
pub(super) fn told(error: &reqwest::Error) -> String {
    let what = match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => "the host could not be reached",
        _ => "the request failed",
    };
    what.to_owned()
}

fn unverified(why: &str) -> model::Fault {
    unusable(format!("unable.verify.webhook_url : {why}"))
}

/// The same request may well succeed once the receiver is up: nothing about it is wrong.
fn unreachable(why: &str) -> model::Fault {
    unverified(why).with_verdict(model::Verdict::Backoff)
}
