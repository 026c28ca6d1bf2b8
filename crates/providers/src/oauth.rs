//! What the engine sees of a provider's identity platform.

use async_trait::async_trait;
use model::secret::SecretString;
use model::{Fault, FaultKind, Timestamp};

/// The connector's registration, opened.
#[derive(Clone, Debug)]
pub struct Registration {
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret; absent for public clients.
    pub client_secret: Option<SecretString>,
    /// Tenant, where the provider has tenants.
    pub tenant: Option<String>,
}

/// What an authorization page is asked.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Our callback, as registered with the provider.
    pub redirect_uri: String,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// Comes back unchanged.
    pub state: String,
    /// PKCE S256 challenge (RFC 7636).
    pub code_challenge: String,
    /// Address to prefill.
    pub login_hint: Option<String>,
    /// Ask for consent again even where it was given.
    pub force_consent: bool,
    /// Scopes granted earlier are added (Google `include_granted_scopes`).
    pub include_granted_scopes: bool,
    /// What the provider wanted to be asked for when it last refused (a claims challenge).
    pub challenge: Option<String>,
}

/// Tokens as bought from the provider.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens the API until `expires_at`.
    pub access_token: SecretString,
    /// When the access token dies.
    pub expires_at: Timestamp,
    /// A new refresh token, when the provider gave one (first consent, rotation).
    pub refresh_token: Option<SecretString>,
    /// Scopes really granted; `None` when the provider did not say.
    pub scopes: Option<Vec<String>>,
    /// What the provider stated about the account along with the tokens (OpenID Connect), still encoded.
    pub id_token: Option<SecretString>,
}

/// Who the account is, as the provider states it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Immutable id of the account.
    pub subject: String,
    /// Primary address.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
}

/// A provider's identity platform, for one registration.
#[async_trait]
pub trait OauthClient: Send + Sync {
    /// Where to send the browser.
    fn authorize_url(&self, authorization: &Authorization) -> String;
    /// Buys the first tokens.
    async fn exchange(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Tokens, Fault>;
    /// Buys a new access token. `challenge` is what the mailbox wanted of it, where it refused the last one for that.
    async fn refresh(&self, refresh_token: &SecretString, challenge: Option<&str>) -> Result<Tokens, Fault>;
    /// Ends the permission at the provider.
    async fn revoke(&self, token: &SecretString) -> Result<(), Fault>;
    /// Finds out who the account is that these tokens were just bought for.
    async fn identity(&self, tokens: &Tokens) -> Result<Identity, Fault>;
    /// Where to send an administrator's browser, to consent for everybody in the organisation.
    ///
    /// # Errors
    /// `unsupported` where the provider has no such page; `oauth_client_misconfigured` where the registration allows none.
    fn admin_consent_url(&self, redirect_uri: &str, state: &str, scopes: &[String]) -> Result<String, Fault> {
        let _ = (redirect_uri, state, scopes);
        let message = "Only `microsoft` has a page where an administrator consents for everybody.";
        Err(Fault { field: Some("provider".into()), ..Fault::new(FaultKind::Unsupported, message) })
    }
    /// Scopes without which the account cannot be identified, under every name the provider uses for each.
    fn identity_scopes(&self) -> &'static [&'static [&'static str]];
    /// Scopes asked for whatever else is: without them there would be no refresh token.
    fn standing_scopes(&self) -> &'static [&'static str] {
        &[]
    }
    /// Scopes asked for when neither request nor connector names any.
    fn default_scopes(&self) -> &'static [&'static str];
}
