//! Hosted authentication, tokens of our own, and grants from credentials the caller already has.
//!
//! Faults of token requests are also OAuth errors (RFC 6749 section 5.2); [`OauthError::of`] reads them out.

mod admit;
mod callback;
mod custom;
mod detect;
mod exchange;
mod hosted;
mod jwt;
mod oauth_error;
mod passwords;
mod pkce;
mod tokens;

use model::grant::Grant;
use model::secret::SecretString;
use model::{ApplicationId, ConnectorCredentialId, GrantId, Provider};

pub(crate) use admit::Newcomer;
pub(crate) use custom::Bring;
pub(crate) use jwt::IdTokens;
pub use oauth_error::OauthError;
pub use passwords::direct_password;

/// A checked request for hosted authentication (`GET /v3/connect/auth`).
#[derive(Clone, Debug)]
pub struct HostedRequest {
    /// The application (`client_id`).
    pub application_id: ApplicationId,
    /// Registered byte for byte.
    pub redirect_uri: String,
    /// Scopes asked for; empty means the connector's.
    pub scopes: Vec<String>,
    /// At most 256 characters.
    pub state: Option<String>,
    /// Address to prefill; an existing grant of it is re-authenticated.
    pub login_hint: Option<String>,
    /// A refresh token is due at the exchange.
    pub offline: bool,
    /// PKCE challenge and method (`plain` or `s256`, any case), as given.
    pub code_challenge: Option<(String, String)>,
    /// Credentials to use instead of the connector's own.
    pub credential_id: Option<ConnectorCredentialId>,
    /// Google `include_granted_scopes`.
    pub include_granted_scopes: bool,
}

/// Where the browser goes next, and the cookie value that binds the attempt to it.
#[derive(Clone, Debug)]
pub struct HostedStart {
    /// The provider's authorization page.
    pub location: String,
    /// Goes into an HttpOnly, SameSite=Lax cookie and must come back with the callback.
    pub browser_secret: String,
}

/// What the provider's callback brought (`GET /v3/connect/callback`).
#[derive(Clone, Debug, Default)]
pub struct ProviderCallback {
    /// Our state.
    pub state: String,
    /// On success.
    pub code: Option<String>,
    /// On failure.
    pub error: Option<String>,
    /// On failure, maybe.
    pub error_description: Option<String>,
    /// The tenant for which an administrator consented.
    pub admin_consent_of: Option<String>,
    /// From the cookie.
    pub browser_secret: Option<String>,
    /// The browser's network address.
    pub ip: Option<String>,
    /// The browser's name.
    pub user_agent: Option<String>,
}

/// A token request (`POST /v3/connect/token`).
#[derive(Clone, Debug)]
pub enum TokenRequest {
    /// Exchange a code.
    Code {
        /// The code.
        code: String,
        /// As at the start.
        redirect_uri: String,
        /// PKCE verifier.
        verifier: Option<String>,
    },
    /// Buy a new access token.
    Refresh {
        /// The refresh token.
        refresh_token: String,
    },
    /// Mint an access token for a grant (needs client authentication).
    ClientCredentials {
        /// The grant.
        grant_id: GrantId,
    },
}

/// Tokens of our own.
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// Opens one grant for an hour.
    pub access_token: SecretString,
    /// Seconds.
    pub expires_in: u64,
    /// Only for offline access.
    pub refresh_token: Option<SecretString>,
    /// JWT naming the account (iss `https://nylas.com` for compatibility, aud = application, sub = grant, email).
    pub id_token: String,
    /// The grant.
    pub grant: Grant,
}

/// What a token of ours says (`GET /v3/connect/tokeninfo`).
#[derive(Clone, Debug)]
pub struct TokenInfo {
    /// The application.
    pub application_id: ApplicationId,
    /// The grant.
    pub grant_id: GrantId,
    /// The grant's address.
    pub email: String,
    /// Unix seconds.
    pub issued_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
}

/// What an address's domain says about its provider.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The provider, when known.
    pub provider: Option<Provider>,
}

#[cfg(test)]
mod tests;
