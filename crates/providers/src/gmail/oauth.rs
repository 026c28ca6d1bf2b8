//! Google's identity platform (facts 4): authorization URL, tokens, revocation, userinfo.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::ToSpan;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::fault::{self, Call};
use super::origin;
use super::wire::Number;
use crate::transport::body::read;
use crate::{Authorization, GoogleEndpoints, Identity, OauthClient, Registration, Tokens};

/// No identity answer takes longer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Largest identity answer: an ID token and two tokens are under 10 KB.
const MAX_ANSWER: usize = 256 * 1024;
/// Lifetime assumed when the answer names none.
const DEFAULT_LIFETIME: u64 = 3600;

const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";
const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";

/// Google's identity platform for one registration.
pub(crate) struct GoogleOauth {
    http: reqwest::Client,
    endpoints: GoogleEndpoints,
    clock: Arc<dyn Clock>,
    registration: Registration,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    expires_in: Option<Number>,
    refresh_token: Option<SecretString>,
    scope: Option<String>,
}

/// The userinfo endpoint's answer.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(default)]
    email: String,
    name: Option<String>,
}

impl GoogleOauth {
    /// Opens the platform. No network is touched.
    pub(crate) fn new(
        http: reqwest::Client,
        endpoints: GoogleEndpoints,
        clock: Arc<dyn Clock>,
        registration: Registration,
    ) -> Self {
        Self { http, endpoints, clock, registration }
    }

    async fn tokens(&self, mut form: Vec<(&str, &str)>) -> Result<Tokens, Fault> {
        form.push(("client_id", &self.registration.client_id));
        if let Some(secret) = &self.registration.client_secret {
            form.push(("client_secret", secret.expose_secret()));
        }
        let answer: TokenAnswer = self.json(self.http.post(&self.endpoints.token).form(&form), "token").await?;
        let lifetime = answer.expires_in.map_or(DEFAULT_LIFETIME, |n| n.0).min(24 * 3600);
        let now = self.clock.now();
        let seconds = i64::try_from(lifetime).unwrap_or_default();
        Ok(Tokens {
            access_token: answer.access_token,
            expires_at: now.checked_add(seconds.seconds()).unwrap_or(now),
            refresh_token: answer.refresh_token,
            scopes: answer.scope.map(|s| s.split_whitespace().map(str::to_owned).collect()),
            id_token: None,
        })
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder, operation: &str) -> Result<T, Fault> {
        let body = self.send(request, operation).await?;
        // The parser's message quotes no input, so no token reaches the log.
        serde_json::from_slice(&body).map_err(|e| fault::unreadable(&format!("{:?} error", e.classify()), Call::Read))
    }

    async fn send(&self, request: RequestBuilder, operation: &str) -> Result<bytes::Bytes, Fault> {
        let lost = |e: reqwest::Error| fault::transport(&e, Call::Read);
        let response = request.timeout(TIMEOUT).send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_success() {
            return read(response, MAX_ANSWER).await.map(|(body, _)| body).map_err(lost);
        }
        let (body, _) = read(response, MAX_ANSWER).await.unwrap_or_default();
        let fault = fault::token(status.as_u16(), &headers, &body, self.clock.now());
        Err(fault.answering(origin::oauth(operation, status.as_u16())))
    }
}

#[async_trait]
impl OauthClient for GoogleOauth {
    fn authorize_url(&self, authorization: &Authorization) -> String {
        let Ok(mut url) = Url::parse(&self.endpoints.authorize) else { return self.endpoints.authorize.clone() };
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", &self.registration.client_id)
            .append_pair("redirect_uri", &authorization.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &authorization.scopes.join(" "))
            .append_pair("state", &authorization.state)
            .append_pair("code_challenge", &authorization.code_challenge)
            .append_pair("code_challenge_method", "S256")
            // Without it there is no refresh token.
            .append_pair("access_type", "offline");
        if authorization.force_consent {
            query.append_pair("prompt", "consent");
        }
        if authorization.include_granted_scopes {
            query.append_pair("include_granted_scopes", "true");
        }
        if let Some(hint) = &authorization.login_hint {
            query.append_pair("login_hint", hint);
        }
        drop(query);
        url.into()
    }

    async fn exchange(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Tokens, Fault> {
        let form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        self.tokens(form).await
    }

    async fn refresh(&self, refresh_token: &SecretString, _challenge: Option<&str>) -> Result<Tokens, Fault> {
        self.tokens(vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())]).await
    }

    /// A token that is already dead counts as revoked.
    async fn revoke(&self, token: &SecretString) -> Result<(), Fault> {
        let request = self.http.post(&self.endpoints.revoke).form(&[("token", token.expose_secret())]);
        match self.send(request, "revoke").await {
            Err(fault) if fault.provider_code.as_deref() != Some("invalid_token") => Err(fault),
            _ => Ok(()),
        }
    }

    async fn identity(&self, tokens: &Tokens) -> Result<Identity, Fault> {
        let request = self.http.get(&self.endpoints.userinfo).bearer_auth(tokens.access_token.expose_secret());
        let info: UserInfo = self.json(request, "userinfo").await?;
        Ok(Identity { subject: info.sub, email: info.email, name: info.name.filter(|n| !n.is_empty()) })
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[&["openid"], &[EMAIL, "email"], &[PROFILE, "profile"]]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &["openid", EMAIL, PROFILE, MODIFY]
    }
}
