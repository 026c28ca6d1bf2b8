//! Where everything is, and the keys (OpenID Connect Discovery section 3).

use http::StatusCode;
use serde_json::json;

use super::ISSUER;
use crate::google::Google;
use crate::google::wire::{Answer, Incoming};

/// `/.well-known/openid-configuration`, every URL pointing here; the issuer keeps Google's name, as in the tokens.
pub(super) fn document(_: &Google, incoming: &Incoming) -> Answer {
    let base = &incoming.base;
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{base}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/v1/userinfo"),
        "revocation_endpoint": format!("{base}/revoke"),
        "jwks_uri": format!("{base}/oauth2/v3/certs"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture", "sub"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    });
    Answer::json(StatusCode::OK, &document)
}

/// `/oauth2/v1/certs`: the keys as PEM, which Google's own libraries read. Google wraps them in certificates; the
/// libraries take bare keys as well.
pub(super) fn pem_certs(google: &Google, _: &Incoming) -> Answer {
    Answer::json(StatusCode::OK, &google.keys.pem())
}

/// `/oauth2/v3/certs`: the keys as a JWK set.
pub(super) fn certs(google: &Google, _: &Incoming) -> Answer {
    Answer::json(StatusCode::OK, &google.keys.jwks())
}
