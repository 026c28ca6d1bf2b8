//! What an identity token says about the account (facts 4.1, 4.5).
//!
//! The signature is not looked at: the token comes over TLS from the token endpoint itself, in the answer to our own
//! request, and OpenID Connect Core 3.1.3.7 lets that stand for it. It is never taken from anybody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::secret::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Longer parts are not looked at; real ones are under 2 KB.
const MOST: usize = 64 * 1024;

/// The claims that matter here.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Claims {
    /// The account, whatever it is called; another one in every tenant it is a guest of.
    pub(super) oid: Option<String>,
    /// The tenant.
    pub(super) tid: Option<String>,
    pub(super) email: Option<String>,
    /// What the account is called today; changes, and is no address for certain.
    pub(super) preferred_username: Option<String>,
    pub(super) name: Option<String>,
}

impl Claims {
    /// Reads a token; what cannot be read claims nothing.
    pub(super) fn read(token: &SecretString) -> Self {
        let claims = || {
            let body = token.expose_secret().split('.').nth(1).filter(|body| body.len() <= MOST)?;
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body.trim_end_matches('=')).ok()?).ok()
        };
        claims().unwrap_or_default()
    }

    /// The account's immutable id: object id and tenant, in the order of Microsoft's own libraries (`uid.utid`). Never an
    /// address: those change, and have aliases (facts 4.5).
    pub(super) fn account(&self) -> Option<String> {
        let given = |id: &Option<String>| id.as_ref().filter(|id| !id.is_empty()).map(|id| id.to_ascii_lowercase());
        Some(format!("{}.{}", given(&self.oid)?, given(&self.tid)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> SecretString {
        SecretString::from(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
    }

    #[test]
    fn the_account_is_object_id_and_tenant() {
        let claims = Claims::read(&token(r#"{"oid":"A-1","tid":"T-2","preferred_username":"a@x.test","ver":"2.0"}"#));
        assert_eq!(claims.account().as_deref(), Some("a-1.t-2"));
        assert_eq!(claims.preferred_username.as_deref(), Some("a@x.test"));
        assert_eq!(Claims::read(&token(r#"{"oid":"A-1"}"#)).account(), None);
        assert_eq!(Claims::read(&token(r#"{"oid":"","tid":"T"}"#)).account(), None);
    }

    #[test]
    fn what_is_no_token_claims_nothing() {
        for text in ["", "a.b", "a.!!.c", "a.e30", "a.W10.c", &format!("a.{}.c", "A".repeat(MOST + 1))] {
            assert_eq!(Claims::read(&SecretString::from(text.to_owned())), Claims::default(), "{text:.20}");
        }
    }
}
