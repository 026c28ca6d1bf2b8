//! Grants from credentials the caller already has (`POST /v3/connect/custom`).

use std::sync::Arc;

use model::grant::Grant;
use model::secret::SecretString;
use model::{ApplicationId, ConnectorCredentialId, Fault, FaultKind, Provider};
use providers::OauthClient;
use serde_json::{Map, Value};

use super::{Newcomer, passwords};
use crate::{Engine, Result};

/// What the caller brings: a refresh token, and the registration it was bought under.
pub(crate) struct Bring {
    refresh_token: String,
    credential: Option<ConnectorCredentialId>,
}

/// Bytes of a refresh token at most.
const MOST_TOKEN: usize = 8192;

impl Bring {
    /// Reads `settings` (nylas-v3.md 1.1).
    pub(crate) fn read(provider: Provider, settings: &Map<String, Value>) -> Result<Self> {
        if let Some(fault) = passwords::refused(provider, settings) {
            return Err(fault);
        }
        if !providers::has_client(provider) {
            let message = format!("{provider} grants cannot be made from a refresh token here.");
            return Err(Fault { field: Some("provider".into()), ..Fault::new(FaultKind::Unsupported, message) });
        }
        for name in settings.keys() {
            if name != "refresh_token" && name != "credential_id" {
                return Err(Fault::invalid(format!("settings.{name}"), format!("extra fields not permitted: {name}")));
            }
        }
        Ok(Self { refresh_token: refresh_token(settings)?, credential: credential_id(settings)? })
    }
}

fn refresh_token(settings: &Map<String, Value>) -> Result<String> {
    match settings.get("refresh_token").and_then(Value::as_str) {
        Some(token) if (1..=MOST_TOKEN).contains(&token.len()) => Ok(token.to_owned()),
        _ => Err(Fault::invalid("settings.refresh_token", "`settings.refresh_token` is required, as a string.")),
    }
}

fn credential_id(settings: &Map<String, Value>) -> Result<Option<ConnectorCredentialId>> {
    let wrong = || Fault::invalid("settings.credential_id", "`settings.credential_id` must be the id of a credential.");
    match settings.get("credential_id") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().and_then(|id| id.parse().ok()).map(Some).ok_or_else(wrong),
    }
}

impl Engine {
    /// Makes or renews a grant from a refresh token the caller holds (`POST /v3/connect/custom`).
    ///
    /// `scopes` are what the caller believes was granted; they count only where the provider does not say.
    ///
    /// # Errors
    /// `basic_auth_blocked` for a password where Microsoft requires OAuth; `unsupported` for a provider without a client;
    /// `invalid_request` naming the field: unknown properties, missing identity scopes; `reauth_required` naming it: a dead
    /// refresh token.
    pub async fn custom_grant(
        &self,
        application: ApplicationId,
        provider: Provider,
        settings: Map<String, Value>,
        scopes: Option<Vec<String>>,
        state: Option<String>,
    ) -> Result<Grant> {
        let bring = Bring::read(provider, &settings)?;
        let (credential, expected) = (bring.credential, None);
        let newcomer = Newcomer { application, provider, credential, expected, state, ip: None, user_agent: None };
        self.bring_with(&newcomer, bring, &scopes.unwrap_or_default()).await
    }

    /// Renews the grant a newcomer expects from a refresh token.
    pub(crate) async fn bring(&self, newcomer: &Newcomer, bring: Bring) -> Result<Grant> {
        let newcomer = Newcomer { credential: bring.credential, ..newcomer.clone() };
        self.bring_with(&newcomer, bring, &[]).await
    }

    async fn bring_with(&self, newcomer: &Newcomer, bring: Bring, assumed: &[String]) -> Result<Grant> {
        let token = SecretString::from(bring.refresh_token.clone());
        let refresh = |platform: Arc<dyn OauthClient>| async move { platform.refresh(&token, None).await };
        let bought = self.inner.gate.ask(newcomer.desk(), refresh).await.map_err(dead_token)?;
        self.admit(newcomer, bought, assumed, Some(bring.refresh_token)).await
    }
}

/// A dead token that was brought is the request's mistake, and no grant expired: the field says so.
fn dead_token(fault: Fault) -> Fault {
    if fault.kind != FaultKind::ReauthRequired {
        return fault;
    }
    let message = "Authentication failed: Invalid or revoked refresh token.";
    Fault { field: Some("settings.refresh_token".into()), message: message.into(), ..fault }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(provider: Provider, settings: Value) -> Option<String> {
        Bring::read(provider, settings.as_object().unwrap()).err().and_then(|fault| fault.field)
    }

    #[test]
    fn settings_are_checked() {
        let google = Provider::Google;
        assert_eq!(refused(google, json!({ "refresh_token": "1//x" })), None);
        assert_eq!(refused(google, json!({})).as_deref(), Some("settings.refresh_token"));
        assert_eq!(refused(google, json!({ "refresh_token": 1 })).as_deref(), Some("settings.refresh_token"));
        assert_eq!(
            refused(google, json!({ "refresh_token": "x", "password": 1 })).as_deref(),
            Some("settings.password")
        );
        let wrong_id = json!({ "refresh_token": "x", "credential_id": "no" });
        assert_eq!(refused(google, wrong_id).as_deref(), Some("settings.credential_id"));
        assert_eq!(refused(Provider::Imap, json!({ "refresh_token": "x" })).as_deref(), Some("provider"));
    }

    #[test]
    fn unknown_properties_are_refused_in_the_contracts_words() {
        let settings = json!({ "refresh_token": "x", "shoe_size": 43 });
        let fault = Bring::read(Provider::Google, settings.as_object().unwrap()).err().unwrap();
        assert_eq!(fault.message, "extra fields not permitted: shoe_size");
    }
}
