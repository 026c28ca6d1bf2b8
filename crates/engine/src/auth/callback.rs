//! The second half of hosted authentication: from the provider's page back to the application.

use std::time::Duration;

use model::grant::Grant;
use model::{Fault, FaultKind};
use store::{AuthCode, AuthRequest};
use url::form_urlencoded;

use super::hosted::{Purpose, credential_in, purpose_of};
use super::{Newcomer, ProviderCallback};
use crate::at_rest::AtRest;
use crate::digest::{same, sha256};
use crate::timer::later;
use crate::{Engine, Result, random};

/// How long a code may wait for its exchange (RFC 6749 section 4.1.2: at most 10 minutes).
const CODE_LIVES: Duration = Duration::from_secs(600);

/// Why an authentication failed, as the application's page reads it (nylas-v3.md section 6).
struct Refusal {
    error: &'static str,
    code: u32,
    description: String,
}

impl Engine {
    /// Finishes hosted authentication. `Ok` is the application's redirect (with `code` and `state`, or with `error`,
    /// `error_code`, `error_description`); `Err` means there is no one to return to (forged or expired state).
    pub async fn finish_hosted(&self, callback: ProviderCallback) -> Result<String> {
        let taken =
            self.inner.store().take_auth_request(sha256(callback.state.as_bytes()), self.now()).await.at_rest()?;
        let request = taken.ok_or_else(forged)?;
        let secret = callback.browser_secret.as_deref().unwrap_or_default();
        if !same(&sha256(secret.as_bytes()), &request.browser_hash) {
            // Another browser than the one that started: somebody was sent a link in the middle of it.
            return Err(forged());
        }
        if purpose_of(&callback.state) == Purpose::AdminConsent {
            return Ok(administrators_answer(&request, &callback));
        }
        Ok(match self.complete(&request, callback).await {
            Ok(code) => welcome(&request, &code),
            Err(refusal) => sorry(&request, &refusal),
        })
    }

    async fn complete(
        &self,
        request: &AuthRequest,
        callback: ProviderCallback,
    ) -> std::result::Result<String, Refusal> {
        let Some(code) = callback.code.clone() else {
            return Err(refused_by_provider(&callback));
        };
        let grant = self.grant_from(request, &code, &callback).await.map_err(|fault| {
            tracing::warn!(
                application = %request.application_id, kind = fault.kind.as_str(), raw = fault.raw.as_deref(),
                "hosted authentication failed: {}", fault.message
            );
            Refusal::from(fault)
        })?;
        self.issue_code(request, &grant).await.map_err(Refusal::from)
    }

    async fn grant_from(&self, request: &AuthRequest, code: &str, callback: &ProviderCallback) -> Result<Grant> {
        let expected = match request.regrant {
            Some(id) => self.inner.store().grant(id).await.at_rest()?,
            None => None,
        };
        let newcomer = Newcomer {
            application: request.application_id,
            provider: request.provider,
            credential: credential_in(&callback.state),
            expected,
            state: request.state.clone(),
            ip: callback.ip.clone(),
            user_agent: callback.user_agent.clone(),
        };
        let (uri, verifier) = (self.provider_callback(), &request.provider_verifier);
        let exchange = |platform: std::sync::Arc<dyn providers::OauthClient>| async move {
            platform.exchange(code, &uri, verifier).await
        };
        let bought = self.inner.gate.ask(newcomer.desk(), exchange).await?;
        self.admit(&newcomer, bought, &request.scopes, None).await
    }

    async fn issue_code(&self, request: &AuthRequest, grant: &Grant) -> Result<String> {
        let code = random::token();
        let kept = AuthCode {
            code_hash: sha256(code.as_bytes()),
            application_id: request.application_id,
            grant_id: grant.id,
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            offline: request.offline,
            expires_at: later(self.now(), CODE_LIVES),
        };
        self.inner.store().add_auth_code(kept).await.at_rest()?;
        Ok(code)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let (error, code) = match fault.kind {
            FaultKind::WrongAccount => ("grant.reauth_email_invalid", 45002),
            FaultKind::InvalidRequest if fault.field.as_deref() == Some("scope") => ("grant.scopes_conflict", 25016),
            FaultKind::Internal => ("server_error", 45002),
            _ => ("oauth_failed", 45002),
        };
        Self { error, code, description: fault.message }
    }
}

/// The provider's word, or the person's: no.
fn refused_by_provider(callback: &ProviderCallback) -> Refusal {
    let mut description = "Hosted OAuth failed due to rejection by provider or user refusing consent".to_owned();
    for detail in [&callback.error, &callback.error_description].into_iter().flatten() {
        description.push_str(": ");
        description.extend(detail.chars().filter(|c| !c.is_control()).take(200));
    }
    Refusal { error: "oauth_failed", code: 45002, description }
}

/// Back to the application with what the administrator decided, in Microsoft's words (facts 4.1): there is no code.
fn administrators_answer(request: &AuthRequest, callback: &ProviderCallback) -> String {
    match &callback.admin_consent_of {
        Some(tenant) if callback.error.is_none() => {
            let tenant: String = tenant.chars().filter(|c| c.is_ascii_graphic()).take(100).collect();
            with_query(request, &[("admin_consent", "True"), ("tenant", &tenant)])
        }
        _ => sorry(request, &refused_by_provider(callback)),
    }
}

fn forged() -> Fault {
    Fault::invalid(
        "state",
        "This sign-in is unknown, expired, used already, or was begun in another browser. Start again.",
    )
}

fn welcome(request: &AuthRequest, code: &str) -> String {
    with_query(request, &[("code", code)])
}

fn sorry(request: &AuthRequest, refusal: &Refusal) -> String {
    let code = refusal.code.to_string();
    let parameters =
        [("error", refusal.error), ("error_code", code.as_str()), ("error_description", refusal.description.as_str())];
    with_query(request, &parameters)
}

/// The registered URI with parameters added; its own query stays (RFC 6749 section 3.1.2).
fn with_query(request: &AuthRequest, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = &request.state {
        query.append_pair("state", state);
    }
    let joint = if request.redirect_uri.contains('?') { '&' } else { '?' };
    format!("{}{joint}{}", request.redirect_uri, query.finish())
}
