//! Which messages of a mailbox belong together.
//!
//! Gmail joins a message to a thread when its References or In-Reply-To name a message of that thread and the subjects
//! agree but for reply marks (facts 3.6). Ids that are referred to but were never seen also hold a thread together, so
//! that messages may arrive in any order.

use std::collections::HashMap;

use super::headers;
use super::ids::Id;

/// Threads of one mailbox.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    /// Messages of each thread.
    members: HashMap<Id, Vec<Id>>,
    /// From a Message-ID (own or referred to) and a bare subject to the thread they were seen in.
    seen: HashMap<(u64, u64), Id>,
}

/// What threading reads from a message.
#[derive(Debug, Default)]
pub(crate) struct Links {
    subject: String,
    ids: Vec<String>,
}

impl Links {
    /// Reads the subject and every id named in Message-ID, In-Reply-To and References.
    pub(crate) fn of(raw: &[u8]) -> Self {
        let mut links = Self::default();
        for field in headers::fields(raw) {
            if field.is("subject") && links.subject.is_empty() {
                links.subject = headers::bare_subject(&field.text());
            } else if field.is("message-id") || field.is("in-reply-to") || field.is("references") {
                links.ids.extend(headers::message_ids(&field.text()).map(str::to_owned));
            }
        }
        links
    }

    fn keys(&self) -> impl Iterator<Item = (u64, u64)> {
        let subject = super::chance::stable_hash(self.subject.as_bytes());
        self.ids.iter().map(move |id| (super::chance::stable_hash(id.as_bytes()), subject))
    }
}

impl Threads {
    /// The thread a message with these links joins, if any.
    pub(crate) fn find(&self, links: &Links) -> Option<Id> {
        links.keys().filter_map(|key| self.seen.get(&key).copied()).find(|thread| self.members.contains_key(thread))
    }

    /// Adds a message to a thread and remembers its links.
    pub(crate) fn join(&mut self, thread: Id, message: Id, links: &Links) {
        self.members.entry(thread).or_default().push(message);
        for key in links.keys() {
            let holder = self.seen.entry(key).or_insert(thread);
            if !self.members.contains_key(holder) {
                *holder = thread;
            }
        }
    }

    /// Takes a message out; a thread without messages is gone.
    pub(crate) fn leave(&mut self, thread: Id, message: Id) {
        if let Some(members) = self.members.get_mut(&thread) {
            members.retain(|member| *member != message);
            if members.is_empty() {
                self.members.remove(&thread);
            }
        }
    }

    /// The messages of a thread, in the order they came.
    pub(crate) fn members(&self, thread: Id) -> Option<&[Id]> {
        self.members.get(&thread).map(Vec::as_slice)
    }

    /// How many threads there are.
    pub(crate) fn count(&self) -> usize {
        self.members.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, references: &str, subject: &str) -> Links {
        Links::of(format!("Message-ID: <{id}>\r\nReferences: {references}\r\nSubject: {subject}\r\n\r\n").as_bytes())
    }

    #[test]
    fn a_reply_joins_when_reference_and_subject_agree() {
        let mut threads = Threads::default();
        threads.join(Id(1), Id(1), &message("a@x", "", "Lunch"));
        assert_eq!(threads.find(&message("b@x", "<a@x>", "Re: lunch")), Some(Id(1)));
        assert_eq!(threads.find(&message("b@x", "<a@x>", "Dinner")), None);
        assert_eq!(threads.find(&message("b@x", "", "Re: Lunch")), None);
    }

    #[test]
    fn a_parent_that_comes_late_joins_its_replies() {
        let mut threads = Threads::default();
        threads.join(Id(7), Id(7), &message("b@x", "<a@x>", "Re: Lunch"));
        assert_eq!(threads.find(&message("a@x", "", "Lunch")), Some(Id(7)));
    }

    #[test]
    fn an_emptied_thread_is_not_joined_again() {
        let mut threads = Threads::default();
        threads.join(Id(1), Id(1), &message("a@x", "", "Lunch"));
        threads.leave(Id(1), Id(1));
        assert_eq!(threads.find(&message("b@x", "<a@x>", "Re: Lunch")), None);
        assert_eq!(threads.count(), 0);
    }
}
