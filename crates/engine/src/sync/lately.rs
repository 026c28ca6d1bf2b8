//! Messages that something happened to lately.
//!
//! One that went: whoever fetched it before must not bring it back into the mirror, for the change that told of its end has
//! been followed by then, and no other will come. One that we changed: changes asked for before do not know of it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use model::{GrantId, MessageId, Timestamp};

use crate::lock::lock;
use crate::timer::earlier;

/// Longer than any fetch takes.
const KEPT: Duration = Duration::from_secs(180);
/// Entries at most, over all grants.
const MOST: usize = 10_000;

/// The messages, oldest news first.
#[derive(Default)]
pub(crate) struct Lately {
    met: Mutex<VecDeque<(Timestamp, GrantId, MessageId)>>,
}

impl Lately {
    /// Notes messages that it happens to.
    pub(crate) fn note(&self, grant: GrantId, ids: &[MessageId], now: Timestamp) {
        if ids.is_empty() {
            return;
        }
        let mut met = lock(&self.met);
        let begin = earlier(now, KEPT);
        while met.len() >= MOST || met.front().is_some_and(|(at, ..)| *at < begin) {
            met.pop_front();
        }
        met.extend(ids.iter().take(MOST).map(|id| (now, grant, id.clone())));
    }

    /// Whether it happened to a message at an instant or later.
    pub(crate) fn since(&self, grant: GrantId, id: &MessageId, instant: Timestamp) -> bool {
        // Newest first, and no further than the instant: nearly always that is nothing.
        let met = lock(&self.met);
        met.iter().rev().take_while(|(at, ..)| *at >= instant).any(|(_, of, met)| *of == grant && met == id)
    }

    /// Whether it happened to a message lately.
    pub(crate) fn has(&self, grant: GrantId, id: &MessageId) -> bool {
        lock(&self.met).iter().any(|(_, of, gone)| *of == grant && gone == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timer::later;

    #[test]
    fn what_went_is_remembered_for_a_while() {
        let (gone, now) = (Lately::default(), Timestamp::UNIX_EPOCH);
        let (grant, other) = (GrantId(uuid::Uuid::nil()), GrantId(uuid::Uuid::max()));
        gone.note(grant, &["m1".into()], now);
        assert!(gone.has(grant, &"m1".into()) && !gone.has(grant, &"m2".into()) && !gone.has(other, &"m1".into()));
        gone.note(grant, &["m2".into()], later(now, KEPT * 2));
        assert!(!gone.has(grant, &"m1".into()) && gone.has(grant, &"m2".into()));
    }
}
