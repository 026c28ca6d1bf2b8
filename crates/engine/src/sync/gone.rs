//! Messages gone lately. Whoever fetched one before it went must not bring it back into the mirror: the change that told
//! of its end has been followed by then, and no other will come.

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
pub(crate) struct Gone {
    lately: Mutex<VecDeque<(Timestamp, GrantId, MessageId)>>,
}

impl Gone {
    /// Notes messages that the mirror lets go.
    pub(crate) fn note(&self, grant: GrantId, ids: &[MessageId], now: Timestamp) {
        if ids.is_empty() {
            return;
        }
        let mut lately = lock(&self.lately);
        let begin = earlier(now, KEPT);
        while lately.len() >= MOST || lately.front().is_some_and(|(at, ..)| *at < begin) {
            lately.pop_front();
        }
        lately.extend(ids.iter().take(MOST).map(|id| (now, grant, id.clone())));
    }

    /// Whether a message went lately.
    pub(crate) fn has(&self, grant: GrantId, id: &MessageId) -> bool {
        lock(&self.lately).iter().any(|(_, of, gone)| *of == grant && gone == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timer::later;

    #[test]
    fn what_went_is_remembered_for_a_while() {
        let (gone, now) = (Gone::default(), Timestamp::UNIX_EPOCH);
        let (grant, other) = (GrantId(uuid::Uuid::nil()), GrantId(uuid::Uuid::max()));
        gone.note(grant, &["m1".into()], now);
        assert!(gone.has(grant, &"m1".into()) && !gone.has(grant, &"m2".into()) && !gone.has(other, &"m1".into()));
        gone.note(grant, &["m2".into()], later(now, KEPT * 2));
        assert!(!gone.has(grant, &"m1".into()) && gone.has(grant, &"m2".into()));
    }
}
