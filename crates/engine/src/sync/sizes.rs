//! How large a mailbox's messages have been lately, so that batches fetched ahead stay within memory.

use std::sync::atomic::{AtomicU64, Ordering};

use super::fetch::Fetched;

/// Bytes a batch should come to.
const TARGET: u64 = 4 * 1024 * 1024;
/// What messages are taken to be before any was seen.
const FIRST_GUESS: u64 = 64 * 1024;

/// The estimate. Grows at once, shrinks slowly.
pub(super) struct Sizes {
    average: AtomicU64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { average: AtomicU64::new(FIRST_GUESS) }
    }
}

impl Sizes {
    /// How many messages to fetch in one batch, at most `most`.
    pub(super) fn batch(&self, most: usize) -> usize {
        let fitting = TARGET / self.average.load(Ordering::Relaxed).max(1);
        usize::try_from(fitting).unwrap_or(most).clamp(1, most.max(1))
    }

    /// Learns from what came.
    pub(super) fn learn(&self, fetched: &Fetched) {
        let count = fetched.upserts.len() as u64;
        if count == 0 {
            return;
        }
        let seen = fetched.upserts.iter().map(|one| one.message.size).sum::<u64>() / count;
        let before = self.average.load(Ordering::Relaxed);
        self.average.store(seen.max((3 * before + seen) / 4), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(average: u64) -> usize {
        Sizes { average: AtomicU64::new(average) }.batch(50)
    }

    #[test]
    fn batches_shrink_with_the_size_of_messages() {
        assert_eq!(Sizes::default().batch(50), 50);
        assert_eq!(after(1024), 50);
        assert_eq!(after(1024 * 1024), 4);
        assert_eq!(after(25 * 1024 * 1024), 1);
        assert_eq!(after(0), 50);
    }
}
