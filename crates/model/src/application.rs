//! Applications, their API keys and their callback URIs.

use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, ApplicationId, CallbackUriId, Timestamp};

/// A customer application. All grants, keys, connectors and webhooks belong to exactly one.
#[derive(Clone, PartialEq, Debug)]
pub struct Application {
    /// Also the OAuth `client_id` of hosted authentication.
    pub id: ApplicationId,
    /// Shown on the hosted pages.
    pub name: String,
    /// Free-form presentation settings, kept as given (Nylas v3: `branding`, `hosted_authentication`, ...).
    pub presentation: serde_json::Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An API key as stored: the key itself is shown once and kept only as a hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    /// Names the key in lists and when revoking.
    pub id: ApiKeyId,
    /// The application it opens.
    pub application_id: ApplicationId,
    /// The operator's note.
    pub name: String,
    /// SHA-256 of the key text. Keys are 256 random bits, so a plain hash suffices.
    pub hash: [u8; 32],
    /// First characters of the key, for recognising it in lists.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this instant it is refused.
    pub expires_at: Option<Timestamp>,
}

/// A redirect URI that hosted authentication may return to.
#[derive(Clone, PartialEq, Debug)]
pub struct CallbackUri {
    /// Its identifier.
    pub id: CallbackUriId,
    /// The application it belongs to.
    pub application_id: ApplicationId,
    /// Compared byte for byte with `redirect_uri`.
    pub url: String,
    /// `web`, `desktop`, `js`, `ios` or `android`.
    pub platform: String,
    /// Platform settings, kept as given.
    pub settings: serde_json::Value,
}

/// What one of our own OAuth tokens opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Opens one grant for an hour.
    Access,
    /// Buys access tokens until revoked.
    Refresh,
}
