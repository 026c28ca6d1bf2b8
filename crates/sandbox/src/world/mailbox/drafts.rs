//! Drafts: a stable id over a message that is replaced at every save (facts 3.1).

use std::sync::Arc;

use super::{Arrival, State};
use crate::world::ids::Id;
use crate::world::message::{Content, Message};

impl State {
    /// Saves a new draft and returns its id and its message's.
    pub(crate) fn create_draft(&mut self, content: Arc<Content>, thread: Option<Id>, now_ms: i64) -> (String, Id) {
        let message = self.add(draft_of(content, thread, now_ms), now_ms);
        let mut draft = draft_id(self.draw());
        while self.drafts.contains_key(&draft) {
            draft = draft_id(self.draw());
        }
        self.drafts.insert(draft.clone(), message);
        (draft, message)
    }

    /// Replaces a draft's text: the draft keeps its id and its thread, the message gets a new id. `None` when there is
    /// no such draft.
    pub(crate) fn update_draft(
        &mut self,
        draft: &str,
        content: Arc<Content>,
        thread: Option<Id>,
        now_ms: i64,
    ) -> Option<Id> {
        let old = *self.drafts.get(draft)?;
        let thread = thread.or_else(|| self.get(old).map(|message| message.thread));
        // Added first: a thread that holds only this draft must not die in between.
        let new = self.add(draft_of(content, thread, now_ms), now_ms);
        self.delete(old, now_ms);
        self.drafts.insert(draft.to_owned(), new);
        Some(new)
    }

    /// Takes a draft and its message out. `None` when there is no such draft.
    pub(crate) fn take_draft(&mut self, draft: &str, now_ms: i64) -> Option<Message> {
        let message = *self.drafts.get(draft)?;
        self.delete(message, now_ms)
    }

    /// The draft that holds this message.
    pub(crate) fn draft_of(&self, message: Id) -> Option<&str> {
        self.drafts.iter().find(|(_, held)| **held == message).map(|(draft, _)| draft.as_str())
    }
}

fn draft_of(content: Arc<Content>, thread: Option<Id>, now_ms: i64) -> Arrival {
    Arrival { content, labels: vec!["DRAFT".to_owned()], internal_date_ms: now_ms, thread }
}

/// `r` and a signed 64-bit number.
fn draft_id(draw: u64) -> String {
    format!("r{}", draw.cast_signed())
}
