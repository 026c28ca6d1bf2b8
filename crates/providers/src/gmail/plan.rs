//! Which calls come cheapest under the price list in force. Pure: prices in, plans out.
//!
//! What is decided here and what is not:
//!
//! - **Places of messages**: a thread's by one `threads.get` where it is cheaper than a `messages.get` for each message asked
//!   for (from three of a thread on, in both price lists), else by messages.
//! - **Edits of many messages**: one `messages.modify` each while that is cheaper than one `messages.batchModify` (from
//!   eleven on).
//! - **Edits of a thread**: always `threads.modify` where it can do it. For a thread of one known message `messages.modify`
//!   is half the price, but would leave out a reply that arrived a moment ago; an edit of a thread means all of it. A thread
//!   with a draft in it refuses labels as a whole (facts 3.1: drafts carry none), so there its other messages are edited.
//! - **The trash** is a label: `messages.modify` for 5 units does what `messages.trash` does for 20, and `threads.modify` for
//!   10 what `threads.trash` does for 20 (facts 1.1). Nothing is left to plan.
//! - **Following changes** is `history.list` for 2 units, whatever came; nothing else is ever polled.
//! - **Raw messages** come by `messages.get` alone: threads have no raw format.

use std::collections::HashMap;

use model::ThreadId;
use model::quota::Regime;

use super::cost::Operation::{self, MessagesBatchModify, MessagesGet, MessagesModify, ThreadsGet};

/// Most ids in one `messages.batchModify` (discovery document).
pub(super) const MOST_AT_ONCE: usize = 1000;

/// How to learn where messages lie; numbers are places in the list that was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Places {
    /// Threads to read whole, and for which messages.
    pub(super) threads: Vec<(ThreadId, Vec<usize>)>,
    /// Messages to read by themselves.
    pub(super) messages: Vec<usize>,
}

/// Plans the reading of messages whose threads are known or not.
pub(super) fn places<'x>(threads: impl IntoIterator<Item = Option<&'x ThreadId>>, regime: Regime) -> Places {
    let mut plan = Places::default();
    let mut groups: HashMap<&ThreadId, usize> = HashMap::new();
    for (index, thread) in threads.into_iter().enumerate() {
        let Some(thread) = thread else {
            plan.messages.push(index);
            continue;
        };
        let group = *groups.entry(thread).or_insert_with(|| {
            plan.threads.push((thread.clone(), Vec::new()));
            plan.threads.len() - 1
        });
        plan.threads[group].1.push(index);
    }
    let (whole, single): (Vec<_>, Vec<_>) =
        plan.threads.into_iter().partition(|(_, members)| is_cheaper(ThreadsGet, MessagesGet, members.len(), regime));
    plan.messages.extend(single.into_iter().flat_map(|(_, members)| members));
    plan.messages.sort_unstable();
    Places { threads: whole, ..plan }
}

/// How to make the same edit of several messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Edit {
    /// One call each.
    Each,
    /// One call for up to [`MOST_AT_ONCE`].
    Together,
}

/// Plans an edit of so many messages.
pub(super) fn edit(messages: usize, regime: Regime) -> Edit {
    if is_cheaper(MessagesBatchModify, MessagesModify, messages, regime) { Edit::Together } else { Edit::Each }
}

/// Whether one call of `whole` costs less than `count` calls of `each`. At the same price the smaller calls win: each is
/// answered with what it did.
fn is_cheaper(whole: Operation, each: Operation, count: usize, regime: Regime) -> bool {
    let each = u64::from(each.units(regime)).saturating_mul(count as u64);
    u64::from(whole.units(regime)) < each
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Regime; 2] = [Regime::Previous, Regime::Current];

    fn plan(threads: &[&str], regime: Regime) -> Places {
        let ids: Vec<Option<ThreadId>> = threads.iter().map(|t| (!t.is_empty()).then(|| ThreadId::from(*t))).collect();
        places(ids.iter().map(Option::as_ref), regime)
    }

    fn units(plan: &Places, regime: Regime) -> u32 {
        plan.threads.len() as u32 * ThreadsGet.units(regime) + plan.messages.len() as u32 * MessagesGet.units(regime)
    }

    #[test]
    fn three_messages_of_a_thread_are_read_as_a_thread() {
        for regime in BOTH {
            let planned = plan(&["a", "b", "a", "", "b", "a", "c"], regime);
            assert_eq!(planned.threads, [("a".into(), vec![0, 2, 5])], "{regime:?}");
            assert_eq!(planned.messages, [1, 3, 4, 6], "{regime:?}");
        }
        assert_eq!(units(&plan(&["a"; 20], Regime::Current), Regime::Current), 40);
        assert_eq!(units(&plan(&["a"; 20], Regime::Previous), Regime::Previous), 10);
        assert_eq!(plan(&[], Regime::Current), Places::default());
    }

    #[test]
    fn eleven_edits_are_made_together() {
        for regime in BOTH {
            assert_eq!(
                [1, 10, 11, 1000].map(|n| edit(n, regime)),
                [Edit::Each, Edit::Each, Edit::Together, Edit::Together]
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn a_plan_names_everything_once_and_is_the_cheapest(threads in proptest::collection::vec(0u8..6, 0..40)) {
            let names = ["", "a", "b", "c", "d", "e"];
            let asked: Vec<&str> = threads.iter().map(|t| names[usize::from(*t)]).collect();
            for regime in BOTH {
                let planned = plan(&asked, regime);
                let mut named: Vec<usize> = planned.messages.clone();
                named.extend(planned.threads.iter().flat_map(|(_, members)| members));
                named.sort_unstable();
                assert_eq!(named, (0..asked.len()).collect::<Vec<_>>());
                let count = |name: &str| asked.iter().filter(|t| **t == name).count() as u32;
                let least: u32 = names[1..].iter().map(|name| {
                    (count(name) * MessagesGet.units(regime)).min(ThreadsGet.units(regime))
                }).sum();
                assert_eq!(units(&planned, regime), least + count("") * MessagesGet.units(regime));
            }
        }
    }
}
