//! The engine's doors to the sandbox's Microsoft: Graph as it is, and a passport instead of the sign-in.

use std::sync::Arc;

use async_trait::async_trait;
use engine::doors::{Doors, Wire};
use model::quota::Regime;
use model::secret::SecretString;
use model::{Fault, Provider, Timestamp};
use providers::meter::{Pass, Spend};
use providers::{Authorization, Identity, Meter, OauthClient, ProviderClient, Registration, Result, Tokens};

use super::by_hand::Hand;

/// Signing in is not measured: an identity platform that always gives one token.
#[derive(Clone)]
struct Passport {
    token: String,
    address: String,
}

#[async_trait]
impl OauthClient for Passport {
    fn authorize_url(&self, _: &Authorization) -> String {
        String::new()
    }

    async fn exchange(&self, _: &str, _: &str, _: &str) -> Result<Tokens> {
        self.refresh(&SecretString::from("brought".to_owned()), None).await
    }

    async fn refresh(&self, _: &SecretString, _: Option<&str>) -> Result<Tokens> {
        Ok(Tokens {
            access_token: SecretString::from(self.token.clone()),
            expires_at: Timestamp::MAX,
            refresh_token: None,
            id_token: None,
            scopes: Some(vec!["mail".into()]),
        })
    }

    async fn revoke(&self, _: &SecretString) -> Result<()> {
        Ok(())
    }

    async fn identity(&self, _: &Tokens) -> Result<Identity> {
        Ok(Identity { subject: self.address.clone(), email: self.address.clone(), name: None })
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &[]
    }
}

/// Opens clients whose calls the hand hears of.
pub struct Ways {
    wire: Wire,
    passport: Passport,
    hand: Arc<Hand>,
}

impl Ways {
    pub fn new(wire: Wire, token: String, address: String, hand: Arc<Hand>) -> Self {
        Self { wire, passport: Passport { token, address }, hand }
    }
}

impl Doors for Ways {
    fn mailbox(
        &self,
        provider: Provider,
        token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        self.wire.mailbox(provider, token, Arc::new(Heard { meter, hand: self.hand.clone() }))
    }

    fn platform(&self, _: Provider, _: Registration) -> Result<Box<dyn OauthClient>> {
        Ok(Box::new(self.passport.clone()))
    }
}

/// The engine's own meter; the hand hears who waits and what is under way.
struct Heard {
    meter: Arc<dyn Meter>,
    hand: Arc<Hand>,
}

#[async_trait]
impl Meter for Heard {
    fn regime(&self) -> Regime {
        self.meter.regime()
    }

    async fn enter(&self, spend: Spend) -> std::result::Result<Pass, Fault> {
        let waiting = self.hand.waits();
        let pass = self.meter.enter(spend).await;
        drop(waiting);
        let pass = pass?;
        let (under_way, token) = (self.hand.goes(), pass.token().cloned());
        let granted = pass.granted();
        let heard = Pass::new(granted, move |outcome| {
            pass.end(outcome);
            drop(under_way);
        });
        Ok(match token {
            Some(token) => heard.with_token(token),
            None => heard,
        })
    }
}
