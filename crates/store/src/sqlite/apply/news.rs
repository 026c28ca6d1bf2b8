//! What a batch changed, message by message, and the events that tell it.
//!
//! Drafts are not announced: to the outside a draft becomes a message when it stops being a draft, and that is when
//! `message.created` goes out. What happens to one message within a batch adds up: created and then marked read is
//! created; created and then deleted is nothing.

use std::collections::HashMap;

use model::event::EventType;
use model::grant::Grant;
use model::sync::Consequence;
use model::{FolderId, MessageId, Timestamp};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::super::events::{self, Announcer};
use super::super::tracking::answers;
use crate::Result;

/// What happened to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Created,
    Updated,
    Deleted,
    /// Created and deleted within the batch.
    Nothing,
}

struct MessageNews {
    fate: Fate,
    /// Whether the outside knew it as a message before this batch.
    was_public: bool,
    /// Whether it is one now.
    is_public: bool,
    /// For `message.deleted`, when the mirror can no longer tell.
    thread_id: String,
}

/// Everything a batch changed, in the order it happened.
#[derive(Default)]
pub(super) struct News {
    messages: HashMap<MessageId, MessageNews>,
    order: Vec<MessageId>,
    folders: Vec<(EventType, FolderId, Value)>,
}

impl News {
    pub(super) fn created(&mut self, id: &MessageId, thread: &str, draft: bool) {
        self.note(id, thread, Fate::Created, false, !draft);
    }

    pub(super) fn updated(&mut self, id: &MessageId, thread: &str, was_draft: bool, is_draft: bool) {
        self.note(id, thread, Fate::Updated, !was_draft, !is_draft);
    }

    pub(super) fn deleted(&mut self, id: &MessageId, thread: &str, was_draft: bool) {
        self.note(id, thread, Fate::Deleted, !was_draft, false);
    }

    pub(super) fn folder(&mut self, kind: EventType, id: &FolderId, detail: Value) {
        self.folders.push((kind, id.clone(), detail));
    }

    fn note(&mut self, id: &MessageId, thread: &str, fate: Fate, was_public: bool, is_public: bool) {
        let Some(earlier) = self.messages.get_mut(id) else {
            self.order.push(id.clone());
            let news = MessageNews { fate, was_public, is_public, thread_id: thread.to_owned() };
            self.messages.insert(id.clone(), news);
            return;
        };
        earlier.is_public = is_public;
        earlier.fate = match (earlier.fate, fate) {
            (Fate::Created, Fate::Deleted) => Fate::Nothing,
            (Fate::Created | Fate::Nothing, _) => Fate::Created,
            (Fate::Updated | Fate::Deleted, Fate::Deleted) => Fate::Deleted,
            (Fate::Updated | Fate::Deleted, _) => Fate::Updated,
        };
    }

    fn is_created(&self, id: &MessageId) -> bool {
        self.messages.get(id).is_some_and(|news| news.fate == Fate::Created)
    }

    /// How many messages were created, updated, deleted.
    pub(super) fn tally(&self) -> (usize, usize, usize) {
        let count = |fate| self.messages.values().filter(|news| news.fate == fate).count();
        (count(Fate::Created), count(Fate::Updated), count(Fate::Deleted))
    }

    /// Writes the events and their deliveries, those that new messages amount to behind them; how many deliveries.
    pub(super) fn announce(
        &self,
        connection: &Connection,
        grant: &Grant,
        consequences: &[Consequence],
        now: Timestamp,
    ) -> Result<usize> {
        if self.order.is_empty() && self.folders.is_empty() {
            return Ok(0);
        }
        let announcer = Announcer::of(connection, grant.application_id)?;
        let mut written = 0;
        let mut tell = |kind, object: &str, detail| {
            let event = events::new(grant.application_id, grant.id, kind, object.to_owned(), detail, now);
            announcer.announce(connection, &event).map(|deliveries| written += deliveries)
        };
        for (kind, id, detail) in &self.folders {
            tell(*kind, id.as_str(), detail.clone())?;
        }
        for id in &self.order {
            let news = &self.messages[id];
            if let Some(kind) = news.event() {
                tell(kind, id.as_str(), json!({ "thread_id": news.thread_id }))?;
            }
        }
        for one in consequences.iter().filter(|one| self.is_created(&one.message)) {
            tell(one.kind, &one.object_id, one.detail.clone())?;
        }
        // A report of a mail system lies in the thread of what it reports on, and answers nothing.
        let reports = |id: &MessageId| consequences.iter().any(|one| one.message == *id);
        let new = self.order.iter().filter(|id| self.messages[id].is_public && self.is_created(id) && !reports(id));
        for (id, answered) in answers::count_answers(connection, grant, new)? {
            tell(EventType::ThreadReplied, id.as_str(), answered)?;
        }
        Ok(written)
    }
}

impl MessageNews {
    fn event(&self) -> Option<EventType> {
        match (self.was_public, self.is_public) {
            _ if self.fate == Fate::Nothing => None,
            (false, true) => Some(EventType::MessageCreated),
            (true, true) => Some(EventType::MessageUpdated),
            (true, false) if self.fate == Fate::Deleted => Some(EventType::MessageDeleted),
            // A draft changed or went; or a message became a draft again, which no event tells.
            _ => None,
        }
    }
}
