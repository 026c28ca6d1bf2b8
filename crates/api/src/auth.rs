//! Authentication on the wire: tokens of ours, grants from credentials the caller holds, provider detection.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Tokens of ours (`POST /v3/connect/token`; no envelope).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Opens one grant for `expires_in` seconds.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u64,
    /// With `access_type=offline` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// JWT naming the account.
    pub id_token: String,
    /// The grant.
    pub grant_id: String,
    /// The mailbox's address.
    pub email: String,
    /// Scopes really granted, separated by spaces.
    pub scope: String,
    /// On code exchange only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// A token request, as JSON or form.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct TokenRequest {
    /// `authorization_code`, `refresh_token` or `client_credentials`.
    pub grant_type: Option<String>,
    /// The application.
    pub client_id: Option<String>,
    /// One of the application's API keys; `Authorization: Bearer` serves as well.
    pub client_secret: Option<String>,
    /// Authorization code.
    pub code: Option<String>,
    /// As at the start.
    pub redirect_uri: Option<String>,
    /// PKCE verifier.
    pub code_verifier: Option<String>,
    /// Refresh token.
    pub refresh_token: Option<String>,
    /// The grant (`client_credentials`).
    pub grant_id: Option<String>,
}

/// What a token says (`GET /v3/connect/tokeninfo`).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenInfo {
    /// Issuer.
    pub iss: String,
    /// The application.
    pub aud: String,
    /// The grant.
    pub sub: String,
    /// The mailbox's address.
    pub email: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Dies at, Unix seconds.
    pub exp: i64,
}

/// A grant from a credential the caller holds (`POST /v3/connect/custom`).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomAuth {
    /// `google`.
    pub provider: String,
    /// `refresh_token`, and perhaps `credential_id`.
    #[schema(value_type = Object)]
    pub settings: Map<String, Value>,
    /// Scopes of the refresh token.
    pub scope: Option<Vec<String>>,
    /// Kept on the grant; at most 256 characters.
    pub state: Option<String>,
}

/// Which provider an address belongs to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderDetect {
    /// The address asked about.
    pub email_address: String,
    /// Whether the provider is known.
    pub detected: bool,
    /// The provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The provider, once more: the contract has both.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}
