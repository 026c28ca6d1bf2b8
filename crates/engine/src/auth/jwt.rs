//! Id tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA256 (RFC 7515 `HS256`).
//!
//! Written out rather than taken from a library because there is one algorithm, one issuer, and a clock that is injected.
//! The key is derived from the sealing key and named in the header, so tokens outlive a rotation of keys.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::seal::Sealer;

/// What the contract's own tokens say, and what SDK users compare with.
const ISSUER: &str = "https://nylas.com";
/// Longer texts are not looked at.
const MOST: usize = 4096;

/// What an id token claims.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: String,
    pub(super) email: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

impl Claims {
    pub(super) fn new(application: String, grant: String, email: String, iat: i64, exp: i64) -> Self {
        Self { iss: ISSUER.to_owned(), aud: application, sub: grant, email, iat, exp }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// Signs and reads id tokens.
pub(crate) struct IdTokens {
    keys: Vec<(String, hmac::Key)>,
}

impl IdTokens {
    pub(crate) fn new(sealer: &Sealer) -> Self {
        Self { keys: sealer.derive("id tokens") }
    }

    /// Signs claims under the current key.
    pub(super) fn sign(&self, claims: &Claims) -> String {
        let (id, key) = self.keys.first().expect("a sealer is never built without a key");
        let header = json!({ "alg": "HS256", "kid": id, "typ": "JWT" }).to_string();
        let claims = json!(claims).to_string();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(key, signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// The claims of a token of ours that has not expired.
    pub(super) fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        if token.len() > MOST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        // One algorithm: a token that names another is none of ours (RFC 8725 section 3.1).
        let (_, key) = self.keys.iter().find(|(id, _)| *id == header.kid && header.alg == "HS256")?;
        hmac::verify(key, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        (claims.iss == ISSUER && claims.exp > now.as_second()).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(keys: &[(&str, u8)]) -> IdTokens {
        IdTokens::new(&Sealer::new(keys.iter().map(|(id, byte)| (id.to_string(), [*byte; 32])).collect()).unwrap())
    }

    fn claims() -> Claims {
        Claims::new("app".into(), "grant".into(), "u@x.org".into(), 100, 200)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signed_token_reads_until_it_expires() {
        let tokens = tokens(&[("k1", 1)]);
        let token = tokens.sign(&claims());
        assert_eq!(tokens.read(&token, at(199)), Some(claims()));
        assert_eq!(tokens.read(&token, at(200)), None);
    }

    #[test]
    fn tokens_outlive_a_rotation_of_keys() {
        let token = tokens(&[("k1", 1)]).sign(&claims());
        assert_eq!(tokens(&[("k2", 2), ("k1", 1)]).read(&token, at(150)), Some(claims()));
        assert_eq!(tokens(&[("k2", 2)]).read(&token, at(150)), None);
        assert_eq!(tokens(&[("k1", 3)]).read(&token, at(150)), None);
    }

    #[test]
    fn forged_tokens_are_refused() {
        let tokens = tokens(&[("k1", 1)]);
        let token = tokens.sign(&claims());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (_, body) = signed.split_once('.').unwrap();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k1"}"#);
        let other = URL_SAFE_NO_PAD.encode(json!(Claims { sub: "other".into(), ..claims() }).to_string());
        let header = signed.split_once('.').unwrap().0;
        for forged in [
            format!("{none}.{body}."),
            format!("{none}.{body}.{signature}"),
            format!("{header}.{other}.{signature}"),
            format!("{signed}."),
            "a.b.c".into(),
            String::new(),
        ] {
            assert_eq!(tokens.read(&forged, at(150)), None, "{forged}");
        }
    }
}
