//! Who sends what, and what the sender was told.

use std::sync::atomic::{AtomicUsize, Ordering};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// What a sender knows in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was sent.
    Sent,
    /// It will be sent, or is kept.
    Accepted,
    /// It will not be sent: the status.
    Refused(u16),
    /// Nothing final until its patience ended.
    Nothing,
}

/// One mail and its outcome.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its subject, which no other mail has.
    pub token: String,
    pub outcome: Outcome,
    /// How often it was asked for.
    pub asked: u64,
}

/// One mail to send.
pub struct Task {
    pub token: String,
    /// Place of the mailbox it leaves from.
    pub mailbox: usize,
}

/// How far the senders are.
pub struct Progress {
    seed: u64,
    sends: usize,
    mailboxes: usize,
    begun: AtomicUsize,
    ended: AtomicUsize,
}

impl Progress {
    pub fn new(seed: u64, sends: usize, mailboxes: usize) -> Self {
        Self { seed, sends, mailboxes, begun: AtomicUsize::new(0), ended: AtomicUsize::new(0) }
    }

    /// The next mail, while there is one.
    pub fn take(&self) -> Option<Task> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let mut draws = ChaCha8Rng::seed_from_u64(self.seed ^ (number as u64) << 20);
        let mailbox = draws.random_range(0..self.mailboxes);
        (number < self.sends).then(|| Task { token: format!("crash-{}-{number:05}", self.seed), mailbox })
    }

    /// One has its outcome.
    pub fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    /// How many have theirs.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }

    /// Whether all have theirs.
    pub fn is_over(&self) -> bool {
        self.ended() >= self.sends
    }
}
