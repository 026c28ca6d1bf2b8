//! Addresses on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mailbox address with an optional display name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailName {
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `local@domain`.
    pub email: String,
}

impl From<EmailName> for model::Address {
    fn from(wire: EmailName) -> Self {
        model::Address { name: wire.name.filter(|n| !n.is_empty()), email: wire.email.trim().to_owned() }
    }
}
