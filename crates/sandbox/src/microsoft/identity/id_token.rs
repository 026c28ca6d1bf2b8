//! Identity tokens of version 2.0 (facts 4.1, 4.5).

use serde_json::json;
use uuid::Uuid;

use super::super::Microsoft;
use super::directory::Account;
use crate::world::chance::stable_hash;

/// How long one is good: an hour.
const LIFETIME_S: i64 = 3600;

/// Whom a token is about and for.
pub(super) struct About<'a> {
    pub(super) account: &'a Account,
    pub(super) app: &'a str,
    pub(super) scopes: &'a [String],
    pub(super) nonce: Option<&'a str>,
    /// The platform's own address, which begins the issuer.
    pub(super) base: &'a str,
}

/// Who the account is, to the app that asked. `None` where the key could not be made.
pub(super) fn issue(microsoft: &Microsoft, about: &About<'_>) -> Option<String> {
    let About { account, app, base, .. } = about;
    let has = |scope: &str| about.scopes.iter().any(|have| have == scope);
    let now_s = microsoft.world.clock().now_ms() / 1000;
    let mut claims = json!({
        "ver": "2.0",
        "iss": issuer(base, account.tenant),
        "aud": app,
        "iat": now_s,
        "nbf": now_s,
        "exp": now_s + LIFETIME_S,
        // Another one for every app.
        "sub": format!("{:016x}{:016x}", stable_hash(account.oid.as_bytes()), stable_hash(format!("{}{app}", account.oid).as_bytes())),
    });
    if has("profile") {
        claims["oid"] = json!(account.oid);
        claims["tid"] = json!(account.tenant);
        claims["preferred_username"] = json!(account.upn);
        claims["name"] = json!(account.name);
    }
    if has("email") {
        claims["email"] = json!(account.mail);
    }
    if let Some(nonce) = about.nonce {
        claims["nonce"] = json!(nonce);
    }
    microsoft.keys.sign(&claims)
}

/// Who vouches for accounts of a tenant.
pub(super) fn issuer(base: &str, tenant: Uuid) -> String {
    format!("{base}/{tenant}/v2.0")
}
