//! Making or renewing a grant from tokens just bought at a provider: scopes and account are checked, not assumed.

use model::grant::{Credential, Grant, GrantStatus};
use model::secret::ExposeSecret;
use model::{ApplicationId, ConnectorCredentialId, Fault, FaultKind, GrantId, Provider};
use providers::{Identity, Tokens};
use store::GrantUpsert;

use crate::at_rest::AtRest;
use crate::gate::{Desk, Refreshable, sealed_credential};
use crate::{Engine, Result};

/// Whose tokens they are and what for.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    pub(crate) application: ApplicationId,
    pub(crate) provider: Provider,
    /// The registration the tokens were bought under, when not the connector's own.
    pub(crate) credential: Option<ConnectorCredentialId>,
    /// The grant that is being authenticated again, if one is.
    pub(crate) expected: Option<Grant>,
    pub(crate) state: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) user_agent: Option<String>,
}

impl From<Grant> for Newcomer {
    fn from(grant: Grant) -> Self {
        Self {
            application: grant.application_id,
            provider: grant.provider,
            credential: None,
            expected: Some(grant),
            state: None,
            ip: None,
            user_agent: None,
        }
    }
}

impl Newcomer {
    pub(crate) fn desk(&self) -> Desk {
        Desk { application: self.application, provider: self.provider, credential: self.credential }
    }
}

impl Engine {
    /// Makes the grant, or renews the one the account has. `assumed` are the scopes where the provider does not say
    /// what it granted; `brought` is the caller's refresh token where the provider gave no new one.
    pub(crate) async fn admit(
        &self,
        newcomer: &Newcomer,
        bought: Tokens,
        assumed: &[String],
        brought: Option<String>,
    ) -> Result<Grant> {
        let scopes = bought.scopes.clone().unwrap_or_else(|| assumed.to_vec());
        let identity = self.identify(newcomer, &bought, &scopes).await?;
        let known = self.known(newcomer, &identity).await?;
        same_account(newcomer, &identity, known.as_ref())?;
        let refreshable = self.refreshable(newcomer, &bought, brought, known.as_ref()).await?;
        let grant = self.described(newcomer, identity, scopes, known);
        let grant = self.upsert(grant, &refreshable, &bought).await?;
        self.inner.gate.forget(grant.id).await;
        self.inner.post.wake();
        self.inner.board.ring();
        Ok(grant)
    }

    /// The grant these tokens renew: the address's, else the account's under the address it had before.
    async fn known(&self, newcomer: &Newcomer, identity: &Identity) -> Result<Option<Grant>> {
        let store = self.inner.store();
        match store.grant_by_email(newcomer.application, &identity.email).await.at_rest()? {
            Some(grant) => Ok(Some(grant)),
            None => store.grant_by_account(newcomer.application, newcomer.provider, &identity.subject).await.at_rest(),
        }
    }

    /// Asks who the account is, which takes certain scopes.
    async fn identify(&self, newcomer: &Newcomer, bought: &Tokens, scopes: &[String]) -> Result<Identity> {
        let bought = bought.clone();
        let ask = |platform: std::sync::Arc<dyn providers::OauthClient>| async move {
            let missing = missing(platform.identity_scopes(), scopes);
            match missing.is_empty() {
                true => platform.identity(&bought).await,
                false => Err(scopes_missing(&missing)),
            }
        };
        let identity = self.inner.gate.ask(newcomer.desk(), ask).await?;
        match identity.email.contains('@') {
            true => Ok(identity),
            false => Err(Fault::invalid(
                "scope",
                "The provider does not tell the account's address; ask for its email scope.",
            )),
        }
    }

    /// The refresh token to keep: a new one, the caller's, or the one already held for this account.
    async fn refreshable(
        &self,
        newcomer: &Newcomer,
        bought: &Tokens,
        brought: Option<String>,
        known: Option<&Grant>,
    ) -> Result<Refreshable> {
        let credential_id = newcomer.credential;
        let new = bought.refresh_token.as_ref().map(|token| token.expose_secret().to_owned());
        if let Some(refresh_token) = new.or(brought) {
            return Ok(Refreshable { refresh_token, credential_id, challenge: None });
        }
        let held = match known {
            Some(grant) => self.inner.store().credential(grant.id).await.at_rest()?.map(|held| (grant.id, held)),
            None => None,
        };
        match held {
            Some((grant, held)) => Refreshable::open(&self.inner.parts.sealer, grant, &held),
            None => Err(no_refresh_token(newcomer.provider)),
        }
    }

    fn described(&self, newcomer: &Newcomer, identity: Identity, scopes: Vec<String>, known: Option<Grant>) -> Grant {
        let now = self.now();
        let before = known.as_ref();
        let kept = |new: &Option<String>, old: fn(&Grant) -> &Option<String>| {
            new.clone().or_else(|| before.and_then(|grant| old(grant).clone()))
        };
        Grant {
            id: before.map_or_else(|| GrantId(self.inner.new_id()), |grant| grant.id),
            application_id: newcomer.application,
            provider: newcomer.provider,
            name: kept(&identity.name, |grant| &grant.name),
            email: identity.email,
            provider_user_id: Some(identity.subject),
            status: GrantStatus::Valid,
            scopes,
            state: kept(&newcomer.state, |grant| &grant.state),
            ip: kept(&newcomer.ip, |grant| &grant.ip),
            user_agent: kept(&newcomer.user_agent, |grant| &grant.user_agent),
            created_at: before.map_or(now, |grant| grant.created_at),
            updated_at: now,
        }
    }

    async fn upsert(&self, grant: Grant, refreshable: &Refreshable, bought: &Tokens) -> Result<Grant> {
        let seal = |id| sealed_credential(&self.inner.parts.sealer, id, refreshable, bought);
        let (id, credential): (GrantId, Credential) = (grant.id, seal(grant.id)?);
        let stored = self.inner.store().upsert_grant(GrantUpsert { grant, credential }).await.at_rest()?.grant;
        if stored.id != id {
            // Somebody else made the grant in between: the credential belongs under its id.
            self.inner.store().set_credential(stored.id, seal(stored.id)?).await.at_rest()?;
        }
        Ok(stored)
    }
}

/// The names of scopes that are needed and were not granted.
fn missing(needed: &[&[&'static str]], granted: &[String]) -> Vec<&'static str> {
    let lacks = |names: &&&[&'static str]| !granted.iter().any(|scope| names.contains(&scope.as_str()));
    needed.iter().filter(lacks).filter_map(|names| names.first().copied()).collect()
}

fn scopes_missing(missing: &[&str]) -> Fault {
    let message = format!("The permission lacks scopes that tell who the account is: {}.", missing.join(", "));
    Fault::invalid("scope", message)
}

fn no_refresh_token(provider: Provider) -> Fault {
    let message =
        "The provider gave no refresh token; remove the application from the account's connected apps and try again.";
    Fault { provider: Some(provider), ..Fault::new(FaultKind::ReauthRequired, message) }
}

/// Refuses another account than the grant's. The provider's immutable id decides where it is known, else the address.
fn same_account(newcomer: &Newcomer, identity: &Identity, known: Option<&Grant>) -> Result<()> {
    if let Some(expected) = &newcomer.expected
        && !is_account(expected, identity)
    {
        let message = format!(
            "Signed in as {}, but the grant is for {}: that is another account, not another address of the same one.",
            identity.email, expected.email
        );
        return Err(Fault::new(FaultKind::WrongAccount, message));
    }
    let Some(known) = known else { return Ok(()) };
    if known.provider != newcomer.provider {
        let message =
            format!("{} is granted through {} already; delete that grant first.", known.email, known.provider);
        return Err(Fault::new(FaultKind::ConflictOrPrecondition, message));
    }
    if !is_account(known, identity) {
        let message = format!(
            "{} belongs to another account now than when it was granted; delete that grant first.",
            known.email
        );
        return Err(Fault::new(FaultKind::WrongAccount, message));
    }
    Ok(())
}

fn is_account(grant: &Grant, identity: &Identity) -> bool {
    match &grant.provider_user_id {
        Some(subject) => *subject == identity.subject,
        None => model::address::lookup_form(&grant.email) == model::address::lookup_form(&identity.email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_scopes_are_named_exactly() {
        let needed: &[&[&str]] =
            &[&["openid"], &["https://g/userinfo.email", "email"], &["https://g/userinfo.profile"]];
        let granted = |scopes: &[&str]| scopes.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        assert!(missing(needed, &granted(&["openid", "email", "https://g/userinfo.profile", "x"])).is_empty());
        assert_eq!(missing(needed, &granted(&["email"])), ["openid", "https://g/userinfo.profile"]);
        assert!(scopes_missing(&["openid"]).message.contains("openid"));
    }
}
