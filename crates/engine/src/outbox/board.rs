//! Who waits for which submission, and whether an attempt may still be called off.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use model::{GrantId, SubmissionId};
use tokio::sync::{Notify, watch};

use crate::lock::lock;

/// The board.
#[derive(Default)]
pub(super) struct Board {
    waiting: Mutex<HashMap<SubmissionId, (GrantId, watch::Sender<u64>)>>,
    /// Attempts under way here.
    crossings: Mutex<HashMap<SubmissionId, Arc<Crossing>>>,
    /// Rung when one ended.
    ended: Notify,
}

/// The point of an attempt after which the mail may go out.
#[derive(Default)]
pub(super) struct Crossing {
    state: AtomicU8,
    called_off: Notify,
}

const OPEN: u8 = 0;
const CROSSED: u8 = 1;
const CALLED_OFF: u8 = 2;

impl Crossing {
    /// The mail may go out from now on. `false`: the attempt was called off.
    pub(super) fn cross(&self) -> bool {
        self.state.compare_exchange(OPEN, CROSSED, Ordering::AcqRel, Ordering::Acquire).is_ok()
            || self.state.load(Ordering::Acquire) == CROSSED
    }

    /// Calls the attempt off, if the mail cannot have gone out yet.
    fn call_off(&self) -> bool {
        let off = self.state.compare_exchange(OPEN, CALLED_OFF, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if off {
            self.called_off.notify_one();
        }
        self.is_off()
    }

    /// Whether it was called off.
    pub(super) fn is_off(&self) -> bool {
        self.state.load(Ordering::Acquire) == CALLED_OFF
    }

    /// Returns when the attempt is called off.
    pub(super) async fn called_off(&self) {
        self.called_off.notified().await;
    }
}

/// One who waits; leaves the board when dropped.
pub(super) struct Waiter<'a> {
    board: &'a Board,
    id: SubmissionId,
    news: watch::Receiver<u64>,
}

impl Waiter<'_> {
    /// Returns when there is news since the last time.
    pub(super) async fn news(&mut self) {
        // The sender stays on the board as long as the waiter does.
        let _ = self.news.changed().await;
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        lock(&self.board.waiting).remove(&self.id);
    }
}

impl Board {
    /// Waits for a submission, from before it is accepted, so that no news is lost.
    pub(super) fn wait_for(&self, id: SubmissionId, grant: GrantId) -> Waiter<'_> {
        let (sender, news) = watch::channel(0);
        lock(&self.waiting).insert(id, (grant, sender));
        Waiter { board: self, id, news }
    }

    /// Whether anybody waits.
    #[cfg(test)]
    pub(super) fn is_awaited(&self) -> bool {
        !lock(&self.waiting).is_empty()
    }

    /// There is news of a submission.
    pub(super) fn tell(&self, id: SubmissionId) {
        if let Some((_, sender)) = lock(&self.waiting).get(&id) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// There is news for everybody of a mailbox: it was stopped.
    pub(super) fn tell_all(&self, grant: GrantId) {
        for (_, sender) in lock(&self.waiting).values().filter(|(of, _)| *of == grant) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// Begins an attempt. `None` while another of the same submission is under way: two at once would each save a draft
    /// and send it.
    pub(super) fn begin(&self, id: SubmissionId) -> Option<Arc<Crossing>> {
        match lock(&self.crossings).entry(id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(free) => Some(free.insert(Arc::default()).clone()),
        }
    }

    /// Begins an attempt once the one under way has ended.
    pub(super) async fn begin_next(&self, id: SubmissionId) -> Arc<Crossing> {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // Listening before looking, so that no end is missed.
            ended.as_mut().enable();
            if let Some(crossing) = self.begin(id) {
                return crossing;
            }
            ended.await;
        }
    }

    /// The attempt ended.
    pub(super) fn end(&self, id: SubmissionId) {
        lock(&self.crossings).remove(&id);
        self.ended.notify_waiters();
    }

    /// Calls the attempt under way off. `false`: the mail may be out, or none is under way here.
    pub(super) fn call_off(&self, id: SubmissionId) -> bool {
        lock(&self.crossings).get(&id).is_some_and(|crossing| crossing.call_off())
    }
}
