//! Every change to a mailbox's messages goes through here, so that each leaves its history record.

use std::sync::Arc;

use super::{Place, State};
use crate::world::history::{Change, Record};
use crate::world::ids::Id;
use crate::world::message::{Content, Message};
use crate::world::threads::Links;

/// A message about to enter a mailbox.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) content: Arc<Content>,
    /// Label ids.
    pub(crate) labels: Vec<String>,
    pub(crate) internal_date_ms: i64,
    /// The thread to join, whatever the message's own links say.
    pub(crate) thread: Option<Id>,
}

/// Labels to put and to take, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelChange {
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

impl LabelChange {
    /// Adds what the labels bring about by themselves: spam and trash leave the inbox (facts 3.1).
    fn with_consequences(mut self) -> Self {
        let banished = self.add.iter().any(|label| matches!(label.as_str(), "SPAM" | "TRASH"));
        if banished && !self.remove.iter().any(|label| label == "INBOX") {
            self.remove.push("INBOX".to_owned());
        }
        self
    }
}

impl State {
    /// Puts a message in and records it as added.
    pub(crate) fn add(&mut self, arrival: Arrival, now_ms: i64) -> Id {
        let id = self.insert(arrival, now_ms);
        self.record(id, Change::MessageAdded, now_ms);
        id
    }

    /// Puts a message in that was always there: no history record, dated by itself.
    pub(crate) fn add_silently(&mut self, arrival: Arrival) -> Id {
        let at_ms = arrival.internal_date_ms;
        self.insert(arrival, at_ms)
    }

    /// Marks everything up to now as older than the history.
    pub(crate) fn begin_history(&mut self) {
        self.history.expire_all();
        let current = self.history.current();
        for message in self.messages.values_mut().filter(|message| message.history_id == 0) {
            message.history_id = current;
        }
    }

    /// Takes a message out for good; its draft goes with it.
    pub(crate) fn delete(&mut self, id: Id, now_ms: i64) -> Option<Message> {
        self.get(id)?;
        self.record(id, Change::MessageDeleted, now_ms);
        let message = self.messages.remove(&id)?;
        self.order.remove(&Place { date_ms: message.internal_date_ms, id });
        self.threads.leave(message.thread, id);
        self.drafts.retain(|_, held| *held != id);
        Some(message)
    }

    /// Puts and takes labels; only what really changes is recorded. `None` when there is no such message.
    pub(crate) fn relabel(&mut self, id: Id, change: &LabelChange, now_ms: i64) -> Option<()> {
        let change = change.clone().with_consequences();
        let message = self.messages.get_mut(&id)?;
        let added: Vec<_> = change.add.into_iter().filter(|label| !message.has(label)).collect();
        let removed: Vec<_> = change.remove.into_iter().filter(|label| message.has(label)).collect();
        message.labels.retain(|label| !removed.contains(label));
        message.labels.extend(added.iter().cloned());
        if !added.is_empty() {
            self.record(id, Change::LabelsAdded(added), now_ms);
        }
        if !removed.is_empty() {
            self.record(id, Change::LabelsRemoved(removed), now_ms);
        }
        Some(())
    }

    /// Takes a user label away from the mailbox and from every message that carries it.
    pub(crate) fn delete_label(&mut self, label: &str, now_ms: i64) {
        let carriers: Vec<_> =
            self.messages.values().filter(|message| message.has(label)).map(|message| message.id).collect();
        let change = LabelChange { add: Vec::new(), remove: vec![label.to_owned()] };
        for id in carriers {
            self.relabel(id, &change, now_ms);
        }
        self.labels.remove(label);
    }

    fn insert(&mut self, arrival: Arrival, arrived_ms: i64) -> Id {
        let links = Links::of(arrival.content.raw());
        let id = self.fresh_id(arrived_ms);
        let thread = arrival.thread.or_else(|| self.threads.find(&links)).unwrap_or(id);
        self.threads.join(thread, id, &links);
        self.order.insert(Place { date_ms: arrival.internal_date_ms, id });
        let mut labels = arrival.labels;
        let mut seen = std::collections::HashSet::new();
        labels.retain(|label| seen.insert(label.clone()));
        let (content, internal_date_ms) = (arrival.content, arrival.internal_date_ms);
        self.messages.insert(id, Message { id, thread, labels, internal_date_ms, history_id: 0, content });
        id
    }

    fn record(&mut self, message: Id, change: Change, now_ms: i64) {
        let gap = self.chance.step(12);
        let id = self.history.advance(gap);
        self.history.expire_before(now_ms.saturating_sub(self.retention_ms));
        let Some(message) = self.messages.get_mut(&message) else { return };
        message.history_id = id;
        let (thread, labels) = (message.thread, message.labels.clone());
        self.history.push(Record { id, at_ms: now_ms, message: message.id, thread, labels, change });
    }
}
