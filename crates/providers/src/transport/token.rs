//! The access token of a request.

use model::secret::{ExposeSecret, SecretString};
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::meter::Pass;

/// With the access token that the pass brings, if it brings a newer one. A request that shows none goes on showing none.
pub(crate) fn with_token_of(pass: &Pass, mut request: Request) -> Request {
    let header = |token: &SecretString| HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok();
    if let (Some(mut header), Some(slot)) =
        (pass.token().and_then(header), request.headers_mut().get_mut(AUTHORIZATION))
    {
        header.set_sensitive(true);
        *slot = header;
    }
    request
}
