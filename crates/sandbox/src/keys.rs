//! The key that signs a provider's identity tokens; a new one for every sandbox.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::{Value, json};

/// An RSA key, made when it is first needed: making one takes a good part of a second, which most runs never need.
#[derive(Debug, Default)]
pub(crate) struct Keys(OnceLock<Option<KeyPair>>);

/// The key's name in JWKS and in tokens.
const KEY_ID: &str = "sandbox-1";

impl Keys {
    fn pair(&self) -> Option<&KeyPair> {
        let made = self.0.get_or_init(|| {
            KeyPair::generate(KeySize::Rsa2048).inspect_err(|error| tracing::error!(%error, "no signing key")).ok()
        });
        made.as_ref()
    }

    /// The public half as a JWK set (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        let keys = self.pair().map(|pair| {
            let components: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
            let (n, e) = (BASE64_URL_SAFE_NO_PAD.encode(components.n), BASE64_URL_SAFE_NO_PAD.encode(components.e));
            json!({"alg": "RS256", "e": e, "kid": KEY_ID, "kty": "RSA", "n": n, "use": "sig"})
        });
        json!({"keys": keys.into_iter().collect::<Vec<_>>()})
    }

    /// The public half as PEM under its name (RFC 7468 section 13).
    pub(crate) fn pem(&self) -> Value {
        let der = self.pair().and_then(|pair| pair.public_key().as_der().ok());
        let Some(der) = der else { return json!({}) };
        let text = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        json!({KEY_ID: format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))})
    }

    /// Signs claims as a JWT (RFC 7519, RS256).
    pub(crate) fn sign(&self, claims: &Value) -> Option<String> {
        let pair = self.pair()?;
        let head = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}).to_string();
        let body = claims.to_string();
        let message = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(head), BASE64_URL_SAFE_NO_PAD.encode(body));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).ok()?;
        Some(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token this key has signed.
    pub(crate) fn open(&self, token: &str) -> Option<Value> {
        let (message, signature) = token.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let der = self.pair()?.public_key().as_der().ok()?;
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_ref());
        key.verify(message.as_bytes(), &signature).ok()?;
        let (_, claims) = message.split_once('.')?;
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}
