//! Microsoft's identity platform: accounts in tenants, app registrations, and tokens (facts 4).

mod apps;
mod directory;
mod tokens;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

pub(crate) use apps::{Apps, Audience};
pub(crate) use directory::{Account, CONSUMERS, Directory};
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

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) directory: Directory,
    pub(crate) apps: Apps,
    pub(crate) tokens: Tokens,
}

impl Identity {
    /// An empty directory that knows only the default app.
    pub(crate) fn new(clock: Clock, access_token_lifetime: Duration) -> Self {
        let mut apps = Apps::default();
        apps.register(DEFAULT_APP_ID, Some(DEFAULT_APP_SECRET), &[], DEFAULT_APP_NAME, Audience::Everyone);
        let state = State { directory: Directory::default(), apps, tokens: Tokens::default() };
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
        Some(self.sell(opened, Resource::Graph))
    }

    /// Gives out an access token that lives as long as the options say.
    pub(crate) fn sell(&self, opened: Opened, resource: Resource) -> String {
        let lifetime_ms = i64::try_from(self.access_token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let expires_ms = self.clock.now_ms().saturating_add(lifetime_ms);
        self.state().tokens.give(opened, resource, expires_ms)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
