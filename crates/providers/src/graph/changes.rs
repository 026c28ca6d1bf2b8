//! Changes since a cursor: a round through the tree and all folders (facts 1.3).
//!
//! A message that moves is removed from one folder's changes and appears in another's, in any order; so what was removed is
//! believed only when the round is over and the message appeared nowhere, and it is asked for once more by then.

use std::collections::{HashMap, HashSet};

use model::message::Placement;
use model::sync::{Change, SyncCursor};
use model::{Fault, MessageId, Verdict};

use super::cursor::Cursor;
use super::http::Http;
use super::wire::Message;
use super::{messages, placement};
use crate::ChangePage;

/// What one call learned.
#[derive(Default)]
pub(super) struct Learned {
    /// The last word on each message that is there.
    placed: HashMap<MessageId, Placement>,
    shown: Vec<Message>,
    gone: HashSet<MessageId>,
    pub(super) folders_changed: bool,
    /// The round is further than it was.
    pub(super) went_on: bool,
}

/// One page of changes. A place that Graph no longer keeps is answered with 410 and becomes `Resync`. What is refused on the
/// way ends the page: the fault comes up with the next one, should it still hold.
pub(super) async fn changes(http: &Http, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage, Fault> {
    let place = page.map(SyncCursor);
    let mut at = Cursor::read(place.as_ref().unwrap_or(cursor))?;
    let mut round = at.round.take().unwrap_or_default();
    let mut learned = Learned::default();
    match round.go(http, &mut at, &mut learned).await {
        Err(fault) if !learned.went_on || fault.verdict == Verdict::Resync => return Err(fault),
        _ => {}
    }
    let over = round.is_over();
    if !over {
        at.round = Some(round);
    }
    let written = at.written()?;
    let mut glimpses = messages::shown(&learned.shown, &at.bins);
    glimpses.0.retain(|id, glimpse| learned.placed.get(id) == Some(&glimpse.placement));
    Ok(ChangePage {
        next: (!over).then(|| written.0.clone()),
        cursor: written,
        glimpses,
        folders_changed: learned.folders_changed,
        changes: learned.changes(),
    })
}

impl Learned {
    /// How many messages there is something to say of.
    pub(super) fn count(&self) -> usize {
        self.placed.len() + self.gone.len()
    }

    /// Whether there is a last word on a message.
    pub(super) fn knows(&self, id: &MessageId) -> bool {
        self.placed.contains_key(id) || self.gone.contains(id)
    }

    pub(super) fn put(&mut self, message: Message, placement: Placement) {
        let id = MessageId(message.id.clone());
        self.gone.remove(&id);
        self.placed.insert(id, placement);
        self.shown.push(message);
    }

    pub(super) fn forget(&mut self, id: &MessageId) {
        self.placed.remove(id);
    }

    pub(super) fn gone(&mut self, id: &MessageId) {
        self.placed.remove(id);
        self.gone.insert(id.clone());
    }

    /// What was asked for is there. Told without what was selected, it stays as it was.
    pub(super) fn found(&mut self, id: &MessageId, message: Message, at: &Cursor) {
        match placement::of(&message, &at.bins) {
            // What was deleted for good may be found for a while among what an administrator can recover.
            Some(placement) if !placement.folders.iter().all(|folder| at.folders.contains_key(folder)) => self.gone(id),
            Some(placement) => self.put(message, placement),
            None => {}
        }
    }

    fn changes(self) -> Vec<Change> {
        let gone = self.gone.into_iter().map(Change::Deleted);
        gone.chain(self.placed.into_iter().map(|(id, placement)| Change::Placed(id, placement))).collect()
    }
}
