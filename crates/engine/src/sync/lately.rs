//! What happened to messages lately, in the order it happened.
//!
//! One that went: whoever asked for it before must not bring it back into the mirror, for the change that told of its end may
//! have been followed by then, and no other will come. One that we changed: what was asked for before does not know of it.
//! One that we sent: that it is not found proves nothing yet.
//! The order is counted, not timed: two things of one instant have an order too.

use std::collections::{HashSet, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use model::sync::Moment;
use model::{GrantId, MessageId, Timestamp};

use crate::lock::lock;
use crate::timer::earlier;

/// Longer than any fetch takes.
const KEPT: Duration = Duration::from_secs(180);
/// Entries at most, over all grants.
const MOST: usize = 20_000;

/// What happened to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Happened {
    /// The provider no longer has it.
    Gone,
    /// We wrote it, or changed where it lies or how it is marked.
    Changed,
    /// It was a draft and was sent: on its way it may be nowhere for a while.
    Sent,
}

/// The messages, oldest news first.
#[derive(Default)]
pub(crate) struct Lately(Mutex<Met>);

#[derive(Default)]
struct Met {
    last: Moment,
    entries: VecDeque<Entry>,
}

struct Entry {
    moment: Moment,
    at: Timestamp,
    what: Happened,
    grant: GrantId,
    id: MessageId,
}

impl Lately {
    /// The present moment: whatever is noted from now on is after it.
    pub(crate) fn moment(&self) -> Moment {
        lock(&self.0).last
    }

    /// Notes messages that something happens to.
    pub(crate) fn note(&self, what: Happened, grant: GrantId, ids: &[MessageId], now: Timestamp) {
        if ids.is_empty() {
            return;
        }
        let mut met = lock(&self.0);
        let begin = earlier(now, KEPT);
        while met.entries.len() >= MOST || met.entries.front().is_some_and(|entry| entry.at < begin) {
            met.entries.pop_front();
        }
        met.last = Moment(met.last.0 + 1);
        let moment = met.last;
        let noted = ids.iter().take(MOST).map(|id| Entry { moment, at: now, what, grant, id: id.clone() });
        met.entries.extend(noted);
    }

    /// Messages of a grant that were sent a little while ago, and did not go since as far as is known.
    pub(crate) fn under_way(&self, grant: GrantId, now: Timestamp) -> HashSet<MessageId> {
        let (met, begin) = (lock(&self.0), earlier(now, KEPT));
        let mut sent = HashSet::new();
        for entry in met.entries.iter().filter(|entry| entry.grant == grant && entry.at >= begin) {
            match entry.what {
                Happened::Sent => drop(sent.insert(entry.id.clone())),
                Happened::Gone => drop(sent.remove(&entry.id)),
                Happened::Changed => {}
            }
        }
        sent
    }

    /// Whether something happened to a message after a moment.
    pub(crate) fn since(&self, what: Happened, grant: GrantId, id: &MessageId, moment: Moment) -> bool {
        // Newest first, and no further than the moment: nearly always that is nothing.
        let met = lock(&self.0);
        let mut newer = met.entries.iter().rev().take_while(|entry| entry.moment > moment);
        newer.any(|entry| entry.what == what && entry.grant == grant && entry.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::Happened::{Changed, Gone};
    use super::*;
    use crate::timer::later;

    #[test]
    fn what_happened_is_remembered_in_its_order_and_for_a_while() {
        let (lately, now) = (Lately::default(), Timestamp::UNIX_EPOCH);
        let (grant, other) = (GrantId(uuid::Uuid::nil()), GrantId(uuid::Uuid::max()));
        let one: MessageId = "m1".into();
        let before = lately.moment();
        lately.note(Gone, grant, std::slice::from_ref(&one), now);
        assert!(lately.since(Gone, grant, &one, before));
        assert!(!lately.since(Gone, grant, &one, lately.moment()), "asked for after it, in the same instant");
        assert!(!lately.since(Changed, grant, &one, before) && !lately.since(Gone, other, &one, before));
        lately.note(Changed, grant, &["m2".into()], later(now, KEPT * 2));
        assert!(!lately.since(Gone, grant, &one, before) && lately.since(Changed, grant, &"m2".into(), before));
    }
}
