//! Microsoft's identity platform (Microsoft facts 4): sign-in and consent pages, tokens, and who the account is.
//!
//! Every address begins with the tenant of the connector, `common` where it names none. A code has to be redeemed where
//! it was given out, so one connector keeps to one tenant.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::ToSpan;
use model::secret::{ExposeSecret, SecretString};
use model::{Clock, Fault, FaultKind, Provider};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::id_token::Claims;
use super::{answers, scopes};
use crate::transport::body::read;
use crate::{Authorization, Identity, MicrosoftEndpoints, OauthClient, Registration, Tokens};

/// No identity answer takes longer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Largest identity answer: three tokens are under 20 KB.
const MAX_ANSWER: usize = 256 * 1024;
/// Lifetime assumed when the answer names none.
const DEFAULT_LIFETIME: u64 = 3600;
/// Where accounts of every kind may sign in.
const ANY_TENANT: &str = "common";
/// Where administrators of every tenant consent: not under `common`, says "Admin consent on the Microsoft identity
/// platform", since personal accounts have no administrator.
const ANY_ORGANISATION: &str = "organizations";
/// What an administrator consents to when nothing is named: everything in the app's registration.
const REGISTERED: &str = "https://graph.microsoft.com/.default";

/// Microsoft's identity platform for one registration.
pub(crate) struct MicrosoftOauth {
    http: reqwest::Client,
    endpoints: MicrosoftEndpoints,
    clock: Arc<dyn Clock>,
    registration: Registration,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    expires_in: Option<u64>,
    refresh_token: Option<SecretString>,
    scope: Option<String>,
    id_token: Option<SecretString>,
}

/// `GET /me` at Graph.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Me {
    mail: Option<String>,
    user_principal_name: Option<String>,
    display_name: Option<String>,
}

impl MicrosoftOauth {
    /// Opens the platform. No network is touched.
    pub(crate) fn new(
        http: reqwest::Client,
        endpoints: MicrosoftEndpoints,
        clock: Arc<dyn Clock>,
        registration: Registration,
    ) -> Self {
        Self { http, endpoints, clock, registration }
    }

    /// An address of the platform, under the connector's tenant.
    fn at(&self, path: &str) -> String {
        self.under(self.registration.tenant.as_deref().unwrap_or(ANY_TENANT), path)
    }

    fn under(&self, tenant: &str, path: &str) -> String {
        format!("{}/{tenant}/{path}", self.endpoints.authority.trim_end_matches('/'))
    }

    async fn tokens(&self, mut form: Vec<(&str, &str)>) -> Result<Tokens, Fault> {
        form.push(("client_id", &self.registration.client_id));
        if let Some(secret) = &self.registration.client_secret {
            form.push(("client_secret", secret.expose_secret()));
        }
        let request = self.http.post(self.at("oauth2/v2.0/token")).form(&form);
        let answer: TokenAnswer = self.json(request, "token").await?;
        let lifetime = answer.expires_in.unwrap_or(DEFAULT_LIFETIME).min(28 * 3600);
        let now = self.clock.now();
        let seconds = i64::try_from(lifetime).unwrap_or_default();
        let claims = answer.id_token.as_ref().map(Claims::read);
        Ok(Tokens {
            access_token: answer.access_token,
            expires_at: now.checked_add(seconds.seconds()).unwrap_or(now),
            scopes: answer.scope.map(|told| scopes::granted(&told, claims.as_ref(), answer.refresh_token.is_some())),
            refresh_token: answer.refresh_token,
            id_token: answer.id_token,
        })
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder, operation: &str) -> Result<T, Fault> {
        let lost = |error: reqwest::Error| answers::lost(&error, operation);
        let response = request.timeout(TIMEOUT).send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_success() {
            let (body, _) = read(response, MAX_ANSWER).await.map_err(lost)?;
            // The parser's message quotes no input, so no token reaches the log.
            return serde_json::from_slice(&body)
                .map_err(|error| answers::unreadable(&format!("{:?} error", error.classify()), operation));
        }
        let (body, _) = read(response, MAX_ANSWER).await.unwrap_or_default();
        Err(answers::refusal(status.as_u16(), &headers, &body, operation, self.clock.now()))
    }

    /// What Graph says of the account: the address its mailbox is reached at, which the identity token may not know.
    async fn me(&self, access_token: &SecretString) -> Result<Option<Me>, Fault> {
        let url = format!("{}/me?$select=mail,userPrincipalName,displayName", self.endpoints.graph);
        match self.json(self.http.get(url).bearer_auth(access_token.expose_secret()), "me").await {
            Ok(me) => Ok(Some(me)),
            // No leave to ask, or nobody there: the identity token has to do.
            Err(fault) if fault.origin.as_ref().is_some_and(|it| matches!(it.status, Some(401 | 403 | 404))) => {
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }
}

#[async_trait]
impl OauthClient for MicrosoftOauth {
    fn authorize_url(&self, authorization: &Authorization) -> String {
        let address = self.at("oauth2/v2.0/authorize");
        let Ok(mut url) = Url::parse(&address) else { return address };
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", &self.registration.client_id)
            .append_pair("redirect_uri", &authorization.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("scope", &scopes::asked(&authorization.scopes))
            .append_pair("state", &authorization.state)
            .append_pair("code_challenge", &authorization.code_challenge)
            .append_pair("code_challenge_method", "S256");
        match &authorization.login_hint {
            Some(hint) => query.append_pair("login_hint", hint),
            // A browser that is signed in somewhere would be taken at its word (facts 4.5).
            None => query.append_pair("prompt", "select_account"),
        };
        if let Some(claims) = &authorization.challenge {
            query.append_pair("claims", claims);
        }
        drop(query);
        url.into()
    }

    fn admin_consent_url(&self, redirect_uri: &str, state: &str, scopes: &[String]) -> Result<String, Fault> {
        let named = self.registration.tenant.as_deref().filter(|tenant| !tenant.eq_ignore_ascii_case(ANY_TENANT));
        if named.is_some_and(|tenant| tenant.eq_ignore_ascii_case("consumers")) {
            let message = "Personal accounts have no administrator; set the connector's `settings.tenant` to a tenant.";
            return Err(misconfigured(message));
        }
        let address = self.under(named.unwrap_or(ANY_ORGANISATION), "v2.0/adminconsent");
        let mut url = Url::parse(&address).map_err(|_| misconfigured("The authority's address is no URL."))?;
        let scope = if scopes.is_empty() { REGISTERED.to_owned() } else { scopes::in_full(scopes) };
        url.query_pairs_mut()
            .append_pair("client_id", &self.registration.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state)
            .append_pair("scope", &scope);
        Ok(url.into())
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

    async fn refresh(&self, refresh_token: &SecretString, challenge: Option<&str>) -> Result<Tokens, Fault> {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
        form.extend(challenge.map(|claims| ("claims", claims)));
        self.tokens(form).await
    }

    /// Microsoft has no address where one application's tokens end; the person removes it at myapps.microsoft.com, and
    /// what is not used dies after 90 days (facts 4.4).
    async fn revoke(&self, _token: &SecretString) -> Result<(), Fault> {
        Ok(())
    }

    async fn identity(&self, tokens: &Tokens) -> Result<Identity, Fault> {
        let stated = tokens.id_token.as_ref().map(Claims::read).unwrap_or_default();
        let subject =
            stated.account().ok_or_else(|| answers::unreadable("the identity token names no account", "token"))?;
        let may_ask = tokens.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| scope == "User.Read"));
        let me = if may_ask { self.me(&tokens.access_token).await? } else { None };
        let (mail, name, other) =
            me.map_or((None, None, None), |me| (me.mail, me.display_name, me.user_principal_name));
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let email = [&mail, &stated.email, &other, &stated.preferred_username].into_iter().find_map(filled);
        Ok(Identity { subject, email: email.unwrap_or_default(), name: filled(&name).or_else(|| filled(&stated.name)) })
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[&["openid"], &["profile"]]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"]
    }

    fn standing_scopes(&self) -> &'static [&'static str] {
        &["offline_access"]
    }
}

fn misconfigured(message: &str) -> Fault {
    Fault { provider: Some(Provider::Microsoft), ..Fault::new(FaultKind::OauthClientMisconfigured, message) }
}
