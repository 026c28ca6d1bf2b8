//! Microsoft's accounts, tenants and apps, as tests and people steer them.

use uuid::Uuid;

use super::World;
use crate::control::{AccountChange, AccountRecord, AppRecord, IssuedToken, NewApp, Refusal, TenantRule, TokenRequest};
use crate::microsoft::identity::{Account, App, Audience, DEFAULT_APP_ID, Opened, Resource};
use crate::world::chance;

/// What a token may do when nothing else is asked.
const FULL: &[&str] = &["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"];
/// Claims that are demanded when nothing else is said.
const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;

impl World {
    /// Opens an account at Microsoft; an existing one stays as it is. A mailbox is another matter.
    pub fn add_account(&self, email: &str, name: &str) {
        self.identity().add_account(email, name);
    }

    /// The object id and the tenant of an account, by any of its names.
    pub fn account_ids(&self, account: &str) -> Option<(Uuid, Uuid)> {
        self.identity().account(account).map(|account| (account.oid, account.tenant))
    }

    /// Changes an account: its name, its aliases, whether it may sign in.
    ///
    /// # Errors
    /// Not found when there is no such account; a conflict when the new name is somebody else's.
    pub fn change_account(&self, account: &str, change: AccountChange) -> Result<AccountRecord, Refusal> {
        let mut state = self.identity().state();
        let oid = state.directory.find(account).ok_or_else(|| no_account(account))?.oid;
        for name in change.email.iter().chain(&change.alias) {
            if state.directory.find(name).is_some_and(|other| other.oid != oid) {
                return Err(Refusal::Conflict(format!("email: {name} is another account's")));
            }
        }
        if change.claims_wanted == Some(true) {
            state.consents.demand(oid, CLAIMS);
        }
        let changed = state.directory.find_mut(&oid.to_string()).ok_or_else(|| no_account(account))?;
        if let Some(email) = change.email {
            let before = std::mem::replace(&mut changed.upn, email.to_lowercase());
            changed.mail = email.to_lowercase();
            changed.aliases.push(before);
        }
        changed.aliases.extend(change.alias.map(|alias| alias.to_lowercase()));
        changed.disabled = change.disabled.unwrap_or(changed.disabled);
        Ok(AccountRecord::from(&*changed))
    }

    /// All accounts at Microsoft, by object id.
    pub fn accounts(&self) -> Vec<AccountRecord> {
        self.identity().state().directory.all().map(AccountRecord::from).collect()
    }

    /// Rules of a tenant, named by its id or one of its domains.
    ///
    /// # Errors
    /// Not found when nobody is of that tenant.
    pub fn set_tenant(&self, tenant: &str, rule: &TenantRule) -> Result<(), Refusal> {
        let mut state = self.identity().state();
        let found = state.directory.tenant(tenant);
        let tenant = found.ok_or_else(|| Refusal::NotFound(format!("tenant: nobody here is of {tenant}")))?;
        state.consents.close(tenant, !rule.user_consent);
        Ok(())
    }

    /// All app registrations.
    pub fn apps(&self) -> Vec<AppRecord> {
        self.identity().state().apps.all().map(AppRecord::from).collect()
    }

    /// Registers an app, or replaces it. Without redirect URIs every loopback one is allowed.
    ///
    /// # Errors
    /// Invalid when its audience is none.
    pub fn register_app(&self, new: NewApp) -> Result<AppRecord, Refusal> {
        let id = new.client_id.unwrap_or_else(|| Uuid::new_v4().to_string());
        let secret = new.client_secret.unwrap_or_else(|| format!("{}~8Q~{}", chance::secret(3), chance::secret(33)));
        let mut state = self.identity().state();
        let audience = match new.audience.as_deref().unwrap_or("everyone") {
            "everyone" => Audience::Everyone,
            "organizations" => Audience::Organizations,
            "consumers" => Audience::Consumers,
            tenant => Audience::Tenant(state.directory.tenant(tenant).ok_or_else(|| {
                let others = "everyone, organizations, consumers";
                Refusal::Invalid(format!("audience: {tenant:?} is no tenant here; or say one of: {others}"))
            })?),
        };
        let name = new.name.unwrap_or_else(|| id.clone());
        Ok(AppRecord::from(state.apps.register(&id, Some(&secret), &new.redirect_uris, &name, audience)))
    }

    /// Tokens for an account without the pages; `None` when there is no such account at Microsoft.
    pub(super) fn issue_to_account(&self, request: &TokenRequest) -> Option<Result<IssuedToken, Refusal>> {
        let account = self.identity().account(&request.email)?;
        let app = request.client_id.clone().unwrap_or_else(|| DEFAULT_APP_ID.to_owned());
        if self.identity().state().apps.get(&app).is_none() {
            return Some(Err(Refusal::NotFound(format!("client_id: there is no app {app}; register it first"))));
        }
        let owned = request.scopes.clone().unwrap_or_else(|| FULL.iter().map(|scope| (*scope).to_owned()).collect());
        let scopes: Vec<&str> = owned.iter().map(String::as_str).collect();
        let Some(refresh_token) = self.identity().issue_refresh(&account.upn, &app, &scopes) else {
            return Some(Err(Refusal::Invalid(format!("scopes: {} holds one that is none", scopes.join(" ")))));
        };
        let scope = scopes.join(" ");
        let opened = Opened { tenant: account.tenant, oid: account.oid, upn: account.upn, scopes: owned, app };
        let (access_token, expires_in) = self.identity().sell(opened, Resource::Graph);
        Some(Ok(IssuedToken { access_token, refresh_token, expires_in, scope, token_type: "Bearer".to_owned() }))
    }
}

fn no_account(account: &str) -> Refusal {
    Refusal::NotFound(format!("there is no account {account} at the sandbox's Microsoft; add it first"))
}

impl From<&Account> for AccountRecord {
    fn from(account: &Account) -> Self {
        Self {
            email: account.upn.clone(),
            name: account.name.clone(),
            id: account.oid,
            tenant: account.tenant,
            personal: account.is_personal(),
            aliases: account.aliases.clone(),
            disabled: account.disabled,
        }
    }
}

impl From<&App> for AppRecord {
    fn from(app: &App) -> Self {
        let audience = match app.audience {
            Audience::Everyone => "everyone".to_owned(),
            Audience::Organizations => "organizations".to_owned(),
            Audience::Consumers => "consumers".to_owned(),
            Audience::Tenant(tenant) => tenant.to_string(),
        };
        Self {
            client_id: app.id.clone(),
            client_secret: app.secret.clone().unwrap_or_default(),
            redirect_uris: app.redirect_uris().to_vec(),
            name: app.name.clone(),
            audience,
        }
    }
}
