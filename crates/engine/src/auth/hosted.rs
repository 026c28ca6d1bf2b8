//! The first half of hosted authentication: from the application to the provider's page.

use std::time::Duration;

use model::{ApplicationId, ConnectorCredentialId, Fault, FaultKind, Provider};
use providers::{Authorization, OauthClient};
use store::AuthRequest;

use super::{HostedRequest, HostedStart, pkce};
use crate::at_rest::AtRest;
use crate::digest::sha256;
use crate::gate::Desk;
use crate::timer::later;
use crate::{Engine, Result, random};

/// How long a person may take at the provider.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Characters of the application's state at most (nylas-v3.md 1.1).
const MOST_STATE: usize = 256;
/// Scopes at most, and characters of one.
const MOST_SCOPES: usize = 100;
const MOST_SCOPE: usize = 256;

impl Engine {
    /// Checks that the application exists and the redirect URI is registered. Done before anything is shown, because a
    /// browser is never sent to an unregistered URI.
    ///
    /// # Errors
    /// `invalid_request` with field `client_id`; `redirect_uri_invalid` with field `redirect_uri`.
    pub async fn check_hosted(&self, application: ApplicationId, redirect_uri: &str) -> Result<()> {
        if self.inner.store().application(application).await.at_rest()?.is_none() {
            return Err(Fault::invalid("client_id", "`client_id` names no application of this installation."));
        }
        let registered = self.inner.store().callback_uris(application).await.at_rest()?;
        if registered.iter().any(|uri| uri.url == redirect_uri) {
            return Ok(());
        }
        let message = "`redirect_uri` is not registered with the application; register it byte for byte.";
        let field = Some("redirect_uri".into());
        Err(Fault { field, ..Fault::new(FaultKind::RedirectUriInvalid, message) })
    }

    /// Starts hosted authentication at a provider.
    ///
    /// # Errors
    /// As [`Self::check_hosted`]; `invalid_request` naming the field; `oauth_client_misconfigured` without a connector.
    pub async fn begin_hosted(&self, request: HostedRequest, provider: Provider) -> Result<HostedStart> {
        self.check_hosted(request.application_id, &request.redirect_uri).await?;
        check(&request)?;
        let desk = Desk { application: request.application_id, provider, credential: request.credential_id };
        let configured = self.inner.store().connector(desk.application, provider).await.at_rest()?;
        let configured = configured.map(|connector| connector.scopes).unwrap_or_default();
        let (verifier, code_challenge) = pkce::pair();
        let (state, browser_secret) = (state_of(request.credential_id), random::token());
        let asked = Authorization {
            redirect_uri: self.provider_callback(),
            scopes: request.scopes.clone(),
            state: state.clone(),
            code_challenge,
            login_hint: request.login_hint.clone(),
            // Without consent asked for anew there is no refresh token (gmail.md section 4).
            force_consent: true,
            include_granted_scopes: request.include_granted_scopes,
        };
        let (location, scopes) =
            self.inner.gate.ask(desk, |platform| async move { Ok(address(&*platform, asked, configured)) }).await?;
        let kept = self.kept(request, provider, scopes, verifier, &state, &browser_secret).await?;
        self.inner.store().add_auth_request(kept).await.at_rest()?;
        Ok(HostedStart { location, browser_secret })
    }

    /// Where providers send people back to.
    pub(super) fn provider_callback(&self) -> String {
        format!("{}/v3/connect/callback", self.settings().public_url.trim_end_matches('/'))
    }

    async fn kept(
        &self,
        request: HostedRequest,
        provider: Provider,
        scopes: Vec<String>,
        provider_verifier: String,
        state: &str,
        browser_secret: &str,
    ) -> Result<AuthRequest> {
        let regrant = match &request.login_hint {
            Some(email) => self.inner.store().grant_by_email(request.application_id, email).await.at_rest()?,
            None => None,
        };
        Ok(AuthRequest {
            state_hash: sha256(state.as_bytes()),
            browser_hash: sha256(browser_secret.as_bytes()),
            application_id: request.application_id,
            provider,
            redirect_uri: request.redirect_uri,
            state: request.state,
            scopes,
            login_hint: request.login_hint,
            regrant: regrant.filter(|grant| grant.provider == provider).map(|grant| grant.id),
            offline: request.offline,
            code_challenge: request.code_challenge,
            provider_verifier,
            expires_at: later(self.now(), PATIENCE),
        })
    }
}

fn check(request: &HostedRequest) -> Result<()> {
    if request.state.as_ref().is_some_and(|state| state.chars().count() > MOST_STATE) {
        return Err(Fault::invalid("state", format!("`state` must have at most {MOST_STATE} characters.")));
    }
    if request.login_hint.as_ref().is_some_and(|hint| hint.len() > 320) {
        return Err(Fault::invalid("login_hint", "`login_hint` must be an address of at most 320 bytes."));
    }
    if request.scopes.len() > MOST_SCOPES || request.scopes.iter().any(|scope| scope.len() > MOST_SCOPE) {
        return Err(Fault::invalid("scope", "`scope` holds too many or too long scopes."));
    }
    match &request.code_challenge {
        Some((challenge, method)) => pkce::check(challenge, method),
        None => Ok(()),
    }
}

/// The state towards the provider: 256 random bits, and the credential in use, which the callback has to know. The
/// store keeps the hash of the whole, so neither part can be changed on the way.
fn state_of(credential: Option<ConnectorCredentialId>) -> String {
    match credential {
        Some(id) => format!("{}.{id}", random::token()),
        None => random::token(),
    }
}

/// The credential named in a state of ours.
pub(super) fn credential_in(state: &str) -> Option<ConnectorCredentialId> {
    state.split_once('.')?.1.parse().ok()
}

/// The provider's page, and the scopes asked for there: the request's, else the connector's, else the provider's usual
/// ones; always with those that tell who the account is.
fn address(platform: &dyn OauthClient, mut asked: Authorization, configured: Vec<String>) -> (String, Vec<String>) {
    if asked.scopes.is_empty() {
        asked.scopes = configured;
    }
    if asked.scopes.is_empty() {
        asked.scopes = platform.default_scopes().iter().map(|scope| scope.to_string()).collect();
    }
    for names in platform.identity_scopes() {
        if let (Some(first), false) = (names.first(), asked.scopes.iter().any(|scope| names.contains(&scope.as_str())))
        {
            asked.scopes.push(first.to_string());
        }
    }
    (platform.authorize_url(&asked), asked.scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_remembers_its_credential() {
        let id = ConnectorCredentialId(uuid::Uuid::from_u128(7));
        assert_eq!(credential_in(&state_of(Some(id))), Some(id));
        assert_eq!(credential_in(&state_of(None)), None);
    }
}
