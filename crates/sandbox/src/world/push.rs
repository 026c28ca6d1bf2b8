//! Pub/Sub-shaped notifications: from a change in a watched mailbox to a POST at the topic's push endpoint.
//!
//! At most one per interval and mailbox; what comes in between is told once, with the latest history id (facts 3.8).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// News of one mailbox for one topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notice {
    pub(crate) topic: String,
    pub(crate) email: String,
    pub(crate) history_id: u64,
}

/// Takes notices in and knows where topics are pushed to. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct PushDesk(Arc<Desk>);

#[derive(Debug)]
struct Desk {
    clock: Clock,
    interval: Duration,
    queue: UnboundedSender<Work>,
    /// Taken once, by the worker.
    inbox: Mutex<Option<UnboundedReceiver<Work>>>,
    subscriptions: Mutex<BTreeMap<String, Subscription>>,
}

#[derive(Debug)]
enum Work {
    Tell(Notice),
    Flush { topic: String, email: String },
}

/// Where a topic is pushed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Subscription {
    pub(crate) url: String,
    /// `projects/P/subscriptions/S`, sent along.
    pub(crate) name: String,
}

impl Subscription {
    /// The name a topic's subscription gets when none is given.
    pub(crate) fn name_for(topic: &str) -> String {
        topic.replacen("/topics/", "/subscriptions/", 1)
    }
}

/// What was last told of one mailbox to one topic, and what waits.
#[derive(Debug)]
struct Slot {
    last_ms: i64,
    waiting: Option<u64>,
}

/// Pauses before a notification that was not acknowledged is pushed again.
const RETRIES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

impl PushDesk {
    pub(crate) fn new(clock: Clock, interval: Duration) -> Self {
        let (queue, inbox) = unbounded_channel();
        let inbox = Mutex::new(Some(inbox));
        Self(Arc::new(Desk { clock, interval, queue, inbox, subscriptions: Mutex::default() }))
    }

    /// Hands a notice to the worker.
    pub(crate) fn send(&self, notice: Notice) {
        // A closed queue means that the sandbox is shutting down; nobody waits for the notice then.
        let _ = self.0.queue.send(Work::Tell(notice));
    }

    /// The current instant in milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Pushes a topic there, or nowhere.
    pub(crate) fn subscribe(&self, topic: &str, subscription: Option<Subscription>) {
        let mut all = self.locked();
        match subscription {
            Some(subscription) => all.insert(topic.to_owned(), subscription),
            None => all.remove(topic),
        };
    }

    /// Every topic that is pushed, and where to.
    pub(crate) fn subscriptions(&self) -> Vec<(String, Subscription)> {
        self.locked().iter().map(|(topic, subscription)| (topic.clone(), subscription.clone())).collect()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Subscription>> {
        self.0.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Delivers notices until `stop`.
    pub(crate) async fn work(self, stop: CancellationToken) {
        let inbox = self.0.inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut inbox) = inbox else { return };
        let client = reqwest::Client::new();
        let mut slots = HashMap::new();
        while let Some(Some(work)) = stop.run_until_cancelled(inbox.recv()).await {
            if let Some(notice) = self.next(&mut slots, work, &stop) {
                let delivery = self.clone().deliver(client.clone(), notice);
                tokio::spawn(stop.clone().run_until_cancelled_owned(delivery));
            }
        }
    }

    /// Decides whether a notice goes out now, or waits for the interval to pass.
    fn next(
        &self,
        slots: &mut HashMap<(String, String), Slot>,
        work: Work,
        stop: &CancellationToken,
    ) -> Option<Notice> {
        let now_ms = self.now_ms();
        let (topic, email, news) = match work {
            Work::Tell(notice) => (notice.topic, notice.email, Some(notice.history_id)),
            Work::Flush { topic, email } => (topic, email, None),
        };
        let slot = slots.entry((topic.clone(), email.clone())).or_insert(Slot { last_ms: i64::MIN, waiting: None });
        let free_ms = slot.last_ms.saturating_add(i64::try_from(self.0.interval.as_millis()).unwrap_or(i64::MAX));
        let scheduled = slot.waiting.is_some();
        let history_id = news.or(slot.waiting)?;
        if now_ms >= free_ms {
            *slot = Slot { last_ms: now_ms, waiting: None };
            return Some(Notice { topic, email, history_id });
        }
        slot.waiting = Some(history_id);
        if !scheduled || news.is_none() {
            self.flush_at(free_ms, topic, email, stop);
        }
        None
    }

    fn flush_at(&self, at_ms: i64, topic: String, email: String, stop: &CancellationToken) {
        let desk = self.clone();
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            desk.0.clock.sleep_until_ms(at_ms).await;
            let _ = desk.0.queue.send(Work::Flush { topic, email });
        }));
    }

    async fn deliver(self, client: reqwest::Client, notice: Notice) {
        let Some(Subscription { url, name }) = self.locked().get(&notice.topic).cloned() else { return };
        let envelope = envelope(&notice, &name, &self.0.clock);
        for pause in std::iter::once(Duration::ZERO).chain(RETRIES) {
            self.0.clock.sleep(pause).await;
            match client.post(&url).json(&envelope).send().await {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) => tracing::debug!(url, status = answer.status().as_u16(), "push not acknowledged"),
                Err(error) => tracing::debug!(url, %error, "push failed"),
            }
        }
        tracing::warn!(url, "push given up");
    }
}

/// A notice as Pub/Sub wraps it for push; `historyId` is a number on the wire, whatever the documentation prints
/// (facts 3.8).
fn envelope(notice: &Notice, subscription: &str, clock: &Clock) -> Value {
    let data = json!({"emailAddress": notice.email, "historyId": notice.history_id}).to_string();
    let message_id =
        super::chance::stable_hash(format!("{}{}{}", notice.topic, data, clock.now_ms()).as_bytes()).to_string();
    let published = clock.now().to_string();
    json!({
        "message": {
            "data": BASE64_STANDARD.encode(data),
            "messageId": message_id, "message_id": message_id,
            "publishTime": published, "publish_time": published,
        },
        "subscription": subscription,
    })
}
