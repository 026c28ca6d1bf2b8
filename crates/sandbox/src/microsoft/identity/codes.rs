//! Authorization codes.

use std::collections::HashMap;

use uuid::Uuid;

use super::authority::Authority;
use super::refusal::Refusal;
use super::tokens::Resource;
use crate::world::chance::secret;
use crate::world::permits::Challenge;

/// How long a code may be exchanged (facts 4.1).
const LIFETIME_MS: i64 = 10 * 60 * 1000;

/// What a code was given for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(super) authority: Authority,
    pub(super) app: String,
    pub(super) oid: Uuid,
    pub(super) redirect_uri: String,
    pub(super) resource: Resource,
    /// Short names, as granted.
    pub(super) scopes: Vec<String>,
    pub(super) challenge: Option<Challenge>,
    pub(super) nonce: Option<String>,
    /// Milliseconds since the epoch; set when the code is given out.
    pub(super) expires_ms: i64,
}

/// All codes; redeemed ones are kept to be told from unknown ones.
#[derive(Debug, Default)]
pub(crate) struct Codes(HashMap<String, (Code, bool)>);

impl Codes {
    /// Gives out a code.
    pub(super) fn give(&mut self, code: Code, now_ms: i64) -> String {
        // Expired codes are told so for as long again.
        self.0.retain(|_, (code, _)| code.expires_ms.saturating_add(LIFETIME_MS) > now_ms);
        let text = format!("1.AX{}", secret(220));
        self.0.insert(text.clone(), (Code { expires_ms: now_ms.saturating_add(LIFETIME_MS), ..code }, false));
        text
    }

    /// Takes a code in, once. A refused exchange leaves the code as it was.
    pub(super) fn take(
        &mut self,
        text: &str,
        (authority, app, redirect_uri): (Authority, &str, &str),
        verifier: Option<&str>,
        now_ms: i64,
    ) -> Result<Code, Refusal> {
        let (code, redeemed) = self.0.get_mut(text).ok_or_else(|| Refusal::of("aadsts.70000"))?;
        if *redeemed {
            return Err(Refusal::of("aadsts.54005"));
        }
        if code.expires_ms <= now_ms {
            return Err(Refusal::of("aadsts.70008"));
        }
        if !code.app.eq_ignore_ascii_case(app) {
            return Err(Refusal::of("aadsts.700003"));
        }
        if code.authority != authority {
            return Err(Refusal::of("aadsts.700005"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(Refusal::of("aadsts.500112").about("uri", redirect_uri));
        }
        let met = match (&code.challenge, verifier) {
            (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !met {
            return Err(Refusal::of("aadsts.501481"));
        }
        *redeemed = true;
        Ok(code.clone())
    }

    /// The account a code was given for, dead or alive.
    pub(super) fn account_behind(&self, text: &str) -> Option<Uuid> {
        self.0.get(text).map(|(code, _)| code.oid)
    }
}
