//! Which delta links still work.
//!
//! Exchange keeps the last three states of each sync and no more: a link older than that is 410, whatever its age
//! (facts 1.3). Two workers that share a link, or a link from a backup, run into it.

use std::collections::HashMap;

/// How many states of a sync are kept.
const KEPT: usize = 3;

/// Every sync of a mailbox and the generations of it that are kept.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    last: u64,
    kept: HashMap<u64, Vec<u64>>,
}

/// The generation is not kept (any more).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NotKept {
    pub(crate) generation: u64,
    /// Newest first.
    pub(crate) kept: Vec<u64>,
}

impl Rounds {
    /// Begins a sync; it has no state yet.
    pub(crate) fn begin(&mut self) -> u64 {
        self.last += 1;
        self.kept.insert(self.last, Vec::new());
        self.last
    }

    /// Whether a round may start from this generation.
    pub(crate) fn check(&self, sync: u64, generation: u64) -> Result<(), NotKept> {
        let kept = self.kept.get(&sync).cloned().unwrap_or_default();
        if kept.contains(&generation) { Ok(()) } else { Err(NotKept { generation, kept }) }
    }

    /// Whether the sync is known at all.
    pub(crate) fn knows(&self, sync: u64) -> bool {
        self.kept.contains_key(&sync)
    }

    /// Ends a round: a new generation, of which only the last few are kept.
    pub(crate) fn finish(&mut self, sync: u64) -> u64 {
        let kept = self.kept.entry(sync).or_default();
        let generation = kept.first().map_or(1, |highest| highest + 1);
        kept.insert(0, generation);
        kept.truncate(KEPT);
        generation
    }

    /// Forgets every state: all links are 410 from now on.
    pub(crate) fn forget(&mut self) {
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_generations_are_kept() {
        let mut rounds = Rounds::default();
        let sync = rounds.begin();
        let made: Vec<u64> = (0..5).map(|_| rounds.finish(sync)).collect();
        assert_eq!(made, [1, 2, 3, 4, 5]);
        assert_eq!(rounds.check(sync, 2), Err(NotKept { generation: 2, kept: vec![5, 4, 3] }));
        assert_eq!(rounds.check(sync, 3), Ok(()));
        rounds.forget();
        assert!(rounds.check(sync, 5).is_err() && !rounds.knows(sync));
    }
}
