//! Where everything is, and the keys (OpenID Connect Discovery section 3).

use http::StatusCode;
use serde_json::{Value, json};

use super::super::Microsoft;
use super::authority::Authority;
use super::directory::CONSUMERS;
use super::endpoints::Asked;
use super::id_token::issuer;
use crate::google::Answer;

/// `/{tenant}/v2.0/.well-known/openid-configuration`, every URL pointing here. What is true of no one tenant says
/// `{tenantid}` for its issuer, as Microsoft does.
pub(super) fn document(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    let authority = Authority::read(asked.tenant, &microsoft.world.identity().state().directory);
    let base = &asked.incoming.base;
    let issuer = match authority {
        Ok(Authority::Tenant(tenant)) => issuer(base, tenant),
        Ok(Authority::Consumers) => issuer(base, CONSUMERS),
        Ok(Authority::Common | Authority::Organizations) => format!("{base}/{{tenantid}}/v2.0"),
        Err(refusal) => return refusal.answer(microsoft, None),
    };
    let at = |path: &str| format!("{base}/{}/{path}", asked.tenant);
    json_answer(&json!({
        "token_endpoint": at("oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": at("discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "authorization_endpoint": at("oauth2/v2.0/authorize"),
        "end_session_endpoint": at("oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nbf", "nonce", "preferred_username", "name", "tid", "ver", "oid", "email"],
        "tenant_region_scope": Value::Null,
        "cloud_instance_name": "microsoftonline.com",
    }))
}

/// `/{tenant}/discovery/v2.0/keys`.
pub(super) fn keys(microsoft: &Microsoft, _: &Asked<'_>) -> Answer {
    json_answer(&microsoft.keys.jwks())
}

/// `/common/discovery/instance`: that this host is as good as Microsoft's own.
pub(super) fn instance(_: &Microsoft, asked: &Asked<'_>) -> Answer {
    let base = &asked.incoming.base;
    let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
    json_answer(&json!({
        "tenant_discovery_endpoint": format!("{base}/common/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

fn json_answer(value: &Value) -> Answer {
    Answer::new(StatusCode::OK, "application/json; charset=utf-8", value.to_string())
        .with("access-control-allow-origin", "*")
}
