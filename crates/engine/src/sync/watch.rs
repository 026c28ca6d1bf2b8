//! The subscription to changes at the provider: made, renewed daily, made anew when it is gone. Where there is none, or the
//! provider refuses one, polling goes on as before.

use std::time::Duration;

use model::grant::Grant;
use model::sync::Watch;
use model::{Provider, Timestamp};
use providers::{PushAddress, Watching};

use super::turn::Turn;
use crate::at_rest::AtRest;
use crate::gate::{Class, Mailbox, is_transient};
use crate::timer::later;
use crate::{Result, Settings, digest, random};

/// Renewed after this long: providers promise a week at best (gmail.md 3.8, Microsoft 1.6) and end some of them early.
const RENEW_AFTER: Duration = Duration::from_secs(24 * 3600);
/// After a refusal, ask again this much later: an address or a topic that does not work is the operator's to mend.
const AFTER_REFUSAL: Duration = Duration::from_secs(3600);
/// After what may pass by itself.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);

impl Turn {
    /// Subscribes, or renews the subscription, when it is time. A refusal only means that polling goes on as before.
    pub(super) async fn keep_watch(&mut self) {
        let now = self.inner.now();
        match self.kept_watch(now).await {
            Ok(until) => self.told_until = until,
            Err(fault) => {
                let pause = if is_transient(&fault) { AFTER_TROUBLE } else { AFTER_REFUSAL };
                tracing::warn!(grant = %self.grant.id, raw = fault.raw.as_deref(), "no push notifications: {fault}");
                self.inner.board.watch_refused(self.grant.id, later(now, pause));
            }
        }
    }

    /// Until when the provider tells of changes.
    async fn kept_watch(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let callback = callback(self.inner.settings(), self.grant.provider);
        let held = self.inner.store().watch(self.grant.id).await.at_rest()?;
        let (held, elsewhere) = match held {
            Some(held) if held.callback != callback => (None, Some(held)),
            held => (held, None),
        };
        self.told_until = held.as_ref().map(|held| held.ends_at);
        let lasts = held.as_ref().is_some_and(|held| held.renew_at > now);
        if lasts || !self.inner.board.may_watch(self.grant.id, now) {
            return Ok(self.told_until);
        }
        if let Some(elsewhere) = elsewhere {
            self.end_watch(elsewhere).await?;
        }
        self.watch(held, callback, now).await
    }

    async fn watch(&self, held: Option<Watch>, callback: String, now: Timestamp) -> Result<Option<Timestamp>> {
        let topic = self.topic().await?;
        let address = PushAddress { topic, callback, secret: random::token().into() };
        let standing = held.as_ref().and_then(|held| held.handle.as_deref());
        let work = |mailbox: Mailbox| {
            let address = &address;
            async move { mailbox.watch(address, standing).await }
        };
        let Some(watching) = self.inner.gate.call(&self.grant, Class::Live, work).await? else {
            // Nothing it speaks; only a restart or an edit of the connector changes that.
            self.inner.board.watch_refused(self.grant.id, later(now, AFTER_REFUSAL));
            return Ok(None);
        };
        let kept = kept(&self.grant, held, address, watching, now);
        let until = kept.ends_at;
        // At once: what is pushed about a handle that is not known here is passed over, and changes are followed after this.
        self.inner.store().set_watch(kept).await.at_rest()?;
        Ok(Some(until))
    }

    /// Ends one that posts to an address this installation had before.
    async fn end_watch(&self, held: Watch) -> Result<()> {
        let handle = held.handle.as_deref();
        let stop = |mailbox: Mailbox| async move { mailbox.stop_watch(handle).await };
        if let Err(fault) = self.inner.gate.call(&self.grant, Class::Live, stop).await {
            tracing::info!(grant = %self.grant.id, "the subscription to the old address is left to expire: {fault}");
        }
        self.inner.store().remove_watch(self.grant.id, held.handle).await.at_rest()
    }

    async fn topic(&self) -> Result<Option<String>> {
        let Grant { application_id, provider, .. } = self.grant;
        let connector = self.inner.store().connector(application_id, provider).await.at_rest()?;
        let topic = connector.and_then(|c| Some(c.settings.get("topic_name")?.as_str()?.to_owned()));
        Ok(topic.filter(|topic| !topic.is_empty()))
    }
}

/// Where a provider posts to.
fn callback(settings: &Settings, provider: Provider) -> String {
    format!("{}/v3/push/{}", settings.public_url.trim_end_matches('/'), provider.as_str())
}

/// What to keep of a subscription. One that was renewed keeps its secret: the provider repeats the one it was made with.
fn kept(grant: &Grant, held: Option<Watch>, address: PushAddress, watching: Watching, now: Timestamp) -> Watch {
    use model::secret::ExposeSecret as _;
    let renewed = held.filter(|held| held.handle == watching.handle);
    let secret_hash =
        renewed.map_or_else(|| digest::sha256(address.secret.expose_secret().as_bytes()), |held| held.secret_hash);
    // A short one is renewed when half of it is over.
    let half = Duration::try_from(watching.ends_at.duration_since(now)).unwrap_or_default() / 2;
    let renew_at = later(now, half.min(RENEW_AFTER));
    let Watching { handle, ends_at } = watching;
    Watch { grant_id: grant.id, handle, callback: address.callback, secret_hash, ends_at, renew_at }
}
