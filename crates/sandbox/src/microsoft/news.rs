//! Change notifications: who has subscribed to what, and the POSTs that tell them (facts 1.6).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::control::GraphSubscription;
use crate::microsoft::mail::ids::{Form, Naming};
use crate::microsoft::mail::{Happened, News};

/// A wish to hear of changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) app: String,
    /// The mailbox.
    pub(crate) email: String,
    /// The account's id as Graph shows it, and its tenant.
    pub(crate) account: String,
    pub(crate) tenant: String,
    /// As the caller wrote it.
    pub(crate) resource: String,
    /// One folder, or the whole mailbox.
    pub(crate) folder: Option<u64>,
    /// `created,updated,deleted`.
    pub(crate) change_type: String,
    pub(crate) url: String,
    pub(crate) lifecycle_url: Option<String>,
    pub(crate) client_state: Option<String>,
    pub(crate) expires_ms: i64,
    /// Which id of a message is told.
    pub(crate) immutable: bool,
    /// Changes are lost on their way.
    pub(crate) silent: bool,
}

/// Something that happens to a subscription rather than to a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lifecycle {
    ReauthorizationRequired,
    SubscriptionRemoved,
    Missed,
}

/// Takes news in and knows who hears of it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct NewsDesk(Arc<Desk>);

#[derive(Debug)]
struct Desk {
    clock: Clock,
    queue: UnboundedSender<Post>,
    /// Taken once, by the worker.
    inbox: Mutex<Option<UnboundedReceiver<Post>>>,
    subscriptions: Mutex<BTreeMap<String, Subscription>>,
}

/// One POST.
#[derive(Clone, Debug)]
struct Post {
    subscription: String,
    url: String,
    body: Value,
    /// Told instead when this cannot be delivered.
    missed: bool,
}

/// Pauses before a notification that was not taken is sent again; Graph goes on for four hours.
const PAUSES: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(600),
    Duration::from_secs(3_600),
    Duration::from_secs(9_730),
];

impl Lifecycle {
    /// As it stands in `lifecycleEvent`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReauthorizationRequired => "reauthorizationRequired",
            Self::SubscriptionRemoved => "subscriptionRemoved",
            Self::Missed => "missed",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::ReauthorizationRequired, Self::SubscriptionRemoved, Self::Missed]
            .into_iter()
            .find(|this| this.name() == name)
    }
}

impl Subscription {
    fn wants(&self, news: &News, now_ms: i64) -> bool {
        let kind = kind(news.kind);
        !self.silent
            && self.expires_ms > now_ms
            && self.folder.is_none_or(|folder| folder == news.folder)
            && self.change_type.split(',').any(|wanted| wanted.trim().eq_ignore_ascii_case(kind))
    }

    fn told(&self, news: &News, naming: &Naming) -> Value {
        let id = match self.immutable {
            true => naming.write(Form::Key, news.key),
            false => naming.write(Form::Place, news.place),
        };
        let resource = format!("Users/{}/Messages/{id}", self.account);
        let data = json!({"@odata.type": "#Microsoft.Graph.Message", "@odata.id": resource,
                          "@odata.etag": format!("W/\"{}\"", news.change), "id": id});
        json!({
            "subscriptionId": self.id, "subscriptionExpirationDateTime": instant(self.expires_ms),
            "changeType": kind(news.kind), "resource": resource, "resourceData": data,
            "clientState": self.client_state, "tenantId": self.tenant,
        })
    }
}

impl From<Subscription> for GraphSubscription {
    fn from(from: Subscription) -> Self {
        Self {
            id: from.id,
            app: from.app,
            mailbox: from.email,
            resource: from.resource,
            change_type: from.change_type,
            notification_url: from.url,
            lifecycle_url: from.lifecycle_url,
            silent: from.silent,
            expires_at: jiff::Timestamp::from_millisecond(from.expires_ms).unwrap_or(jiff::Timestamp::MAX),
        }
    }
}

impl NewsDesk {
    pub(crate) fn new(clock: Clock) -> Self {
        let (queue, inbox) = unbounded_channel();
        let inbox = Mutex::new(Some(inbox));
        Self(Arc::new(Desk { clock, queue, inbox, subscriptions: Mutex::default() }))
    }

    /// Takes in what happened in a mailbox, and queues a POST for each subscription that wants any of it.
    pub(crate) fn hear(&self, email: &str, naming: &Naming, news: &[News]) {
        let now_ms = self.0.clock.now_ms();
        for subscription in self.locked().values().filter(|subscription| subscription.email == email) {
            let wanted = news.iter().filter(|news| subscription.wants(news, now_ms));
            let value: Vec<Value> = wanted.map(|news| subscription.told(news, naming)).collect();
            if !value.is_empty() {
                self.post(subscription, &subscription.url, value, true);
            }
        }
    }

    /// Tells a subscription's owner what becomes of it; one that is removed is gone. False when there is none, or no
    /// address for it.
    pub(crate) fn lifecycle(&self, id: &str, event: Lifecycle) -> bool {
        let mut all = self.locked();
        let Some(subscription) = all.get(id).cloned() else { return false };
        if event == Lifecycle::SubscriptionRemoved {
            all.remove(id);
        }
        drop(all);
        let Some(url) = &subscription.lifecycle_url else { return false };
        let value = json!({
            "subscriptionId": subscription.id, "subscriptionExpirationDateTime": instant(subscription.expires_ms),
            "tenantId": subscription.tenant, "clientState": subscription.client_state, "lifecycleEvent": event.name(),
        });
        self.post(&subscription, url, vec![value], false);
        true
    }

    /// Loses what changes from now on, or tells it again. False when there is no such subscription.
    pub(crate) fn silence(&self, id: &str, silent: bool) -> bool {
        let mut all = self.locked();
        let Some(subscription) = all.get_mut(id) else { return false };
        subscription.silent = silent;
        true
    }

    /// Adds a subscription, or replaces the one with its id.
    pub(crate) fn put(&self, subscription: Subscription) {
        self.locked().insert(subscription.id.clone(), subscription);
    }

    /// Takes one out. Says whether it was there.
    pub(crate) fn remove(&self, id: &str) -> bool {
        self.locked().remove(id).is_some()
    }

    /// Those that have not expired.
    pub(crate) fn all(&self) -> Vec<Subscription> {
        let now_ms = self.0.clock.now_ms();
        let mut all = self.locked();
        all.retain(|_, subscription| subscription.expires_ms > now_ms);
        all.values().cloned().collect()
    }

    /// Delivers until `stop`.
    pub(crate) async fn work(self, stop: CancellationToken) {
        let inbox = self.0.inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut inbox) = inbox else { return };
        let client = reqwest::Client::new();
        while let Some(Some(post)) = stop.run_until_cancelled(inbox.recv()).await {
            let delivery = self.clone().deliver(client.clone(), post);
            tokio::spawn(stop.clone().run_until_cancelled_owned(delivery));
        }
    }

    fn post(&self, subscription: &Subscription, url: &str, value: Vec<Value>, missed: bool) {
        let body = json!({"value": value});
        let post = Post { subscription: subscription.id.clone(), url: url.to_owned(), body, missed };
        // A closed queue means that the sandbox is shutting down.
        let _ = self.0.queue.send(post);
    }

    async fn deliver(self, client: reqwest::Client, post: Post) {
        for pause in PAUSES {
            self.0.clock.sleep(pause).await;
            match client.post(&post.url).json(&post.body).send().await {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) => tracing::debug!(post.url, status = answer.status().as_u16(), "notification not taken"),
                Err(error) => tracing::debug!(post.url, %error, "notification failed"),
            }
        }
        if post.missed {
            self.lifecycle(&post.subscription, Lifecycle::Missed);
        }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Subscription>> {
        self.0.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kind(kind: Happened) -> &'static str {
    match kind {
        Happened::Created => "created",
        Happened::Updated => "updated",
        Happened::Deleted => "deleted",
    }
}

/// Seven digits behind the point, as subscriptions have them.
pub(crate) fn instant(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string()
}
