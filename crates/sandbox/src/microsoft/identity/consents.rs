//! Who has allowed what to which app.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::claims::Claims;
use super::directory::Account;
use super::scopes;

/// Consents of people, and of administrators for everybody in their tenant.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    people: BTreeMap<(Uuid, String), BTreeSet<String>>,
    tenants: BTreeMap<(Uuid, String), BTreeSet<String>>,
    /// Tenants where people may consent to nothing themselves.
    closed: BTreeSet<Uuid>,
    /// What was demanded of accounts and has not been met: claims of a challenge.
    demands: BTreeMap<Uuid, String>,
    /// What accounts have met at the sign-in page.
    met: BTreeMap<Uuid, Claims>,
}

impl Consents {
    /// Whether the app may do all of this for the account.
    pub(super) fn cover(&self, account: &Account, app: &str, wanted: &[String]) -> bool {
        let own = self.people.get(&(account.oid, app.to_lowercase()));
        let everybodys = self.tenants.get(&(account.tenant, app.to_lowercase()));
        let granted = |scope: &String| [own, everybodys].into_iter().flatten().any(|have| have.contains(scope));
        wanted.iter().all(granted)
    }

    /// Whether an administrator has to consent before the account can.
    pub(super) fn need_admin(&self, account: &Account, app: &str, wanted: &[String]) -> bool {
        if account.is_personal() {
            return false;
        }
        let closed = self.closed.contains(&account.tenant);
        let everybodys = self.tenants.get(&(account.tenant, app.to_lowercase()));
        let open = |scope: &String| {
            everybodys.is_some_and(|have| have.contains(scope))
                || scopes::is_sign_in(scope)
                || !closed && !scopes::needs_admin(scope)
        };
        !wanted.iter().all(open)
    }

    /// The account allows this too.
    pub(super) fn add(&mut self, account: &Account, app: &str, granted: &[String]) {
        self.people.entry((account.oid, app.to_lowercase())).or_default().extend(granted.iter().cloned());
    }

    /// An administrator allows this for everybody in the tenant.
    pub(super) fn add_for_tenant(&mut self, tenant: Uuid, app: &str, granted: &[String]) {
        self.tenants.entry((tenant, app.to_lowercase())).or_default().extend(granted.iter().cloned());
    }

    /// The account takes back what it allowed, to one app or to all.
    pub(super) fn withdraw(&mut self, oid: Uuid, app: Option<&str>) {
        self.people.retain(|(who, what), _| *who != oid || app.is_some_and(|app| !what.eq_ignore_ascii_case(app)));
    }

    /// People of a tenant may consent themselves, or not.
    pub(crate) fn close(&mut self, tenant: Uuid, closed: bool) {
        if closed {
            self.closed.insert(tenant);
        } else {
            self.closed.remove(&tenant);
        }
    }

    /// Demands these claims of an account before it gets tokens again, also if it has met them before.
    pub(crate) fn demand(&mut self, oid: Uuid, claims: &str) {
        self.met.remove(&oid);
        self.demands.insert(oid, claims.to_owned());
    }

    /// What is demanded of an account.
    pub(super) fn demanded(&self, oid: Uuid) -> Option<&str> {
        self.demands.get(&oid).map(String::as_str)
    }

    /// What of these claims the account has not met at the sign-in page.
    pub(super) fn unmet(&self, oid: Uuid, claims: &Claims) -> Claims {
        self.met.get(&oid).map_or_else(|| claims.clone(), |met| claims.without(met))
    }

    /// The account signed in with these claims asked for: it has met them, and what was demanded if it is among them.
    pub(super) fn meet(&mut self, oid: Uuid, claims: &Claims, now_s: i64) {
        self.met.entry(oid).or_default().join(claims);
        let demanded = self.demands.get(&oid).and_then(|demanded| Claims::read(demanded, now_s));
        if demanded.is_some_and(|demanded| demanded.without(claims).is_empty()) {
            self.demands.remove(&oid);
        }
    }
}
