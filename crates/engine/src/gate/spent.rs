//! What an answer cost: requests made to the provider for it, and the units they took.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static SPENT: Arc<Spent>;
}

/// Adds up while somebody waits for an answer.
#[derive(Default, Debug)]
pub struct Spent {
    calls: AtomicU64,
    units: AtomicU64,
}

impl Spent {
    /// Provider calls made.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Quota units they took.
    pub fn units(&self) -> u64 {
        self.units.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, calls: u32, units: u64) {
        self.calls.fetch_add(u64::from(calls), Ordering::Relaxed);
        self.units.fetch_add(units, Ordering::Relaxed);
    }

    /// Runs `work` and counts into `self` what it spends. Work handed to other tasks is not counted unless they count into it too.
    pub async fn count<W: Future>(self: Arc<Self>, work: W) -> W::Output {
        SPENT.scope(self, work).await
    }

    /// Lets work that is handed to another task count into whatever counts here.
    pub fn carried<W: Future>(work: W) -> impl Future<Output = W::Output> {
        let here = Self::current();
        async move {
            match here {
                Some(spent) => spent.count(work).await,
                None => work.await,
            }
        }
    }

    /// Whoever is counting for the current task.
    pub(crate) fn current() -> Option<Arc<Spent>> {
        SPENT.try_with(Arc::clone).ok()
    }
}
