//! Grants: one person's permission to one mailbox.

use serde::{Deserialize, Serialize};

use crate::secret::Sealed;
use crate::{ApplicationId, GrantId, Provider, Timestamp};

/// Whether the provider still honours the grant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantStatus {
    /// The last word of the provider was yes.
    Valid,
    /// The provider refused the credential; a person must authenticate again.
    Invalid,
}

impl GrantStatus {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            GrantStatus::Valid => "valid",
            GrantStatus::Invalid => "invalid",
        }
    }
}

/// One person's permission to one mailbox. One per address and application.
#[derive(Clone, PartialEq, Debug)]
pub struct Grant {
    /// Stable over re-authentication.
    pub id: GrantId,
    /// The application it was given to.
    pub application_id: ApplicationId,
    /// Where the mailbox lives.
    pub provider: Provider,
    /// The mailbox's address as the provider states it.
    pub email: String,
    /// The person's name as the provider states it.
    pub name: Option<String>,
    /// The provider's own immutable id of the account (Google `sub`); what re-authentication compares.
    pub provider_user_id: Option<String>,
    /// Whether it works.
    pub status: GrantStatus,
    /// Scopes really granted, not those asked for.
    pub scopes: Vec<String>,
    /// What the caller stored in hosted authentication's `state`.
    pub state: Option<String>,
    /// Address of the browser that granted it.
    pub ip: Option<String>,
    /// User agent of the browser that granted it.
    pub user_agent: Option<String>,
    /// When it was first made.
    pub created_at: Timestamp,
    /// When it was last authenticated.
    pub updated_at: Timestamp,
}

/// The provider credential behind a grant, sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    /// OAuth refresh token.
    pub refresh_token: Sealed,
    /// The newest access token, if one was bought.
    pub access_token: Option<Sealed>,
    /// When the access token dies.
    pub access_expires_at: Option<Timestamp>,
}
