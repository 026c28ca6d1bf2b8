//! Accounts and the tenants they live in.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::world::chance::stable_hash;

/// The tenant of every personal Microsoft account (facts 4.1).
pub(crate) const CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);

/// Domains whose accounts are personal; the last one for tests.
const PERSONAL_DOMAINS: &[&str] = &["outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.test"];

/// One account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Account {
    /// The tenant; [`CONSUMERS`] for a personal account.
    pub(crate) tenant: Uuid,
    /// The object id: what the account is, whatever it is called.
    pub(crate) oid: Uuid,
    /// The user principal name, in lower case: what it is called today.
    pub(crate) upn: String,
    /// The primary address of its mailbox.
    pub(crate) mail: String,
    /// The person's name.
    pub(crate) name: String,
    /// Further addresses under which the person signs in or is written to, in lower case.
    pub(crate) aliases: Vec<String>,
    /// An administrator has disabled it.
    pub(crate) disabled: bool,
}

/// All accounts.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    accounts: BTreeMap<Uuid, Account>,
}

impl Account {
    /// Whether it is a personal account.
    pub(crate) fn is_personal(&self) -> bool {
        self.tenant == CONSUMERS
    }

    /// The id Graph shows at `/me`: the object id, or 16 hex digits of it for a personal account (facts 4.5).
    pub(crate) fn graph_id(&self) -> String {
        if self.is_personal() { format!("{:016x}", self.oid.as_u64_pair().1) } else { self.oid.to_string() }
    }

    fn answers_to(&self, address: &str) -> bool {
        self.upn == address || self.mail.eq_ignore_ascii_case(address) || self.aliases.iter().any(|own| own == address)
    }
}

impl Directory {
    /// Opens an account; an existing one is handed back as it is.
    pub(crate) fn add(&mut self, upn: &str, name: &str) -> Account {
        let upn = upn.to_lowercase();
        if let Some(account) = self.find(&upn) {
            return account.clone();
        }
        let tenant = tenant_of(&upn);
        let oid = if tenant == CONSUMERS {
            // Personal accounts are known by 64 bits.
            Uuid::from_u64_pair(0, stable_hash(upn.as_bytes()))
        } else {
            id_of("account", &upn)
        };
        let account = Account {
            tenant,
            oid,
            mail: upn.clone(),
            upn,
            name: name.to_owned(),
            aliases: Vec::new(),
            disabled: false,
        };
        self.accounts.insert(oid, account.clone());
        account
    }

    /// The account with this object id, Graph id, user principal name or alias.
    pub(crate) fn find(&self, key: &str) -> Option<&Account> {
        let key = key.to_lowercase();
        let by_id = || key.parse().ok().and_then(|oid: Uuid| self.accounts.get(&oid));
        let by_name = || self.accounts.values().find(|account| account.answers_to(&key) || account.graph_id() == key);
        by_id().or_else(by_name)
    }

    /// To change the account with this key.
    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut Account> {
        let oid = self.find(key)?.oid;
        self.accounts.get_mut(&oid)
    }

    /// Everyone, by object id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// The tenant a name in a URL stands for: a GUID, or a domain that somebody here has.
    pub(crate) fn tenant(&self, named: &str) -> Option<Uuid> {
        let named = named.to_lowercase();
        let asked = named.parse().unwrap_or_else(|_| tenant_of(&format!("@{named}")));
        let known = asked == CONSUMERS || self.accounts.values().any(|account| account.tenant == asked);
        known.then_some(asked)
    }
}

/// The tenant an address belongs to: one per domain.
pub(crate) fn tenant_of(address: &str) -> Uuid {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    if PERSONAL_DOMAINS.contains(&domain) { CONSUMERS } else { id_of("tenant", domain) }
}

/// A GUID that is the same in every run, so that what a test has noted down stays true.
fn id_of(kind: &str, name: &str) -> Uuid {
    let half = |salt: &str| stable_hash(format!("{salt}/{kind}/{name}").as_bytes());
    uuid::Builder::from_random_bytes(Uuid::from_u64_pair(half("high"), half("low")).into_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_says_the_tenant_and_an_alias_the_account() {
        let mut directory = Directory::default();
        let adele = directory.add("Adele@Contoso.test", "Adele");
        let alex = directory.add("alex@contoso.test", "Alex");
        let home = directory.add("adele@outlook.com", "Adele");
        assert_eq!((adele.tenant, directory.tenant("contoso.test")), (alex.tenant, Some(adele.tenant)));
        assert_eq!(directory.tenant(&adele.tenant.to_string()), Some(adele.tenant));
        assert_eq!((directory.tenant("fabrikam.test"), home.tenant), (None, CONSUMERS));
        directory.find_mut("adele@contoso.test").unwrap().aliases.push("a.vance@contoso.test".into());
        for key in ["A.Vance@contoso.test", "adele@contoso.test", &adele.oid.to_string()] {
            assert_eq!(directory.find(key).map(|account| account.oid), Some(adele.oid), "{key}");
        }
        assert_eq!(home.graph_id().len(), 16);
        assert_eq!(directory.find(&home.graph_id()).map(|account| account.oid), Some(home.oid));
    }
}
