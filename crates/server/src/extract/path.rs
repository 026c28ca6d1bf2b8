//! Path parameters, percent-decoded exactly once: a `+` stays a `+`, an encoded `/` stays inside its segment.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::error::Refusal;

/// The last parameter of the path: the thing a request is about.
pub struct Item(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Item {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let params = params(parts, state).await?;
        params.into_iter().last().map(|(_, value)| Self(value)).ok_or_else(|| Refusal::not_found("No such path."))
    }
}

/// The first parameter of the path, where there are two.
pub struct Parent(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Parent {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let params = params(parts, state).await?;
        params.into_iter().next().map(|(_, value)| Self(value)).ok_or_else(|| Refusal::not_found("No such path."))
    }
}

async fn params<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Vec<(String, String)>, Refusal> {
    let raw = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Refusal::invalid("path", "the path must be percent-encoded UTF-8"))?;
    Ok(raw.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
