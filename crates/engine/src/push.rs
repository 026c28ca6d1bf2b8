//! Pushes from providers: hints to sync now, never facts. Anybody can post here; what proves nothing changes nothing.

use std::collections::HashSet;

use model::grant::GrantStatus;
use model::secret::{ExposeSecret, SecretString};
use model::sync::Watch;
use model::{Fault, FaultKind, GrantId, Provider};
use providers::{About, News, Posted};

use crate::at_rest::AtRest;
use crate::{Engine, Result, digest};

/// Different notices of one post that are looked at. A post of a provider holds far fewer; what is left out waits for its
/// poll.
const MOST_NOTICES: usize = 1_000;

/// How a push is to be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pushed {
    /// With this, as plain text: the provider asked whether anybody listens.
    Greeting(String),
    /// With nothing: it was taken.
    Taken,
}

impl Engine {
    /// Takes what a provider posted (`POST /v3/push/{provider}`), with the URL's query as it was sent. Secrets are compared
    /// in constant time; no provider is asked.
    ///
    /// # Errors
    /// `unsupported` when pushes of this provider are not configured, `api_key_invalid` when the address's token differs,
    /// `invalid_request` for a body that is not the provider's. A mailbox or subscription that is not known here, or not
    /// proven, is no error: the provider would only post it again.
    pub async fn push(&self, provider: Provider, query: &str, body: &[u8]) -> Result<Pushed> {
        let notices = match providers::posted(provider, query, body)? {
            Posted::Greeting(text) => return Ok(Pushed::Greeting(text)),
            Posted::Notices(notices) => notices,
        };
        let mut looked_at = HashSet::new();
        for notice in notices {
            if looked_at.len() >= MOST_NOTICES || !looked_at.insert((notice.about.clone(), notice.news)) {
                continue;
            }
            match notice.about {
                About::Mailbox(email) => self.mailbox_pushed(provider, &email, &notice.proof).await?,
                About::Watch(handle) => self.watch_pushed(&handle, &notice.proof, notice.news).await?,
            }
        }
        Ok(Pushed::Taken)
    }

    async fn mailbox_pushed(&self, provider: Provider, email: &str, proof: &SecretString) -> Result<()> {
        let Some(expected) = self.settings().push_tokens.get(&provider) else {
            return Err(Fault::new(FaultKind::Unsupported, "Push notifications are not configured here."));
        };
        if !digest::same(proof.expose_secret().as_bytes(), expected.expose_secret().as_bytes()) {
            return Err(Fault::new(FaultKind::ApiKeyInvalid, "The push token in `?token=` is wrong."));
        }
        for grant in self.inner.store().grants_by_email(provider, email).await.at_rest()? {
            if grant.status == GrantStatus::Valid {
                self.inner.hint(grant.id).await?;
            }
        }
        Ok(())
    }

    async fn watch_pushed(&self, handle: &str, proof: &SecretString, news: News) -> Result<()> {
        let proof = digest::sha256(proof.expose_secret().as_bytes());
        for watch in self.inner.store().watches_by_handle(handle).await.at_rest()? {
            match digest::same(&proof, &watch.secret_hash) {
                true => self.heed_push(watch, news).await?,
                false => tracing::warn!(grant = %watch.grant_id, "a push that proves nothing was passed over"),
            }
        }
        Ok(())
    }

    async fn heed_push(&self, watch: Watch, news: News) -> Result<()> {
        let (store, grant) = (self.inner.store(), watch.grant_id);
        match (news, watch.handle) {
            (News::Renew, Some(handle)) => store.hurry_watch(grant, handle, self.now()).await.at_rest()?,
            (News::Ended, handle) => store.remove_watch(grant, handle).await.at_rest()?,
            _ => {}
        }
        if news != News::Changed {
            tracing::info!(%grant, ?news, "the provider tells what becomes of its push notifications");
        }
        self.hint_if_valid(grant).await
    }

    async fn hint_if_valid(&self, id: GrantId) -> Result<()> {
        match self.inner.store().grant(id).await.at_rest()? {
            Some(grant) if grant.status == GrantStatus::Valid => self.inner.hint(id).await,
            _ => Ok(()),
        }
    }
}
