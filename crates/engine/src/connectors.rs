//! Connectors and the credentials under them.

use model::connector::{Connector, ConnectorCredential};
use model::secret::Sealed;
use model::{ApplicationId, ConnectorCredentialId, ConnectorId, Fault, Provider};
use serde_json::{Map, Value};

use crate::at_rest::AtRest;
use crate::{Engine, Result, seal};

/// What a caller gives for a connector. `settings.client_secret` is taken out and sealed.
#[derive(Clone, Debug, Default)]
pub struct ConnectorEdit {
    /// The operator's name for it.
    pub name: Option<String>,
    /// Provider settings (google: client_id, client_secret, topic_name).
    pub settings: Option<Map<String, Value>>,
    /// Default scopes of hosted authentication.
    pub scopes: Option<Vec<String>>,
    /// Use these credentials instead of the connector's own; `Some(None)` goes back.
    pub active_credential_id: Option<Option<ConnectorCredentialId>>,
}

/// Where a connector's secret is sealed.
pub(crate) fn secret_place(id: ConnectorId) -> String {
    seal::place("connector", id.0)
}

/// Where a credential's data are sealed.
pub(crate) fn credential_place(id: ConnectorCredentialId) -> String {
    seal::place("connector_credential", id.0)
}

/// Kinds of credentials the contract knows (nylas-v3.md 1.3).
const CREDENTIAL_TYPES: [&str; 3] = ["connector", "adminconsent", "serviceaccount"];

impl Engine {
    /// Makes a connector. Google needs `settings.client_id` and `settings.client_secret`.
    ///
    /// # Errors
    /// `invalid_request` naming the field; `conflict_or_precondition` when the provider has one already.
    pub async fn create_connector(
        &self,
        application: ApplicationId,
        provider: Provider,
        edit: ConnectorEdit,
    ) -> Result<Connector> {
        let id = ConnectorId(self.inner.new_id());
        let (settings, client_secret) = self.split(id, edit.settings.unwrap_or_default())?;
        check_settings(provider, &settings, client_secret.is_some())?;
        let now = self.now();
        let connector = Connector {
            id,
            application_id: application,
            provider,
            name: edit.name,
            settings: Value::Object(settings),
            client_secret,
            scopes: edit.scopes.unwrap_or_default(),
            active_credential_id: None,
            created_at: now,
            updated_at: now,
        };
        self.inner.store().add_connector(connector.clone()).await.at_rest()?;
        Ok(connector)
    }

    /// Changes a connector; omitted fields stay, given `settings` replace the old ones (a missing secret stays).
    ///
    /// # Errors
    /// `not_found`; `invalid_request` naming the field.
    pub async fn update_connector(
        &self,
        application: ApplicationId,
        provider: Provider,
        edit: ConnectorEdit,
    ) -> Result<Connector> {
        let mut connector = self.connector(application, provider).await?;
        if let Some(settings) = edit.settings {
            let (settings, secret) = self.split(connector.id, settings)?;
            connector.client_secret = secret.or(connector.client_secret);
            check_settings(provider, &settings, connector.client_secret.is_some())?;
            connector.settings = Value::Object(settings);
        }
        if let Some(active) = edit.active_credential_id {
            if let Some(id) = active {
                self.connector_credential(&connector, id).await?;
            }
            connector.active_credential_id = active;
        }
        connector.name = edit.name.or(connector.name);
        connector.scopes = edit.scopes.unwrap_or(connector.scopes);
        connector.updated_at = self.now();
        self.inner.store().update_connector(connector.clone()).await.at_rest()?;
        self.inner.ledger.changed(application, provider);
        Ok(connector)
    }

    /// Removes a connector; its grants stay but cannot refresh.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_connector(&self, application: ApplicationId, provider: Provider) -> Result<()> {
        self.inner.store().remove_connector(application, provider).await.at_rest()?;
        self.inner.ledger.changed(application, provider);
        Ok(())
    }

    /// Adds credentials under a connector.
    ///
    /// # Errors
    /// `not_found` for the connector; `invalid_request` naming the field.
    pub async fn add_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        name: &str,
        credential_type: &str,
        data: Value,
    ) -> Result<ConnectorCredential> {
        let connector = self.connector(application, provider).await?;
        if !CREDENTIAL_TYPES.contains(&credential_type) {
            let message = format!("`credential_type` must be one of {}.", CREDENTIAL_TYPES.join(", "));
            return Err(Fault::invalid("credential_type", message));
        }
        let (id, now) = (ConnectorCredentialId(self.inner.new_id()), self.now());
        let credential = ConnectorCredential {
            id,
            connector_id: connector.id,
            name: name.to_owned(),
            credential_type: credential_type.to_owned(),
            data: self.seal_data(id, &data)?,
            created_at: now,
            updated_at: now,
        };
        self.inner.store().add_connector_credential(credential.clone()).await.at_rest()?;
        Ok(credential)
    }

    /// Changes credentials under a connector.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` naming the field.
    pub async fn update_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        id: ConnectorCredentialId,
        name: Option<String>,
        data: Option<Value>,
    ) -> Result<ConnectorCredential> {
        let connector = self.connector(application, provider).await?;
        let mut credential = self.connector_credential(&connector, id).await?;
        credential.name = name.unwrap_or(credential.name);
        if let Some(data) = data {
            credential.data = self.seal_data(id, &data)?;
        }
        credential.updated_at = self.now();
        self.inner.store().update_connector_credential(credential.clone()).await.at_rest()?;
        self.inner.ledger.changed(application, provider);
        Ok(credential)
    }

    /// Removes credentials under a connector. A connector that used them goes back to its own.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_connector_credential(
        &self,
        application: ApplicationId,
        provider: Provider,
        id: ConnectorCredentialId,
    ) -> Result<()> {
        let connector = self.connector(application, provider).await?;
        self.inner.store().remove_connector_credential(connector.id, id).await.at_rest()?;
        if connector.active_credential_id == Some(id) {
            let own = ConnectorEdit { active_credential_id: Some(None), ..ConnectorEdit::default() };
            self.update_connector(application, provider, own).await?;
        }
        Ok(())
    }

    pub(crate) async fn connector(&self, application: ApplicationId, provider: Provider) -> Result<Connector> {
        let connector = self.inner.store().connector(application, provider).await.at_rest()?;
        connector.ok_or_else(|| Fault::not_found(format!("The application has no {provider} connector.")))
    }

    async fn connector_credential(&self, of: &Connector, id: ConnectorCredentialId) -> Result<ConnectorCredential> {
        let credentials = self.inner.store().connector_credentials(of.id).await.at_rest()?;
        let credential = credentials.into_iter().find(|credential| credential.id == id);
        credential.ok_or_else(|| Fault::not_found(format!("The {} connector has no credential {id}.", of.provider)))
    }

    /// Takes the secret out of settings and seals it.
    fn split(&self, id: ConnectorId, mut settings: Map<String, Value>) -> Result<(Map<String, Value>, Option<Sealed>)> {
        let secret = match settings.remove("client_secret") {
            None | Some(Value::Null) => None,
            Some(Value::String(secret)) if secret.is_empty() => None,
            Some(Value::String(secret)) => Some(self.inner.parts.sealer.seal(&secret_place(id), &secret)),
            Some(_) => return Err(not_text("client_secret")),
        };
        Ok((settings, secret))
    }

    fn seal_data(&self, id: ConnectorCredentialId, data: &Value) -> Result<Sealed> {
        if !data.is_object() {
            return Err(Fault::invalid("credential_data", "`credential_data` must be an object."));
        }
        Ok(self.inner.parts.sealer.seal(&credential_place(id), &data.to_string()))
    }
}

fn check_settings(provider: Provider, settings: &Map<String, Value>, has_secret: bool) -> Result<()> {
    for (key, value) in settings {
        if ["client_id", "tenant", "topic_name"].contains(&key.as_str()) && !value.is_string() {
            return Err(not_text(key));
        }
    }
    // The tenant becomes a part of addresses.
    let plain =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) && !text.contains("..");
    if !settings.get("tenant").and_then(Value::as_str).is_none_or(|tenant| tenant.len() <= 253 && plain(tenant)) {
        let message =
            "`settings.tenant` must be `common`, `organizations`, `consumers`, a tenant's id or one of its domains.";
        return Err(Fault::invalid("settings.tenant", message));
    }
    if !providers::has_client(provider) {
        return Ok(());
    }
    let given = |key: &str| settings.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let missing = if !given("client_id") { "client_id" } else { "client_secret" };
    if given("client_id") && has_secret {
        return Ok(());
    }
    Err(Fault::invalid(
        format!("settings.{missing}"),
        format!("A {provider} connector needs `settings.{missing}`, from the provider's console."),
    ))
}

fn not_text(key: &str) -> Fault {
    Fault::invalid(format!("settings.{key}"), format!("`settings.{key}` must be a string."))
}
