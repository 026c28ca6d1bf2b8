//! The pacer: who may go, and when.

use std::hash::Hash;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::{Answer, Ask, KeyView, Limited, Moment, Outcome, Polled, Ticket, WaiterId};

/// What a pacer has learned, for keys that differ from fresh ones. Keep it over restarts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Snapshot<K> {
    keys: Vec<K>,
}

/// Paces calls of many flows against many keys. `K` names keys and flows; cheap to clone.
pub struct Pacer<K> {
    keys: PhantomData<K>,
}

impl<K: Eq + Hash + Clone> Pacer<K> {
    /// A pacer that knows nothing yet. `seed` is for jitter alone.
    pub fn new(seed: u64) -> Self {
        let _ = seed;
        Self { keys: PhantomData }
    }

    /// Asks for leave to call.
    pub fn ask(&mut self, now: Moment, ask: Ask<'_, K>) -> Answer {
        let _ = (now, ask);
        unimplemented!("the next commit")
    }

    /// Who of those in line may go now. To be called at [`Polled::next`] and after every [`finish`](Self::finish).
    pub fn poll(&mut self, now: Moment) -> Polled {
        let _ = now;
        unimplemented!("the next commit")
    }

    /// Leaves the line. A waiter that was admitted already is not found; its ticket must be finished.
    pub fn abandon(&mut self, waiter: WaiterId) {
        let _ = waiter;
    }

    /// Tells how the calls of a ticket ended.
    pub fn finish(&mut self, now: Moment, ticket: Ticket, outcome: Outcome) {
        let _ = (now, ticket, outcome);
    }

    /// Closes a key until an instant: something other than a call of ours learned of a throttle.
    pub fn close(&mut self, now: Moment, key: &K, until: Moment, what: Limited) {
        let _ = (now, key, until, what);
    }

    /// Forgets what is known of a key that is not in use (its grant is gone).
    pub fn forget(&mut self, key: &K) {
        let _ = key;
    }

    /// A key as it stands; `None` if it was never used.
    pub fn view(&self, now: Moment, key: &K) -> Option<KeyView> {
        let _ = (now, key);
        None
    }

    /// What was learned, to be kept.
    pub fn snapshot(&self, now: Moment) -> Snapshot<K> {
        let _ = now;
        Snapshot { keys: Vec::new() }
    }

    /// Takes up what was learned before a restart.
    pub fn restore(&mut self, now: Moment, snapshot: Snapshot<K>) {
        let _ = (now, snapshot);
    }
}
