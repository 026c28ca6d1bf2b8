//! Connectors and the credentials under them.

use model::connector::{Connector, ConnectorCredential};
use model::{ApplicationId, ConnectorCredentialId, Provider};

use crate::{Engine, Result};

/// What a caller gives for a connector. `settings.client_secret` is taken out and sealed.
#[derive(Clone, Debug, Default)]
pub struct ConnectorEdit {
    /// The operator's name for it.
    pub name: Option<String>,
    /// Provider settings (google: client_id, client_secret, topic_name).
    pub settings: Option<serde_json::Map<String, serde_json::Value>>,
    /// Default scopes of hosted authentication.
    pub scopes: Option<Vec<String>>,
    /// Use these credentials instead of the connector's own; `Some(None)` goes back.
    pub active_credential_id: Option<Option<ConnectorCredentialId>>,
}

#[allow(unused_variables)]
impl Engine {
    /// Makes a connector. Google needs `settings.client_id` and `settings.client_secret`.
    pub async fn create_connector(
        &self,
        application: ApplicationId,
        provider: Provider,
        edit: ConnectorEdit,
    ) -> Result<Connector> {
        todo!()
    }
    /// Changes a connector; omitted fields stay, given `settings` replace the old ones (a missing secret stays).
    pub async fn update_connector(
        &self,
        application: ApplicationId,
        provider: Provider,
        edit: ConnectorEdit,
    ) -> Result<Connector> {
        todo!()
    }
    /// Removes a connector; its grants stay but cannot refresh.
    pub async fn remove_connector(&self, application: ApplicationId, provider: Provider) -> Result<()> {
        todo!()
    }
    /// Adds credentials under a connector.
    pub async fn add_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        name: &str,
        credential_type: &str,
        data: serde_json::Value,
    ) -> Result<ConnectorCredential> {
        todo!()
    }
    /// Changes credentials under a connector.
    pub async fn update_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        id: ConnectorCredentialId,
        name: Option<String>,
        data: Option<serde_json::Value>,
    ) -> Result<ConnectorCredential> {
        todo!()
    }
    /// Removes credentials under a connector.
    pub async fn remove_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        id: ConnectorCredentialId,
    ) -> Result<()> {
        todo!()
    }
}
