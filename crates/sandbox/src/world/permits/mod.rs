//! Who may do what on whose behalf: OAuth clients, codes, tokens and consents.

mod behind;
mod clients;
mod codes;
mod tokens;

use std::collections::{BTreeSet, HashMap};

pub(crate) use clients::Clients;
pub(crate) use codes::{Challenge, Code, CodeRefusal};
pub(crate) use tokens::{Access, Issued, RefreshRefusal};

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    pub(crate) clients: Clients,
    codes: HashMap<String, Code>,
    tokens: tokens::Tokens,
    /// Scopes that were granted, by account and client.
    consents: HashMap<(String, String), BTreeSet<String>>,
}

impl Permits {
    /// Scopes the account has granted this client so far.
    pub(crate) fn consent(&self, email: &str, client_id: &str) -> BTreeSet<String> {
        self.consents.get(&(email.to_owned(), client_id.to_owned())).cloned().unwrap_or_default()
    }

    /// Adds to what the account has granted this client.
    pub(crate) fn consent_to(&mut self, email: &str, client_id: &str, scopes: &[String]) {
        self.consents.entry((email.to_owned(), client_id.to_owned())).or_default().extend(scopes.iter().cloned());
    }

    /// Ends everything the account has granted this client: its consent and all its tokens.
    fn withdraw(&mut self, email: &str, client_id: &str) {
        self.consents.remove(&(email.to_owned(), client_id.to_owned()));
        self.tokens.withdraw(email, client_id);
    }
}
