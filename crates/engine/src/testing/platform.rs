//! The scripted provider's identity platform, and the doors to both.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::secret::{ExposeSecret, SecretString};
use model::{Fault, FaultKind, Provider};
use providers::{Authorization, Identity, Meter, OauthClient, ProviderClient, Registration, Tokens};

use super::mailbox::FakeMailbox;
use super::world::World;
use crate::Result;
use crate::doors::Doors;
use crate::timer::later;

impl Doors for World {
    fn mailbox(
        &self,
        _provider: Provider,
        access_token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        let token = access_token.expose_secret().to_owned();
        Ok(Box::new(FakeMailbox { world: self.clone(), token, meter }))
    }

    fn platform(&self, _provider: Provider, _registration: Registration) -> Result<Box<dyn OauthClient>> {
        Ok(Box::new(FakePlatform { world: self.clone() }))
    }
}

struct FakePlatform {
    world: World,
}

impl FakePlatform {
    fn tokens(&self, refresh_token: Option<&str>) -> Tokens {
        let mut state = self.world.state();
        state.refreshes += 1;
        let token = format!("access-{}", state.refreshes);
        state.live_tokens.insert(token.clone());
        Tokens {
            access_token: SecretString::from(token),
            expires_at: later(state.now, Duration::from_secs(3600)),
            refresh_token: refresh_token.map(|token| SecretString::from(token.to_owned())),
            scopes: Some(state.scopes.clone()),
            id_token: None,
        }
    }
}

#[async_trait]
impl OauthClient for FakePlatform {
    fn authorize_url(&self, asked: &Authorization) -> String {
        let mut url = url::Url::parse("https://provider.example/authorize").unwrap();
        url.query_pairs_mut()
            .append_pair("state", &asked.state)
            .append_pair("code_challenge", &asked.code_challenge)
            .append_pair("redirect_uri", &asked.redirect_uri)
            .append_pair("scope", &asked.scopes.join(" "));
        if let Some(challenge) = &asked.challenge {
            url.query_pairs_mut().append_pair("claims", challenge);
        }
        url.to_string()
    }

    async fn exchange(&self, code: &str, _redirect_uri: &str, verifier: &str) -> Result<Tokens> {
        drop(self.world.enter("exchange")?);
        assert!(verifier.len() >= 43);
        match code {
            "good" => Ok(self.tokens(Some("refresh-1"))),
            _ => Err(Fault::new(FaultKind::ReauthRequired, "Malformed auth code.")),
        }
    }

    async fn refresh(&self, refresh_token: &SecretString, challenge: Option<&str>) -> Result<Tokens> {
        drop(self.world.enter("refresh")?);
        let permit = self.world.refresh_gate.acquire().await;
        drop(permit);
        if let Some(fault) = self.world.state().refresh_fault.clone() {
            return Err(fault);
        }
        self.world.state().challenges.extend(challenge.map(str::to_owned));
        assert!(refresh_token.expose_secret().starts_with("refresh-"));
        let Some(latest) = self.world.state().latest.clone() else { return Ok(self.tokens(None)) };
        if !latest.is_empty() && latest != refresh_token.expose_secret() {
            return Err(Fault::new(FaultKind::ReauthRequired, "Rotated away."));
        }
        let next = format!("{}+", refresh_token.expose_secret());
        self.world.state().latest = Some(next.clone());
        Ok(self.tokens(Some(&next)))
    }

    async fn revoke(&self, token: &SecretString) -> Result<()> {
        self.world.enter("revoke")?.revoked.push(token.expose_secret().to_owned());
        Ok(())
    }

    async fn identity(&self, _tokens: &Tokens) -> Result<Identity> {
        Ok(self.world.enter("identity")?.identity.clone())
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[&["openid"], &["email"], &["profile"]]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &["openid", "email", "profile", "mail"]
    }
}
