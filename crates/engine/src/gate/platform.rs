//! Identity platforms: the calls of authentication, which belong to a registration and not (yet) to a mailbox.

use std::sync::Arc;

use model::connector::{Connector, ConnectorCredential};
use model::secret::{ExposeSecret, SecretString};
use model::{ApplicationId, ConnectorCredentialId, Fault, FaultKind, Provider};
use providers::{OauthClient, Registration};
use serde_json::Value;

use super::{Core, Gate};
use crate::Result;
use crate::at_rest::AtRest;
use crate::connectors::{credential_place, secret_place};

/// A registration to be used: whose, at which provider, under which credentials.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Desk {
    pub(crate) application: ApplicationId,
    pub(crate) provider: Provider,
    /// Instead of the connector's own.
    pub(crate) credential: Option<ConnectorCredentialId>,
}

impl Gate {
    /// Asks an identity platform. Never repeated here: codes are good for one try.
    pub(crate) async fn ask<T, F, W>(&self, desk: Desk, work: F) -> Result<T>
    where
        F: FnOnce(Arc<dyn OauthClient>) -> W + Send,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let registration = self.core.registration(desk.application, desk.provider, desk.credential).await?;
        let client = self.core.doors.platform(desk.provider, registration)?;
        let answer = work(client.into()).await;
        if let Err(fault) = &answer {
            self.core.ledger.met_at_desk(desk.application, fault, self.core.now());
        }
        answer
    }
}

impl Core {
    /// The opened registration: the named credential's, the connector's active credential's, or the connector's own.
    pub(super) async fn registration(
        &self,
        application: ApplicationId,
        provider: Provider,
        credential: Option<ConnectorCredentialId>,
    ) -> Result<Registration> {
        let connector =
            self.store.connector(application, provider).await.at_rest()?.ok_or_else(|| no_connector(provider))?;
        match credential.or(connector.active_credential_id) {
            Some(id) => self.registration_of(&connector, id).await,
            None => self.own_registration(&connector),
        }
    }

    fn own_registration(&self, connector: &Connector) -> Result<Registration> {
        let secret = connector.client_secret.as_ref();
        let secret = secret.map(|sealed| self.sealer.open(&secret_place(connector.id), sealed)).transpose()?;
        Ok(Registration {
            client_id: text(&connector.settings, "client_id").ok_or_else(|| no_client_id(connector.provider))?,
            client_secret: secret,
            tenant: text(&connector.settings, "tenant"),
        })
    }

    async fn registration_of(&self, connector: &Connector, id: ConnectorCredentialId) -> Result<Registration> {
        let credentials = self.store.connector_credentials(connector.id).await.at_rest()?;
        let credential = credentials.into_iter().find(|credential| credential.id == id).ok_or_else(|| {
            let message = format!("The {} connector has no credential {id}.", connector.provider);
            Fault { field: Some("credential_id".into()), ..misconfigured(connector.provider, message) }
        })?;
        let data = self.opened(&credential)?;
        Ok(Registration {
            client_id: text(&data, "client_id").ok_or_else(|| no_client_id(connector.provider))?,
            client_secret: text(&data, "client_secret").map(SecretString::from),
            tenant: text(&data, "tenant").or_else(|| text(&connector.settings, "tenant")),
        })
    }

    fn opened(&self, credential: &ConnectorCredential) -> Result<Value> {
        let data = self.sealer.open(&credential_place(credential.id), &credential.data)?;
        serde_json::from_str(data.expose_secret())
            .map_err(|_| Fault::internal(format!("credential {} does not hold a JSON object", credential.id)))
    }
}

fn text(settings: &Value, key: &str) -> Option<String> {
    settings.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn no_connector(provider: Provider) -> Fault {
    misconfigured(provider, format!("The application has no {provider} connector; make one with POST /v3/connectors."))
}

fn no_client_id(provider: Provider) -> Fault {
    misconfigured(provider, format!("The {provider} connector has no `settings.client_id`."))
}

fn misconfigured(provider: Provider, message: String) -> Fault {
    Fault { provider: Some(provider), ..Fault::new(FaultKind::OauthClientMisconfigured, message) }
}
