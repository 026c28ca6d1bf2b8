//! Access and refresh tokens.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::Permits;
use crate::world::chance::secret;

/// Live refresh tokens per account and client; one more kills the oldest without a word (facts 4).
const MOST_REFRESH_TOKENS: usize = 100;

/// What an access token opens.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) email: String,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_ms: i64,
    /// Whether a refresh token stands behind it.
    pub(crate) offline: bool,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(crate) email: String,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    live: bool,
}

/// A freshly bought access token.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) access: Access,
    /// Seconds.
    pub(crate) expires_in: i64,
}

/// Why a refresh token buys nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RefreshRefusal {
    Unknown,
    /// Expired, revoked, or crowded out.
    Dead,
    OtherClient,
}

/// All tokens ever given out; dead refresh tokens are kept to be told from unknown ones.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    live: HashMap<(String, String), VecDeque<String>>,
}

impl Tokens {
    pub(super) fn withdraw(&mut self, email: &str, client_id: &str) {
        self.access.retain(|_, access| access.email != email || access.client_id != client_id);
        for token in self.live.remove(&(email.to_owned(), client_id.to_owned())).unwrap_or_default() {
            self.kill(&token);
        }
    }

    pub(super) fn account_behind(&self, token: &str) -> Option<String> {
        let refresh = || self.refresh.get(token).map(|refresh| refresh.email.clone());
        self.access.get(token).map(|access| access.email.clone()).or_else(refresh)
    }

    fn kill(&mut self, token: &str) {
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.live = false;
        }
    }
}

impl Permits {
    /// Gives out an access token that dies at `expires_ms`.
    pub(crate) fn issue_access(&mut self, access: Access, now_ms: i64) -> Issued {
        self.tokens.access.retain(|_, access| access.expires_ms.saturating_add(3_600_000) > now_ms);
        let access_token = format!("ya29.a0{}", secret(150));
        self.tokens.access.insert(access_token.clone(), access.clone());
        Issued { access_token, expires_in: access.expires_ms.saturating_sub(now_ms) / 1000, access }
    }

    /// Gives out a refresh token.
    pub(crate) fn issue_refresh(&mut self, email: &str, client_id: &str, scopes: &[String]) -> String {
        let token = format!("1//0{}", secret(98));
        let refresh =
            Refresh { email: email.to_owned(), client_id: client_id.to_owned(), scopes: scopes.to_vec(), live: true };
        self.tokens.refresh.insert(token.clone(), refresh);
        let live = self.tokens.live.entry((email.to_owned(), client_id.to_owned())).or_default();
        live.push_back(token.clone());
        if live.len() > MOST_REFRESH_TOKENS
            && let Some(oldest) = live.pop_front()
        {
            self.tokens.kill(&oldest);
        }
        token
    }

    /// What this access token opens, if it still lives.
    pub(crate) fn access(&self, token: &str, now_ms: i64) -> Option<&Access> {
        self.tokens.access.get(token).filter(|access| access.expires_ms > now_ms)
    }

    /// What this refresh token stands for, asked by this client.
    pub(crate) fn refresh(&self, token: &str, client_id: &str) -> Result<&Refresh, RefreshRefusal> {
        let refresh = self.tokens.refresh.get(token).ok_or(RefreshRefusal::Unknown)?;
        match (refresh.client_id == client_id, refresh.live) {
            (false, _) => Err(RefreshRefusal::OtherClient),
            (true, false) => Err(RefreshRefusal::Dead),
            (true, true) => Ok(refresh),
        }
    }

    /// Ends the grant behind an access or refresh token; false when the token is none or already dead.
    pub(crate) fn revoke(&mut self, token: &str, now_ms: i64) -> bool {
        let by_access = self.access(token, now_ms).map(|access| (access.email.clone(), access.client_id.clone()));
        let by_refresh = || {
            let refresh = self.tokens.refresh.get(token).filter(|refresh| refresh.live)?;
            Some((refresh.email.clone(), refresh.client_id.clone()))
        };
        let Some((email, client_id)) = by_access.or_else(by_refresh) else { return false };
        self.withdraw(&email, &client_id);
        true
    }

    /// Ends every grant of an account, as a changed password does (facts 4), or only one client's. Returns how many.
    pub(crate) fn revoke_account(&mut self, email: &str, client_id: Option<&str>) -> usize {
        let grants: BTreeSet<_> = self.tokens.live.keys().chain(self.consents.keys()).cloned().collect();
        let concerned =
            grants.into_iter().filter(|(account, client)| account == email && client_id.is_none_or(|id| id == client));
        let mut count = 0;
        for (email, client_id) in concerned {
            self.withdraw(&email, &client_id);
            count += 1;
        }
        count
    }

    /// Lets access tokens die now, all or one account's; refresh tokens stay. Returns how many died.
    pub(crate) fn expire_access(&mut self, email: Option<&str>) -> usize {
        let before = self.tokens.access.len();
        self.tokens.access.retain(|_, access| email.is_some_and(|email| access.email != email));
        before - self.tokens.access.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes() -> Vec<String> {
        vec!["openid".to_owned()]
    }

    #[test]
    fn the_hundred_and_first_refresh_token_kills_the_oldest() {
        let mut permits = Permits::default();
        let tokens: Vec<_> = (0..=MOST_REFRESH_TOKENS).map(|_| permits.issue_refresh("a@x", "c", &scopes())).collect();
        assert_eq!(permits.refresh(&tokens[0], "c").unwrap_err(), RefreshRefusal::Dead);
        assert!(permits.refresh(&tokens[1], "c").is_ok());
        assert_eq!(permits.refresh(&tokens[1], "d").unwrap_err(), RefreshRefusal::OtherClient);
        assert_eq!(permits.refresh("1//none", "c").unwrap_err(), RefreshRefusal::Unknown);
    }

    #[test]
    fn revoking_the_access_token_kills_the_whole_grant_of_that_client() {
        let mut permits = Permits::default();
        let (mine, others) =
            (permits.issue_refresh("a@x", "c", &scopes()), permits.issue_refresh("a@x", "d", &scopes()));
        let access =
            Access { email: "a@x".into(), client_id: "c".into(), scopes: scopes(), expires_ms: 10, offline: true };
        let token = permits.issue_access(access, 0).access_token;
        assert!(permits.revoke(&token, 0) && !permits.revoke(&token, 0));
        assert_eq!(permits.refresh(&mine, "c").unwrap_err(), RefreshRefusal::Dead);
        assert!(permits.refresh(&others, "d").is_ok());
    }
}
