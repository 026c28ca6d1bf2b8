//! The record of changes to one mailbox, behind `history.list` (facts 3.7).

use std::collections::VecDeque;

use super::ids::Id;

/// What one record tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    MessageAdded,
    MessageDeleted,
    LabelsAdded(Vec<String>),
    LabelsRemoved(Vec<String>),
}

/// One change to one message.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: u64,
    pub(crate) at_ms: i64,
    pub(crate) message: Id,
    pub(crate) thread: Id,
    /// The message's labels when the record was written.
    pub(crate) labels: Vec<String>,
    pub(crate) change: Change,
}

/// All records still kept, oldest first, and the current id.
#[derive(Debug)]
pub(crate) struct History {
    records: VecDeque<Record>,
    current: u64,
    /// Ids below this one are no longer answered.
    floor: u64,
}

impl History {
    /// An empty history whose current id is `start`.
    pub(crate) fn starting_at(start: u64) -> Self {
        Self { records: VecDeque::new(), current: start, floor: 0 }
    }

    /// The mailbox's current history id.
    pub(crate) fn current(&self) -> u64 {
        self.current
    }

    /// Moves the current id on by `gap` and returns it.
    pub(crate) fn advance(&mut self, gap: u64) -> u64 {
        self.current += gap.max(1);
        self.current
    }

    /// Adds a record; its id is the current one, which the caller has just moved on.
    pub(crate) fn push(&mut self, record: Record) {
        self.records.push_back(record);
    }

    /// Forgets everything up to now, so that every id given out so far is too old.
    pub(crate) fn expire_all(&mut self) {
        self.records.clear();
        self.floor = self.advance(1);
    }

    /// Forgets records written before `before_ms`.
    pub(crate) fn expire_before(&mut self, before_ms: i64) {
        while let Some(oldest) = self.records.front() {
            if oldest.at_ms >= before_ms {
                return;
            }
            self.floor = oldest.id;
            self.records.pop_front();
        }
    }

    /// Records after `start`, oldest first; `None` when `start` is too old, or in the future (facts 3.7: both are
    /// "invalid" and answered 404).
    pub(crate) fn since(&self, start: u64) -> Option<impl Iterator<Item = &Record>> {
        if start < self.floor || start > self.current {
            return None;
        }
        let first = self.records.partition_point(|record| record.id <= start);
        Some(self.records.range(first..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(history: &mut History, at_ms: i64) -> u64 {
        let id = history.advance(2);
        let (message, thread) = (Id(1), Id(1));
        history.push(Record { id, at_ms, message, thread, labels: Vec::new(), change: Change::MessageAdded });
        id
    }

    #[test]
    fn the_start_is_exclusive_and_the_current_id_yields_nothing() {
        let mut history = History::starting_at(100);
        let first = add(&mut history, 0);
        let second = add(&mut history, 0);
        let ids = |start| history.since(start).map(|records| records.map(|record| record.id).collect::<Vec<_>>());
        assert_eq!(ids(1), Some(vec![first, second]));
        assert_eq!(ids(first), Some(vec![second]));
        assert_eq!(ids(second), Some(vec![]));
        assert_eq!(ids(second + 1), None);
    }

    #[test]
    fn an_expired_start_is_refused_and_the_next_one_is_not() {
        let mut history = History::starting_at(100);
        let before = add(&mut history, 0);
        history.expire_all();
        assert!(history.since(before).is_none());
        assert!(history.since(history.current()).is_some());
    }

    #[test]
    fn records_older_than_the_retention_go() {
        let mut history = History::starting_at(100);
        let old = add(&mut history, 10);
        let young = add(&mut history, 20);
        history.expire_before(15);
        assert!(history.since(old - 1).is_none());
        assert_eq!(history.since(old).unwrap().count(), 1);
        assert_eq!(history.since(young).unwrap().count(), 0);
    }
}
