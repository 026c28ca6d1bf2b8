//! The first half of hosted authentication: from the application to the provider's page.

use std::sync::Arc;
use std::time::Duration;

use model::grant::Grant;
use model::{ApplicationId, ConnectorCredentialId, Fault, FaultKind, GrantId, Provider};
use providers::{Authorization, OauthClient};
use store::AuthRequest;

use super::{HostedRequest, HostedStart, pkce};
use crate::at_rest::AtRest;
use crate::digest::sha256;
use crate::gate::{Desk, Refreshable};
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
        let (state, browser_secret) = (state_of(Purpose::SignIn, request.credential_id), random::token());
        let regrant = self.regrant(&request, provider).await?;
        let asked = Authorization {
            redirect_uri: self.provider_callback(),
            scopes: request.scopes.clone(),
            state: state.clone(),
            code_challenge,
            login_hint: request.login_hint.clone(),
            // Without consent asked for anew there is no refresh token (gmail.md section 4).
            force_consent: true,
            include_granted_scopes: request.include_granted_scopes,
            challenge: self.challenge_of(regrant.as_ref()).await?,
        };
        let (location, scopes) =
            self.inner.gate.ask(desk, |platform| async move { Ok(address(&*platform, asked, configured)) }).await?;
        let regrant = regrant.map(|grant| grant.id);
        let kept = Kept { request, provider, scopes, verifier, regrant };
        self.keep_attempt(kept, &state, &browser_secret).await?;
        Ok(HostedStart { location, browser_secret })
    }

    /// Sends an administrator to the provider, to consent for everybody in the organisation (nylas-v3.md 1.1).
    ///
    /// # Errors
    /// As [`Self::begin_hosted`]; `unsupported` where the provider has no such page.
    pub async fn begin_admin_consent(&self, request: HostedRequest, provider: Provider) -> Result<HostedStart> {
        self.check_hosted(request.application_id, &request.redirect_uri).await?;
        check(&request)?;
        let desk = Desk { application: request.application_id, provider, credential: request.credential_id };
        let (state, browser_secret) = (state_of(Purpose::AdminConsent, request.credential_id), random::token());
        let (callback, scopes) = (self.provider_callback(), request.scopes.clone());
        let asked = state.clone();
        let page =
            |platform: Arc<dyn OauthClient>| async move { platform.admin_consent_url(&callback, &asked, &scopes) };
        let location = self.inner.gate.ask(desk, page).await?;
        let scopes = request.scopes.clone();
        let kept = Kept { request, provider, scopes, verifier: String::new(), regrant: None };
        self.keep_attempt(kept, &state, &browser_secret).await?;
        Ok(HostedStart { location, browser_secret })
    }

    /// The grant that is authenticated again: the hinted address's.
    async fn regrant(&self, request: &HostedRequest, provider: Provider) -> Result<Option<Grant>> {
        let Some(email) = &request.login_hint else { return Ok(None) };
        let found = self.inner.store().grant_by_email(request.application_id, email).await.at_rest()?;
        Ok(found.filter(|grant| grant.provider == provider))
    }

    /// What the provider wanted to be asked for when it refused this grant's refresh token.
    async fn challenge_of(&self, grant: Option<&Grant>) -> Result<Option<String>> {
        let Some(grant) = grant else { return Ok(None) };
        let credential = self.inner.store().credential(grant.id).await.at_rest()?;
        // A credential that cannot be opened any more is no reason to refuse a new one.
        let opened = credential.and_then(|it| Refreshable::open(&self.inner.parts.sealer, grant.id, &it).ok());
        Ok(opened.and_then(|refreshable| refreshable.challenge))
    }

    /// Where providers send people back to.
    pub(super) fn provider_callback(&self) -> String {
        format!("{}/v3/connect/callback", self.settings().public_url.trim_end_matches('/'))
    }

    async fn keep_attempt(&self, kept: Kept, state: &str, browser_secret: &str) -> Result<()> {
        let Kept { request, provider, scopes, verifier, regrant } = kept;
        let kept = AuthRequest {
            state_hash: sha256(state.as_bytes()),
            browser_hash: sha256(browser_secret.as_bytes()),
            application_id: request.application_id,
            provider,
            redirect_uri: request.redirect_uri,
            state: request.state,
            scopes,
            login_hint: request.login_hint,
            regrant,
            offline: request.offline,
            code_challenge: request.code_challenge,
            provider_verifier: verifier,
            expires_at: later(self.now(), PATIENCE),
        };
        self.inner.store().add_auth_request(kept).await.at_rest()
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

/// What is remembered of an attempt until the browser comes back.
struct Kept {
    request: HostedRequest,
    provider: Provider,
    scopes: Vec<String>,
    verifier: String,
    regrant: Option<GrantId>,
}

/// What a browser was sent to the provider for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    SignIn,
    AdminConsent,
}

/// Marks a state as one for an administrator.
const ADMIN: &str = "admin";

/// The state towards the provider: 256 random bits, the credential in use, and the purpose, which the callback has to know.
/// The store keeps the hash of the whole, so no part can be changed on the way.
fn state_of(purpose: Purpose, credential: Option<ConnectorCredentialId>) -> String {
    let credential = credential.map(|id| id.to_string());
    let purpose = (purpose == Purpose::AdminConsent).then(|| ADMIN.to_owned());
    [Some(random::token()), credential, purpose].into_iter().flatten().collect::<Vec<_>>().join(".")
}

/// The credential named in a state of ours.
pub(super) fn credential_in(state: &str) -> Option<ConnectorCredentialId> {
    state.split('.').nth(1)?.parse().ok()
}

/// The purpose named in a state of ours.
pub(super) fn purpose_of(state: &str) -> Purpose {
    if state.split('.').skip(1).any(|part| part == ADMIN) { Purpose::AdminConsent } else { Purpose::SignIn }
}

/// The provider's page, and the scopes asked for there: the request's, else the connector's, else the provider's usual
/// ones; always with those that tell who the account is, and those without which nothing can be renewed.
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
    let standing = platform.standing_scopes().iter().filter(|scope| !asked.scopes.iter().any(|have| have == *scope));
    let standing: Vec<String> = standing.map(|scope| scope.to_string()).collect();
    asked.scopes.extend(standing);
    (platform.authorize_url(&asked), asked.scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_remembers_its_credential_and_its_purpose() {
        let id = ConnectorCredentialId(uuid::Uuid::from_u128(7));
        for purpose in [Purpose::SignIn, Purpose::AdminConsent] {
            assert_eq!(credential_in(&state_of(purpose, Some(id))), Some(id));
            assert_eq!(credential_in(&state_of(purpose, None)), None);
            assert_eq!(purpose_of(&state_of(purpose, Some(id))), purpose);
            assert_eq!(purpose_of(&state_of(purpose, None)), purpose);
        }
    }
}
