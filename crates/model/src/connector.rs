//! Stored registrations with providers.

use crate::secret::Sealed;
use crate::{ApplicationId, ConnectorCredentialId, ConnectorId, Provider, Timestamp};

/// An application's registration with one provider. At most one per provider and application.
#[derive(Clone, PartialEq, Debug)]
pub struct Connector {
    /// Its identifier (`integration_id` in grant events).
    pub id: ConnectorId,
    /// The application it belongs to.
    pub application_id: ApplicationId,
    /// The provider it registers with.
    pub provider: Provider,
    /// The operator's name for it.
    pub name: Option<String>,
    /// Everything of `settings` that is not secret (`client_id`, `tenant`, `topic_name`), kept as given.
    pub settings: serde_json::Value,
    /// The OAuth client secret, sealed.
    pub client_secret: Option<Sealed>,
    /// Scopes asked for when a hosted authentication names none.
    pub scopes: Vec<String>,
    /// Credential used instead of the connector's own, when set.
    pub active_credential_id: Option<ConnectorCredentialId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Extra credentials under a connector (Nylas v3: `/connectors/{provider}/creds`).
#[derive(Clone, PartialEq, Debug)]
pub struct ConnectorCredential {
    /// Its identifier.
    pub id: ConnectorCredentialId,
    /// The connector it belongs to.
    pub connector_id: ConnectorId,
    /// The operator's name for it.
    pub name: String,
    /// `connector`, `adminconsent` or `serviceaccount`.
    pub credential_type: String,
    /// The credential data (a JSON object), sealed.
    pub data: Sealed,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
