//! Connectors and the credentials under them on the wire.

use model::connector as nouns;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::fault::ConnectorFault;

/// Stands for a stored `client_secret` in answers. Sent back in a change it means: keep the stored one.
pub const SECRET_MASK: &str = "********";

/// An application's registration with a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Connector {
    /// `google`, `microsoft`, `ews` or `imap`.
    pub provider: String,
    /// The operator's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Provider settings; `client_secret` is never shown, only that there is one (`********`).
    #[schema(value_type = Object)]
    pub settings: Value,
    /// Default scopes of hosted authentication.
    pub scope: Vec<String>,
    /// Credential used instead of the connector's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_credential_id: Option<String>,
    /// What ails it and is the operator's or an administrator's to mend; left out while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_fault: Option<ConnectorFault>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Connector {
    /// The wire form of a connector, its secret masked, with what ails it.
    pub fn render(connector: &nouns::Connector, fault: Option<&model::fault::ConnectorFault>) -> Self {
        let mut settings = connector.settings.as_object().cloned().unwrap_or_default();
        if connector.client_secret.is_some() {
            settings.insert("client_secret".to_owned(), Value::String(SECRET_MASK.to_owned()));
        }
        Self {
            provider: connector.provider.as_str().to_owned(),
            name: connector.name.clone(),
            settings: Value::Object(settings),
            scope: connector.scopes.clone(),
            active_credential_id: connector.active_credential_id.map(|id| id.to_string()),
            last_fault: fault.map(ConnectorFault::render),
            created_at: connector.created_at.as_second(),
            updated_at: connector.updated_at.as_second(),
        }
    }
}

/// A connector to make, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorWrite {
    /// `google`. Required when making one.
    pub provider: Option<String>,
    /// The operator's name for it.
    pub name: Option<String>,
    /// google: `client_id`, `client_secret`, `topic_name`.
    #[schema(value_type = Option<Object>)]
    pub settings: Option<Map<String, Value>>,
    /// Default scopes of hosted authentication.
    pub scope: Option<Vec<String>>,
    /// Credential to use instead of the connector's own; empty text goes back to its own.
    pub active_credential_id: Option<String>,
}

/// Credentials under a connector; the data itself is never shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConnectorCredential {
    /// Its identifier.
    pub id: String,
    /// The operator's name for it.
    pub name: String,
    /// `connector`, `adminconsent` or `serviceaccount`.
    pub credential_type: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl ConnectorCredential {
    /// The wire form of a connector's credential.
    pub fn render(credential: &nouns::ConnectorCredential) -> Self {
        Self {
            id: credential.id.to_string(),
            name: credential.name.clone(),
            credential_type: credential.credential_type.clone(),
            created_at: credential.created_at.as_second(),
            updated_at: credential.updated_at.as_second(),
        }
    }
}

/// A connector's credential to add, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorCredentialWrite {
    /// The operator's name for it. Required when adding.
    pub name: Option<String>,
    /// `connector`, `adminconsent` or `serviceaccount`. Required when adding.
    pub credential_type: Option<String>,
    /// The credential itself, for example `client_id` and `client_secret`. Required when adding.
    #[schema(value_type = Option<Object>)]
    pub credential_data: Option<Map<String, Value>>,
}
