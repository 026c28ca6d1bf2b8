//! Microsoft's identity platform: accounts in tenants, app registrations, and tokens (facts 4).

mod admin_consent;
mod apps;
mod authority;
mod authorize;
mod claims;
mod codes;
mod consents;
mod directory;
mod endpoints;
mod id_token;
mod metadata;
mod pages;
mod refresh;
mod refusal;
mod request;
mod scopes;
mod token;
mod tokens;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

pub(crate) use apps::{App, Apps, Audience};
pub(crate) use directory::{Account, Directory};
pub(crate) use endpoints::answer;
pub(crate) use tokens::{Opened, Resource, Tokens, Unopened};

/// The app registration that every sandbox knows from its start: multi-tenant, personal accounts too, any loopback
/// redirect URI.
pub const DEFAULT_APP_ID: &str = "5a0db0c5-0000-4000-8000-000000000001";
/// The secret of [`DEFAULT_APP_ID`].
pub const DEFAULT_APP_SECRET: &str = "sandbox~8Q~secret";
/// What the consent page calls [`DEFAULT_APP_ID`].
const DEFAULT_APP_NAME: &str = "Sandbox application";

/// Everything the identity platform knows, behind one lock.
#[derive(Debug)]
pub(crate) struct Identity {
    clock: Clock,
    access_token_lifetime: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) directory: Directory,
    pub(crate) apps: Apps,
    pub(crate) tokens: Tokens,
    pub(crate) codes: codes::Codes,
    pub(crate) refresh: refresh::RefreshTokens,
    pub(crate) consents: consents::Consents,
}

impl Identity {
    /// An empty directory that knows only the default app.
    pub(crate) fn new(clock: Clock, access_token_lifetime: Duration) -> Self {
        let mut apps = Apps::default();
        apps.register(DEFAULT_APP_ID, Some(DEFAULT_APP_SECRET), &[], DEFAULT_APP_NAME, Audience::Everyone);
        let state = State { apps, ..State::default() };
        Self { clock, access_token_lifetime, state: Mutex::new(state) }
    }

    /// Opens an account under this user principal name; an existing one is handed back as it is. The domain says which
    /// tenant it belongs to, and outlook.com and its like that it is a personal one.
    pub(crate) fn add_account(&self, upn: &str, name: &str) -> Account {
        self.state().directory.add(upn, name)
    }

    /// The account with this object id, user principal name or alias.
    pub(crate) fn account(&self, key: &str) -> Option<Account> {
        self.state().directory.find(key).cloned()
    }

    /// Who may do what with this bearer token at Graph.
    ///
    /// # Errors
    /// Why it opens nothing.
    pub(crate) fn open(&self, bearer: &str) -> Result<Opened, Unopened> {
        self.state().tokens.open(bearer, Resource::Graph, self.clock.now_ms())
    }

    /// An access token for Graph without the pages, as a test wants one; scopes by their short names. `None` when there
    /// is no such account.
    pub(crate) fn issue(&self, account: &str, app: &str, scopes: &[&str]) -> Option<String> {
        let account = self.account(account)?;
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let opened = Opened { tenant: account.tenant, oid: account.oid, upn: account.upn, scopes, app: app.to_owned() };
        Some(self.sell(opened, Resource::Graph).0)
    }

    /// Gives out an access token that lives as long as the options say; with that time in seconds.
    pub(crate) fn sell(&self, opened: Opened, resource: Resource) -> (String, u64) {
        let lifetime_ms = i64::try_from(self.access_token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let expires_ms = self.clock.now_ms().saturating_add(lifetime_ms);
        (self.state().tokens.give(opened, resource, expires_ms), self.access_token_lifetime.as_secs())
    }

    /// A refresh token without the pages; scopes as an application writes them. `None` when there is no such account, or
    /// a scope is none.
    pub(crate) fn issue_refresh(&self, account: &str, app: &str, scopes: &[&str]) -> Option<String> {
        let account = self.account(account)?;
        let asked = scopes::read(&scopes.join(" ")).ok()?;
        let scopes: Vec<String> = asked.scopes.into_iter().chain(asked.elsewhere).collect();
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        state.consents.add(&account, app, &scopes);
        Some(state.refresh.give(account.oid, app, &scopes, now_ms))
    }

    /// Ends everything an account has granted, to one app or to all, as a changed password and a revoked consent do
    /// together. Returns how many refresh tokens died.
    pub(crate) fn revoke(&self, account: &str, app: Option<&str>) -> usize {
        let Some(account) = self.account(account) else { return 0 };
        let mut state = self.state();
        state.consents.withdraw(account.oid, app);
        state.tokens.revoke(Some(account.oid));
        state.refresh.revoke(account.oid, app)
    }

    /// Lets access tokens expire now, an account's or all. Returns how many.
    pub(crate) fn expire(&self, account: Option<&str>) -> usize {
        let oid = match account.map(|account| self.account(account)) {
            Some(None) => return 0,
            found => found.flatten().map(|account| account.oid),
        };
        self.state().tokens.expire(oid, self.clock.now_ms())
    }

    /// The account that a code or refresh token was given for, or that goes by this name.
    pub(crate) fn behind(&self, text: &str) -> Option<Account> {
        let state = self.state();
        let by_token = state.codes.account_behind(text).or_else(|| state.refresh.account_behind(text));
        let key = by_token.map_or_else(|| text.to_owned(), |oid| oid.to_string());
        state.directory.find(&key).cloned()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
