//! Identity tokens (OpenID Connect Core section 2).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::{Value, json};

use super::{ISSUER, scopes, userinfo};
use crate::google::Google;
use crate::world::permits::Access;

/// How long one is good: an hour.
const LIFETIME_S: i64 = 3600;

/// A token that says who the account is, to the client that asked.
pub(super) fn issue(google: &Google, access: &Access, nonce: Option<&str>, access_token: &str) -> Option<String> {
    let mailbox = google.world.mailbox(&access.email).ok()?;
    let now_s = google.world.clock().now_ms() / 1000;
    let mut claims = json!({
        "iss": ISSUER,
        "azp": access.client_id,
        "aud": access.client_id,
        "sub": mailbox.subject(),
    });
    if scopes::show_email(&access.scopes) {
        claims["email"] = json!(access.email);
        claims["email_verified"] = json!(true);
    }
    claims["at_hash"] = json!(half_hash(access_token));
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    if scopes::show_profile(&access.scopes) {
        merge(&mut claims, userinfo::names(&mailbox.name));
    }
    claims["iat"] = json!(now_s);
    claims["exp"] = json!(now_s + LIFETIME_S);
    google.keys.sign(&claims)
}

/// The left half of the access token's hash (OpenID Connect Core section 3.1.3.6).
fn half_hash(access_token: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access_token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
}

fn merge(claims: &mut Value, more: Value) {
    if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
        claims.extend(more);
    }
}
