//! The state of a destination (nylas-v3.md 5.3): almost everything refused for 15 minutes makes it `failing`, 72 hours of
//! that make it `failed`. Nothing is mailed to its owner; the status and the log tell.

use std::time::Duration;

use model::webhook::{Webhook, WebhookStatus};
use model::{Timestamp, WebhookId};
use store::DeliveryCounts;

use crate::at_rest::AtRest;
use crate::lock::lock;
use crate::timer::{earlier, later};
use crate::{Inner, Result};

/// The window that is judged.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// How long a destination may be failing.
const GIVE_UP: Duration = Duration::from_secs(72 * 3600);
/// Fewer attempts than this in the window are no judgement.
const FEWEST: u64 = 5;
/// A destination is looked at no more often than this.
const EVERY: Duration = Duration::from_secs(15);

/// Judges a destination after an attempt ended.
pub(super) async fn judge(inner: &Inner, id: WebhookId) -> Result<()> {
    let now = inner.now();
    if !is_due(inner, id, now) {
        return Ok(());
    }
    let Some(webhook) = inner.store().webhook(id).await.at_rest()? else { return Ok(()) };
    let counts = inner.store().delivery_counts(id, earlier(now, WINDOW)).await.at_rest()?;
    let Some(status) = next_status(&webhook, counts, now) else { return Ok(()) };
    let url = webhook.url.clone();
    // Who set the status meanwhile knows better.
    if inner.store().judge_webhook(webhook, status, now).await.at_rest()? {
        tracing::warn!(webhook = %id, url, "the webhook is {} now", status.as_str());
    }
    Ok(())
}

/// A delivery went well: a destination that was failing is judged too.
pub(super) async fn relieve(inner: &Inner, webhook: &Webhook) -> Result<()> {
    match webhook.status {
        WebhookStatus::Failing => judge(inner, webhook.id).await,
        _ => Ok(()),
    }
}

fn is_due(inner: &Inner, id: WebhookId, now: Timestamp) -> bool {
    let mut looked_at = lock(&inner.post.looked_at);
    if looked_at.get(&id).is_some_and(|at| later(*at, EVERY) > now) {
        return false;
    }
    looked_at.retain(|_, at| later(*at, EVERY) > now);
    looked_at.insert(id, now);
    true
}

fn next_status(webhook: &Webhook, counts: DeliveryCounts, now: Timestamp) -> Option<WebhookStatus> {
    // 95 % without fractions.
    let bad = counts.refused * 100 >= counts.ended * 95;
    match webhook.status {
        WebhookStatus::Active if counts.ended >= FEWEST && bad => Some(WebhookStatus::Failing),
        WebhookStatus::Failing if counts.ended > 0 && !bad => Some(WebhookStatus::Active),
        WebhookStatus::Failing if bad && later(webhook.status_updated_at, GIVE_UP) <= now => {
            Some(WebhookStatus::Failed)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::secret::Sealed;

    use super::*;

    fn next(status: WebhookStatus, ended: u64, refused: u64, hours: i64) -> Option<WebhookStatus> {
        let webhook = Webhook {
            id: WebhookId(uuid::Uuid::nil()),
            application_id: model::ApplicationId(uuid::Uuid::nil()),
            description: None,
            trigger_types: vec![],
            url: "https://x.example".into(),
            secret: Sealed { key_id: "k".into(), bytes: vec![] },
            status,
            notification_emails: vec![],
            compressed: false,
            status_updated_at: Timestamp::UNIX_EPOCH,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        let now = Timestamp::from_second(hours * 3600).unwrap();
        next_status(&webhook, DeliveryCounts { ended, refused }, now)
    }

    #[test]
    fn destinations_fail_recover_and_are_given_up() {
        use WebhookStatus::*;
        assert_eq!(next(Active, 20, 19, 0), Some(Failing));
        assert_eq!(next(Active, 20, 18, 0), None);
        assert_eq!(next(Active, 4, 4, 0), None);
        assert_eq!(next(Failing, 20, 19, 71), None);
        assert_eq!(next(Failing, 20, 19, 72), Some(Failed));
        assert_eq!(next(Failing, 20, 18, 72), Some(Active));
        assert_eq!(next(Pause, 20, 20, 99), None);
        assert_eq!(next(Failed, 20, 0, 99), None);
    }
}
