//! Refresh tokens: 90 days from their last use, a new one at every use, the old ones good until then (facts 4.4).

use std::collections::HashMap;

use uuid::Uuid;

use super::refusal::Refusal;
use crate::world::chance::secret;

/// How long one lives unused.
const IDLE_MS: i64 = 90 * 24 * 3600 * 1000;

/// What a refresh token stands for. It is bound to account and app, not to a resource.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(super) oid: Uuid,
    pub(super) app: String,
    /// Every scope granted with it, of any resource.
    pub(super) scopes: Vec<String>,
    used_ms: i64,
    revoked: bool,
}

/// All refresh tokens ever given out.
#[derive(Debug, Default)]
pub(crate) struct RefreshTokens(HashMap<String, Refresh>);

impl RefreshTokens {
    /// Gives one out.
    pub(super) fn give(&mut self, oid: Uuid, app: &str, scopes: &[String], now_ms: i64) -> String {
        let token = format!("0.AX{}", secret(400));
        let refresh = Refresh { oid, app: app.to_owned(), scopes: scopes.to_vec(), used_ms: now_ms, revoked: false };
        self.0.insert(token.clone(), refresh);
        token
    }

    /// What a token stands for, asked by this app.
    pub(super) fn take(&mut self, token: &str, app: &str, now_ms: i64) -> Result<Refresh, Refusal> {
        let refresh = self.0.get_mut(token).ok_or_else(|| Refusal::of("aadsts.70000"))?;
        if !refresh.app.eq_ignore_ascii_case(app) {
            return Err(Refusal::of("aadsts.700003"));
        }
        if refresh.revoked {
            return Err(Refusal::of("aadsts.50173"));
        }
        if refresh.used_ms.saturating_add(IDLE_MS) <= now_ms {
            return Err(Refusal::of("aadsts.700082"));
        }
        refresh.used_ms = now_ms;
        Ok(refresh.clone())
    }

    /// Ends those of an account, as a changed password does, or only one app's; returns how many.
    pub(super) fn revoke(&mut self, oid: Uuid, app: Option<&str>) -> usize {
        let concerned = |refresh: &&mut Refresh| {
            refresh.oid == oid && !refresh.revoked && app.is_none_or(|app| app.eq_ignore_ascii_case(&refresh.app))
        };
        self.0.values_mut().filter(concerned).map(|refresh| refresh.revoked = true).count()
    }

    /// The account behind a token, dead or alive.
    pub(super) fn account_behind(&self, token: &str) -> Option<Uuid> {
        self.0.get(token).map(|refresh| refresh.oid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_lives_ninety_days_from_its_last_use() {
        let (mut tokens, oid) = (RefreshTokens::default(), Uuid::from_u128(1));
        let token = tokens.give(oid, "app", &[], 0);
        assert!(tokens.take(&token, "APP", IDLE_MS - 1).is_ok());
        assert!(tokens.take(&token, "app", 2 * IDLE_MS - 2).is_ok(), "the last use counts");
        assert_eq!(tokens.take(&token, "app", 3 * IDLE_MS).unwrap_err(), Refusal::of("aadsts.700082"));
        assert_eq!(tokens.take(&token, "other", 0).unwrap_err(), Refusal::of("aadsts.700003"));
        assert_eq!(tokens.take("0.AXno", "app", 0).unwrap_err(), Refusal::of("aadsts.70000"));
    }

    #[test]
    fn revoking_ends_the_old_ones_too() {
        let (mut tokens, oid) = (RefreshTokens::default(), Uuid::from_u128(1));
        let (old, new, other) =
            (tokens.give(oid, "app", &[], 0), tokens.give(oid, "app", &[], 1), tokens.give(oid, "b", &[], 1));
        assert!(tokens.take(&old, "app", 2).is_ok(), "rotation does not end the old one");
        assert_eq!(tokens.revoke(oid, Some("app")), 2);
        for token in [&old, &new] {
            assert_eq!(tokens.take(token, "app", 3).unwrap_err(), Refusal::of("aadsts.50173"));
        }
        assert!(tokens.take(&other, "b", 3).is_ok());
    }
}
