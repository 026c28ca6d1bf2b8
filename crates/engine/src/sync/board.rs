//! Who has a turn right now, and who should get one at once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use model::{GrantId, Timestamp};
use tokio::sync::Notify;

use crate::lock::lock;

/// The board. Holds entries only for grants with a turn under way or hinted at.
#[derive(Default)]
pub(crate) struct Board {
    notes: Arc<Mutex<Notes>>,
    bell: Arc<Notify>,
}

#[derive(Default)]
struct Notes {
    /// Turns under way; `true` when another one is wanted right after.
    running: HashMap<GrantId, bool>,
    hinted: VecDeque<GrantId>,
    in_line: HashSet<GrantId>,
    /// Whether a pool serves this board.
    served: bool,
    /// Grants whose watch the provider refused, and when to ask again.
    unwatched: HashMap<GrantId, Timestamp>,
}

/// Hints kept at most; what does not fit waits for its poll.
const MOST_HINTS: usize = 100_000;

/// A turn under way; ends when dropped. A hint that came after the last look at it is put in line, not lost.
pub(crate) struct Running {
    notes: Arc<Mutex<Notes>>,
    bell: Arc<Notify>,
    grant: GrantId,
}

impl Board {
    /// Something happened in a mailbox: its next turn comes at once, or right after the one under way. Returns whether
    /// anyone will take it.
    pub(crate) fn hint(&self, grant: GrantId) -> bool {
        let mut notes = lock(&self.notes);
        if let Some(again) = notes.running.get_mut(&grant) {
            *again = true;
            return true;
        }
        let taken = notes.put_in_line(grant);
        if taken {
            self.bell.notify_one();
        }
        taken
    }

    /// Rings for the pool to look at the store: something is due there.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Waits for a hint or a ring.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    pub(super) fn next_hint(&self) -> Option<GrantId> {
        let mut notes = lock(&self.notes);
        let grant = notes.hinted.pop_front()?;
        notes.in_line.remove(&grant);
        Some(grant)
    }

    /// Begins a turn. `None` when one is under way; it will be followed by another.
    pub(crate) fn begin(&self, grant: GrantId) -> Option<Running> {
        let mut notes = lock(&self.notes);
        if let Some(again) = notes.running.get_mut(&grant) {
            *again = true;
            return None;
        }
        notes.running.insert(grant, false);
        Some(Running { notes: self.notes.clone(), bell: self.bell.clone(), grant })
    }

    pub(super) fn serve(&self, served: bool) {
        lock(&self.notes).served = served;
    }

    pub(super) fn running(&self) -> Vec<GrantId> {
        lock(&self.notes).running.keys().copied().collect()
    }

    pub(super) fn may_watch(&self, grant: GrantId, now: Timestamp) -> bool {
        let mut notes = lock(&self.notes);
        let refused = notes.unwatched.get(&grant).is_some_and(|again| *again > now);
        if !refused {
            notes.unwatched.remove(&grant);
        }
        !refused
    }

    pub(super) fn watch_refused(&self, grant: GrantId, again: Timestamp) {
        lock(&self.notes).unwatched.insert(grant, again);
    }
}

impl Running {
    /// Whether a hint came since the last call.
    pub(crate) fn take_hint(&self) -> bool {
        lock(&self.notes).running.get_mut(&self.grant).is_some_and(std::mem::take)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut notes = lock(&self.notes);
        let hinted = notes.running.remove(&self.grant).unwrap_or_default();
        if hinted && notes.put_in_line(self.grant) {
            self.bell.notify_one();
        }
    }
}

impl Notes {
    /// Puts a grant in line, once. Returns whether anyone will take it.
    fn put_in_line(&mut self, grant: GrantId) -> bool {
        if !self.served || self.hinted.len() >= MOST_HINTS {
            return false;
        }
        if self.in_line.insert(grant) {
            self.hinted.push_back(grant);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: GrantId = GrantId(uuid::Uuid::nil());

    #[test]
    fn a_hint_during_a_turn_asks_for_another() {
        let board = Board::default();
        let turn = board.begin(GRANT).unwrap();
        assert!(!turn.take_hint());
        assert!(board.hint(GRANT));
        assert!(board.begin(GRANT).is_none());
        assert!(turn.take_hint());
        assert!(!turn.take_hint());
        drop(turn);
        assert!(board.begin(GRANT).is_some());
    }

    #[test]
    fn a_hint_that_comes_while_a_turn_ends_is_put_in_line() {
        let board = Board::default();
        board.serve(true);
        let turn = board.begin(GRANT).unwrap();
        assert!(!turn.take_hint());
        assert!(board.hint(GRANT));
        drop(turn);
        assert_eq!(board.next_hint(), Some(GRANT));
        drop(board.begin(GRANT));
        assert_eq!(board.next_hint(), None);
    }

    #[test]
    fn hints_are_kept_once_and_only_while_served() {
        let board = Board::default();
        assert!(!board.hint(GRANT));
        board.serve(true);
        assert!(board.hint(GRANT) && board.hint(GRANT));
        assert_eq!(board.next_hint(), Some(GRANT));
        assert_eq!(board.next_hint(), None);
    }
}
