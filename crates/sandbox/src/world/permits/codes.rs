//! Authorization codes and their PKCE challenges (RFC 7636).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};

use super::Permits;
use crate::world::chance::secret;

/// How long a code may be exchanged: about ten minutes (facts 4).
const LIFETIME_MS: i64 = 10 * 60 * 1000;

/// What a code was given for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) email: String,
    pub(crate) redirect_uri: String,
    /// Scopes as granted.
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
    /// Whether a refresh token comes with the exchange.
    pub(crate) with_refresh_token: bool,
    /// Milliseconds since the epoch; set when the code is given out.
    pub(crate) expires_ms: i64,
}

/// A PKCE challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Challenge {
    Plain(String),
    S256(String),
}

/// Why a code buys nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CodeRefusal {
    Malformed,
    /// Unknown, used, expired or another client's.
    Dead,
    RedirectUri,
    VerifierMissing,
    VerifierWrong,
    VerifierNotNeeded,
}

impl Challenge {
    pub(crate) fn is_met_by(&self, verifier: &str) -> bool {
        match self {
            Self::Plain(challenge) => challenge == verifier,
            Self::S256(challenge) => {
                let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
                *challenge == BASE64_URL_SAFE_NO_PAD.encode(digest)
            }
        }
    }
}

impl Permits {
    /// Gives out a code.
    pub(crate) fn give_code(&mut self, code: Code, now_ms: i64) -> String {
        self.codes.retain(|_, code| code.expires_ms > now_ms);
        let text = format!("4/0A{}", secret(68));
        self.codes.insert(text.clone(), Code { expires_ms: now_ms.saturating_add(LIFETIME_MS), ..code });
        text
    }

    /// Takes a code in, once. A refused exchange leaves the code as it was.
    pub(crate) fn take_code(
        &mut self,
        text: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
        now_ms: i64,
    ) -> Result<Code, CodeRefusal> {
        if !text.starts_with("4/") {
            return Err(CodeRefusal::Malformed);
        }
        let code = self.codes.get(text).filter(|code| code.expires_ms > now_ms && code.client_id == client_id);
        let code = code.ok_or(CodeRefusal::Dead)?;
        if code.redirect_uri != redirect_uri {
            return Err(CodeRefusal::RedirectUri);
        }
        match (&code.challenge, verifier) {
            (Some(_), None) => return Err(CodeRefusal::VerifierMissing),
            (Some(challenge), Some(verifier)) if !challenge.is_met_by(verifier) => {
                return Err(CodeRefusal::VerifierWrong);
            }
            (None, Some(_)) => return Err(CodeRefusal::VerifierNotNeeded),
            _ => {}
        }
        self.codes.remove(text).ok_or(CodeRefusal::Dead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(challenge: Option<Challenge>) -> Code {
        Code {
            client_id: "c".into(),
            email: "a@x".into(),
            redirect_uri: "https://r".into(),
            scopes: vec![],
            challenge,
            nonce: None,
            with_refresh_token: true,
            expires_ms: 0,
        }
    }

    #[test]
    fn a_code_buys_once_and_not_for_another() {
        let mut permits = Permits::default();
        let text = permits.give_code(code(None), 0);
        assert_eq!(permits.take_code(&text, "other", "https://r", None, 0).unwrap_err(), CodeRefusal::Dead);
        assert_eq!(permits.take_code(&text, "c", "https://q", None, 0).unwrap_err(), CodeRefusal::RedirectUri);
        assert!(permits.take_code(&text, "c", "https://r", None, 0).is_ok());
        assert_eq!(permits.take_code(&text, "c", "https://r", None, 0).unwrap_err(), CodeRefusal::Dead);
    }

    #[test]
    fn a_code_dies_after_ten_minutes() {
        let mut permits = Permits::default();
        let text = permits.give_code(code(None), 0);
        assert_eq!(permits.take_code(&text, "c", "https://r", None, LIFETIME_MS).unwrap_err(), CodeRefusal::Dead);
    }

    /// The pair of RFC 7636 appendix B.
    #[test]
    fn the_verifier_must_meet_the_challenge() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let mut permits = Permits::default();
        let text = permits.give_code(code(Some(Challenge::S256(challenge.into()))), 0);
        let mut take = |verifier| permits.take_code(&text, "c", "https://r", verifier, 0).map(|_| ());
        assert_eq!(take(None), Err(CodeRefusal::VerifierMissing));
        assert_eq!(take(Some("wrong")), Err(CodeRefusal::VerifierWrong));
        assert_eq!(take(Some(verifier)), Ok(()));
        let text = permits.give_code(code(None), 0);
        assert_eq!(
            permits.take_code(&text, "c", "https://r", Some("x"), 0).unwrap_err(),
            CodeRefusal::VerifierNotNeeded
        );
    }
}
