//! Pages of a mailbox, newest first, without a snapshot (facts 3.2).

use super::State;
use crate::world::ids::Id;
use crate::world::message::Message;

/// A place in the order of a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    pub(crate) date_ms: i64,
    pub(crate) id: Id,
}

/// Some messages of a listing.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) messages: Vec<&'a Message>,
    /// Where the next page begins, when there is one.
    pub(crate) next: Option<Place>,
}

impl State {
    /// Up to `most` wanted messages from `from` on (inclusive), newest first.
    pub(crate) fn page(&self, from: Option<Place>, most: usize, wanted: impl FnMut(&Message) -> bool) -> Page<'_> {
        let mut rest = self.newest_first(from).filter(predicate(wanted));
        let messages: Vec<_> = rest.by_ref().take(most).collect();
        let next = rest.next().map(|message| Place { date_ms: message.internal_date_ms, id: message.id });
        Page { messages, next }
    }

    /// All messages from `from` on (inclusive), newest first.
    pub(crate) fn newest_first(&self, from: Option<Place>) -> impl Iterator<Item = &Message> {
        let from = from.unwrap_or(Place { date_ms: i64::MAX, id: Id(u64::MAX) });
        self.order.range(..=from).rev().filter_map(|place| self.messages.get(&place.id))
    }

    /// How many messages the mailbox holds, trash and spam included.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }
}

fn predicate<'a>(mut wanted: impl FnMut(&Message) -> bool) -> impl FnMut(&&'a Message) -> bool {
    move |message| wanted(message)
}
