//! What only an operator does: applications and API keys.

use model::application::{ApiKey, Application, CallbackUri};
use model::secret::SecretString;
use model::{ApiKeyId, ApplicationId, CallbackUriId, Timestamp};

use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Makes an application.
    pub async fn create_application(&self, name: &str) -> Result<Application> {
        todo!()
    }
    /// Changes name and presentation (a JSON object that is merged into the kept one, key by key).
    pub async fn update_application(
        &self,
        id: ApplicationId,
        name: Option<String>,
        presentation: serde_json::Value,
    ) -> Result<Application> {
        todo!()
    }
    /// Makes an API key. The key text (`nyk_v0_...`) is shown this once.
    pub async fn create_api_key(
        &self,
        application: ApplicationId,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<(ApiKey, SecretString)> {
        todo!()
    }
    /// Revokes an API key.
    pub async fn revoke_api_key(&self, application: ApplicationId, id: ApiKeyId) -> Result<()> {
        todo!()
    }
    /// Who a presented API key is, if it is one and has not expired.
    pub async fn authenticate_api_key(&self, key: &str) -> Result<Option<ApiKey>> {
        todo!()
    }
    /// Registers a callback URI; refused unless https, or http on localhost (kind `redirect_uri_invalid`, field `url`).
    pub async fn add_callback_uri(
        &self,
        application: ApplicationId,
        url: &str,
        platform: Option<String>,
        settings: serde_json::Value,
    ) -> Result<CallbackUri> {
        todo!()
    }
    /// Changes a callback URI; `None` leaves a field as it is.
    pub async fn update_callback_uri(
        &self,
        application: ApplicationId,
        id: CallbackUriId,
        url: Option<String>,
        platform: Option<String>,
        settings: Option<serde_json::Value>,
    ) -> Result<CallbackUri> {
        todo!()
    }
    /// Removes a callback URI.
    pub async fn remove_callback_uri(&self, application: ApplicationId, id: CallbackUriId) -> Result<()> {
        todo!()
    }
    /// Re-seals everything under the current key; returns how many values changed. Safe to repeat.
    pub async fn rotate_keys(&self) -> Result<usize> {
        todo!()
    }
}
