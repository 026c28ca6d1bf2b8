//! The token endpoint.

use model::application::TokenKind;
use model::grant::Grant;
use model::{ApplicationId, GrantId};

use super::oauth_error::{invalid_client, invalid_grant, pkce_failed};
use super::tokens::{Issue, PUBLIC_MARK};
use super::{TokenAnswer, TokenRequest, pkce};
use crate::at_rest::AtRest;
use crate::digest::sha256;
use crate::{Engine, Result};

impl Engine {
    /// Answers a token request. `client_authenticated` tells that the application proved itself with its API key;
    /// public clients may exchange codes that carry a PKCE challenge, and refresh what they got for them.
    ///
    /// # Errors
    /// OAuth errors, see [`super::OauthError`]. A failed exchange burns its code (nylas-v3.md 1.1).
    pub async fn exchange_token(
        &self,
        application: ApplicationId,
        client_authenticated: bool,
        request: TokenRequest,
    ) -> Result<TokenAnswer> {
        match request {
            TokenRequest::Code { code, redirect_uri, verifier } => {
                self.exchange_code(application, client_authenticated, &code, &redirect_uri, verifier.as_deref()).await
            }
            TokenRequest::Refresh { refresh_token } => {
                self.refresh(application, client_authenticated, &refresh_token).await
            }
            TokenRequest::ClientCredentials { grant_id } if client_authenticated => {
                let grant = self.own_grant(application, grant_id).await?;
                self.issue(Issue { grant, family: self.inner.new_id(), refresh: None }).await
            }
            TokenRequest::ClientCredentials { .. } => Err(invalid_client()),
        }
    }

    async fn exchange_code(
        &self,
        application: ApplicationId,
        client_authenticated: bool,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<TokenAnswer> {
        let taken = self.inner.store().take_auth_code(sha256(code.as_bytes()), self.now()).await.at_rest()?;
        let code = taken.ok_or_else(|| invalid_grant("The code is unknown, expired or used already"))?;
        if code.application_id != application {
            return Err(invalid_grant("The code was issued to another application"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(invalid_grant("redirect_uri differs from the one the code was issued for"));
        }
        match (&code.code_challenge, verifier) {
            (Some((challenge, method)), Some(verifier)) if pkce::answers(verifier, challenge, method) => {}
            (Some(_), _) => return Err(pkce_failed()),
            // Without a challenge only the client's own secret proves that the code was not stolen.
            (None, _) if !client_authenticated => return Err(invalid_client()),
            (None, _) => {}
        }
        let grant = self.own_grant(application, code.grant_id).await?;
        let refresh = code.offline.then_some(!client_authenticated);
        self.issue(Issue { grant, family: self.inner.new_id(), refresh }).await
    }

    async fn refresh(&self, application: ApplicationId, client_authenticated: bool, text: &str) -> Result<TokenAnswer> {
        if !client_authenticated && !text.starts_with(PUBLIC_MARK) {
            return Err(invalid_client());
        }
        let token = self.live_token(text).await?.filter(|token| token.kind == TokenKind::Refresh);
        let token = token.filter(|token| token.application_id == application);
        let token = token.ok_or_else(|| invalid_grant("The refresh token is unknown or revoked"))?;
        let grant = self.own_grant(application, token.grant_id).await?;
        self.issue(Issue { grant, family: token.family, refresh: None }).await
    }

    async fn own_grant(&self, application: ApplicationId, id: GrantId) -> Result<Grant> {
        let grant = self.inner.store().grant(id).await.at_rest()?;
        let grant = grant.filter(|grant| grant.application_id == application);
        grant.ok_or_else(|| invalid_grant("The grant does not exist or is another application's"))
    }
}
