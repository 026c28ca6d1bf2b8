//! Grants on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One person's permission to one mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Stable over re-authentication.
    pub id: String,
    /// `google`, `microsoft`, `ews` or `imap`.
    pub provider: String,
    /// `valid` or `invalid`.
    pub grant_status: String,
    /// The mailbox's address.
    pub email: String,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The provider's id of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_user_id: Option<String>,
    /// Scopes really granted.
    pub scope: Vec<String>,
    /// What hosted authentication was given as `state`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Where it was granted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// With what it was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Other addresses the grant may send from; with `expose_aliases=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_aliases: Option<Vec<String>>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds of the last authentication.
    pub updated_at: i64,
}

impl Grant {
    /// The wire form of a grant.
    pub fn render(grant: &model::grant::Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            provider: grant.provider.as_str().to_owned(),
            grant_status: grant.status.as_str().to_owned(),
            email: grant.email.clone(),
            name: grant.name.clone(),
            provider_user_id: grant.provider_user_id.clone(),
            scope: grant.scopes.clone(),
            state: grant.state.clone(),
            ip: grant.ip.clone(),
            user_agent: grant.user_agent.clone(),
            email_aliases: None,
            created_at: grant.created_at.as_second(),
            updated_at: grant.updated_at.as_second(),
        }
    }
}

/// What to change about a grant.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct GrantUpdate {
    /// `refresh_token` renews the credential.
    #[schema(value_type = Option<Object>)]
    pub settings: Option<serde_json::Map<String, serde_json::Value>>,
    /// Scopes of the new credential.
    pub scope: Option<Vec<String>>,
}
