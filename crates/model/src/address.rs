//! Mail addresses as people see them.

use serde::{Deserialize, Serialize};

/// A mailbox address with an optional display name (RFC 5322 section 3.4, decoded).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Address {
    /// Display name, decoded from RFC 2047; absent when the header gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `local@domain` as written; may hold non-ASCII characters (RFC 6532).
    #[serde(default)]
    pub email: String,
}

impl Address {
    /// An address without a display name.
    pub fn bare(email: impl Into<String>) -> Self {
        Self { name: None, email: email.into() }
    }

    /// An address with a display name; an empty name counts as none.
    pub fn named(name: impl Into<String>, email: impl Into<String>) -> Self {
        let name = name.into();
        Self { name: (!name.is_empty()).then_some(name), email: email.into() }
    }
}

/// The form under which a grant's address is looked up: trimmed, lower case.
pub fn lookup_form(email: &str) -> String {
    email.trim().to_lowercase()
}
