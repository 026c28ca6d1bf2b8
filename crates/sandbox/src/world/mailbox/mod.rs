//! One mailbox: its messages and everything that hangs on them, behind one lock.

mod change;
mod drafts;
mod listing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::chance::{Chance, stable_hash};
use super::history::{History, Record};
use super::ids::Id;
use super::labels::Labels;
use super::message::Message;
use super::push::{Notice, PushDesk};
use super::send_as::SendAs;
use super::threads::Threads;
use super::watch::{OtherTopic, Watch, Watches};

pub(crate) use change::{Arrival, LabelChange};
pub(crate) use listing::Place;

/// A mailbox of the world.
#[derive(Debug)]
pub(crate) struct Mailbox {
    /// The primary address, in lower case.
    pub(crate) email: String,
    /// The person's name.
    pub(crate) name: String,
    state: RwLock<State>,
    push: PushDesk,
}

/// All that changes in a mailbox.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) messages: HashMap<Id, Message>,
    /// Every message by date and id: the order of listings, read from the end.
    order: BTreeSet<Place>,
    pub(crate) threads: Threads,
    pub(crate) labels: Labels,
    /// From draft id to the message that holds its text.
    pub(crate) drafts: BTreeMap<String, Id>,
    pub(crate) history: History,
    pub(crate) send_as: Vec<SendAs>,
    pub(crate) watches: Watches,
    chance: Chance,
    retention_ms: i64,
}

impl Mailbox {
    pub(crate) fn new(email: &str, name: &str, seed: u64, retention: Duration, push: PushDesk) -> Self {
        let email = email.to_lowercase();
        let mut chance = Chance::seeded(seed, &email);
        let state = State {
            messages: HashMap::new(),
            order: BTreeSet::new(),
            threads: Threads::default(),
            labels: Labels::default(),
            drafts: BTreeMap::new(),
            history: History::starting_at(1_000 + chance.step(9_000)),
            send_as: vec![SendAs::primary(&email, name)],
            watches: Watches::default(),
            chance,
            retention_ms: i64::try_from(retention.as_millis()).unwrap_or(i64::MAX),
        };
        Self { email, name: name.to_owned(), state: RwLock::new(state), push }
    }

    /// The account's immutable number, as Google's `sub`: 21 digits.
    pub(crate) fn subject(&self) -> String {
        format!("1{:020}", stable_hash(self.email.as_bytes()))
    }

    /// To look at the mailbox; nothing changes meanwhile.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the mailbox, and tells whoever watches it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.write();
        let before = state.history.current();
        let outcome = change(&mut state);
        if state.history.current() != before {
            self.announce(&mut state);
        }
        outcome
    }

    /// Begins a watch; an immediate notification follows (facts 3.8).
    pub(crate) fn watch(&self, watch: Watch, now_ms: i64) -> Result<(u64, i64), OtherTopic> {
        let mut state = self.write();
        let (topic, history_id) = (watch.topic.clone(), state.history.current());
        let expires_ms = state.watches.begin(Watch { told: history_id, ..watch }, now_ms)?;
        self.push.send(Notice { topic, email: self.email.clone(), history_id });
        Ok((history_id, expires_ms))
    }

    fn announce(&self, state: &mut State) {
        let current = state.history.current();
        for topic in state.watches.due(&state.history, self.push.now_ms()) {
            self.push.send(Notice { topic, email: self.email.clone(), history_id: current });
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether mail to this address comes here: the primary address, one of its `+tags`, or an alias.
    pub(crate) fn answers_to(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let untagged = match address.rsplit_once('@') {
            Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
            None => address.clone(),
        };
        untagged == self.email || self.read().send_as.iter().any(|alias| alias.is_accepted() && alias.email == address)
    }
}

impl State {
    /// The message with this id.
    pub(crate) fn get(&self, id: Id) -> Option<&Message> {
        self.messages.get(&id)
    }

    /// History records after `start`, oldest first; `None` when it is too old, by count or by age, or in the future.
    pub(crate) fn history_since(&self, start: u64, now_ms: i64) -> Option<impl Iterator<Item = &Record>> {
        let mut records = self.history.since(start)?.peekable();
        let kept_from_ms = now_ms.saturating_sub(self.retention_ms);
        let too_old = records.peek().is_some_and(|oldest| oldest.at_ms < kept_from_ms);
        (!too_old).then_some(records)
    }

    /// A draw of 64 bits from the mailbox's own seeded stream.
    pub(crate) fn draw(&mut self) -> u64 {
        self.chance.bits(64)
    }

    /// The messages of a thread, oldest first.
    pub(crate) fn thread(&self, thread: Id) -> Option<Vec<&Message>> {
        let mut messages: Vec<_> = self.threads.members(thread)?.iter().filter_map(|id| self.get(*id)).collect();
        messages.sort_by_key(|message| (message.internal_date_ms, message.id));
        Some(messages)
    }

    /// An id for a message that arrives at `at_ms`, not used in this mailbox.
    fn fresh_id(&mut self, at_ms: i64) -> Id {
        loop {
            let id = Id::at(at_ms, self.chance.bits(20));
            if !self.messages.contains_key(&id) {
                return id;
            }
        }
    }
}
