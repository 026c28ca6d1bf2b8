//! When to kill: seeded, and spread over the sends whatever the machine's speed.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::told::Progress;

/// The moments of one run.
pub struct Moments {
    draws: ChaCha8Rng,
    /// Longest wait after a moment has come, in milliseconds: about as long as a send takes, so that any point of those
    /// under way is hit.
    within_ms: u64,
    /// Sends ended before each kill, the last one first.
    left: Vec<usize>,
    done: usize,
}

impl Moments {
    pub fn new(seed: u64, sends: usize, kills: usize, within_ms: u64) -> Self {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        let mut left: Vec<usize> = (0..kills).map(|_| draws.random_range(0..sends.max(1))).collect();
        left.sort_unstable_by(|a, b| b.cmp(a));
        Self { draws, within_ms, left, done: 0 }
    }

    /// Waits for the next one; `false` when none is left, or everything was sent.
    pub async fn next(&mut self, progress: &Progress) -> bool {
        let Some(after) = self.left.pop() else { return false };
        while progress.ended() < after {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(self.draws.random_range(0..self.within_ms))).await;
        let goes_on = !progress.is_over();
        self.done += usize::from(goes_on);
        goes_on
    }

    /// One of two.
    pub fn coin(&mut self) -> bool {
        self.draws.random()
    }

    /// How many there were.
    pub fn done(&self) -> usize {
        self.done
    }
}
