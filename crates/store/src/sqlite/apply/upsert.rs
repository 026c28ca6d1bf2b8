//! New and changed messages.

use model::message::Message;

use super::super::messages::find::{body, held, raw_at};
use super::super::metadata;
use super::prepared::{Prepared, addresses};
use super::remove::remove_addresses;
use super::{Applying, Outdated};
use crate::Result;

impl<'a> Applying<'a> {
    /// Writes a message that is new or differs from what is held; the same one again, or one that is outdated by the caller's
    /// lights (told whether it is held), changes nothing.
    pub(super) fn upsert(&mut self, prepared: &'a Prepared, outdated: &Outdated) -> Result<()> {
        let message = &prepared.message;
        match held(self.connection, self.mailbox, &message.id)? {
            held if outdated(&message.id, prepared.as_of, held.is_some()) => (),
            None => self.create(prepared)?,
            Some((position, held)) => self.update(position, &held, prepared)?,
        }
        self.forget_unmirrored(&message.id)
    }

    fn create(&mut self, prepared: &'a Prepared) -> Result<()> {
        let message = &prepared.message;
        self.insert(prepared, message.metadata.as_ref())?;
        self.threads.insert(message.thread_id.0.clone());
        self.news.created(&message.id, message.thread_id.as_str(), message.placement.draft);
        Ok(())
    }

    fn update(&mut self, position: i64, held: &Message, prepared: &'a Prepared) -> Result<()> {
        let message = &prepared.message;
        // The caller's pairs outlive what the provider says, which knows nothing of them.
        let kept = held.metadata.as_ref().or(message.metadata.as_ref());
        let same_row = *held == Message { metadata: kept.cloned(), ..message.clone() };
        let same_content = self.holds_content(position, prepared)?;
        if same_row && same_content {
            return Ok(());
        }
        if held.date != message.date {
            // The position tells the date, so the message moves.
            self.erase(position, held)?;
            self.insert(prepared, kept)?;
        } else {
            self.rewrite(position, held, prepared, kept)?;
            metadata::unindex(self.connection, self.mailbox, position, held.metadata.as_ref())?;
            metadata::index(self.connection, self.mailbox, position, kept)?;
            if !same_content || !same_words(held, message) {
                remove_addresses(self.connection, self.mailbox, position, &addresses(held))?;
                self.forget_words(position)?;
                self.insert_addresses(position, prepared)?;
                self.insert_content(position, prepared)?;
            }
        }
        self.threads.extend([held.thread_id.0.clone(), message.thread_id.0.clone()]);
        let (was_draft, is_draft) = (held.placement.draft, message.placement.draft);
        self.news.updated(&message.id, message.thread_id.as_str(), was_draft, is_draft);
        Ok(())
    }

    fn holds_content(&self, position: i64, prepared: &Prepared) -> Result<bool> {
        Ok(body(self.connection, self.codec, position)?.as_ref() == Some(&prepared.body)
            && raw_at(self.connection, self.codec, position)?.as_ref() == Some(&prepared.raw))
    }
}

/// Whether the headers give the index the same words.
fn same_words(a: &Message, b: &Message) -> bool {
    (&a.subject, &a.from, &a.to, &a.cc, &a.bcc, &a.reply_to, &a.attachments)
        == (&b.subject, &b.from, &b.to, &b.cc, &b.bcc, &b.reply_to, &b.attachments)
}
