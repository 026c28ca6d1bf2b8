//! The subscription to push notifications, renewed daily (gmail.md 3.8), where the connector names a topic.

use std::time::Duration;

use model::Timestamp;
use model::grant::Grant;

use super::turn::Turn;
use crate::Result;
use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::timer::later;

/// Gmail's subscriptions last 7 days; one with less than this left is a day old.
const RENEW_WITHIN: Duration = Duration::from_secs(6 * 24 * 3600);
/// After a refusal, ask again this much later: a topic the provider may not publish to is the operator's to mend.
const AFTER_REFUSAL: Duration = Duration::from_secs(3600);

impl Turn {
    /// Subscribes, or renews the subscription, when it is time. A refusal only means that polling goes on as before.
    pub(super) async fn keep_watch(&mut self) {
        let now = self.inner.now();
        let lasts = self.state.watch_expires_at.is_some_and(|ends| ends > later(now, RENEW_WITHIN));
        if lasts || !self.inner.board.may_watch(self.grant.id, now) {
            return;
        }
        match self.watch().await {
            Ok(Some(ends)) => self.state.watch_expires_at = Some(ends),
            Ok(None) => {}
            Err(fault) => {
                tracing::warn!(grant = %self.grant.id, raw = fault.raw.as_deref(), "no push notifications: {fault}");
                self.inner.board.watch_refused(self.grant.id, later(now, AFTER_REFUSAL));
            }
        }
    }

    async fn watch(&self) -> Result<Option<Timestamp>> {
        let Grant { application_id, provider, .. } = self.grant;
        let connector = self.inner.store().connector(application_id, provider).await.at_rest()?;
        let topic = connector.and_then(|c| Some(c.settings.get("topic_name")?.as_str()?.to_owned()));
        let Some(topic) = topic.filter(|topic| !topic.is_empty()) else { return Ok(None) };
        let topic = topic.as_str();
        let watch = |mailbox: crate::gate::Mailbox| async move { mailbox.watch(topic).await };
        self.inner.gate.call(&self.grant, Class::Live, watch).await.map(Some)
    }
}
