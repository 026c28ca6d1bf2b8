//! Filling mailboxes from inside the process: old mail in bulk, single messages, mail from outside.

use bytes::Bytes;
use mail_parser::parsers::MessageStream;

use super::mailbox::Arrival;
use super::message::Content;
use super::submit::inbox_copy;
use super::{NoSuchMailbox, World, headers, rewrite};

/// A message that was in the mailbox before anybody looked.
#[derive(Clone, Debug)]
pub struct SeedMessage {
    /// The whole message (RFC 5322).
    pub raw: Bytes,
    /// System label ids, and ids or names of user labels; unknown names become user labels.
    pub labels: Vec<String>,
    /// Milliseconds since the epoch.
    pub internal_date_ms: i64,
}

/// How a message is imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// As in [`SeedMessage::labels`].
    pub labels: Vec<String>,
    /// Milliseconds since the epoch; `None` takes the Date field, or else the current instant.
    pub internal_date_ms: Option<i64>,
    /// Id of the thread to join, whatever the message's own references say.
    pub thread_id: Option<String>,
}

impl World {
    /// Puts many messages into a mailbox. Into an empty one they come without history, as mail that was always there;
    /// into any other they are recorded as added.
    pub fn seed(&self, email: &str, messages: Vec<SeedMessage>) -> Result<(), NoSuchMailbox> {
        let now_ms = self.clock().now_ms();
        if let Some(mailbox) = self.exchange(email) {
            super::exchange::seed(&mailbox, messages, now_ms);
            return Ok(());
        }
        self.mailbox(email)?.change(|state| {
            let was_empty = state.len() == 0;
            for message in messages {
                let labels = message.labels.iter().map(|label| state.labels.id_for(label)).collect();
                let (content, internal_date_ms) = (Content::new(message.raw), message.internal_date_ms);
                let arrival = Arrival { content, labels, internal_date_ms, thread: None };
                if was_empty {
                    state.add_silently(arrival)
                } else {
                    state.add(arrival, now_ms)
                };
            }
            if was_empty {
                state.begin_history();
            }
        });
        Ok(())
    }

    /// Puts one message into a mailbox as it is, records it as added, and returns its id.
    pub fn import(&self, email: &str, raw: Vec<u8>, options: ImportOptions) -> Result<String, NoSuchMailbox> {
        let now_ms = self.clock().now_ms();
        if let Some(mailbox) = self.exchange(email) {
            return Ok(super::exchange::import(&mailbox, raw.into(), &options, now_ms));
        }
        let internal_date_ms = options.internal_date_ms.or_else(|| date_of(&raw)).unwrap_or(now_ms);
        let thread = options.thread_id.and_then(|id| id.parse().ok());
        let id = self.mailbox(email)?.change(|state| {
            let labels = options.labels.iter().map(|label| state.labels.id_for(label)).collect();
            state.add(Arrival { content: Content::new(raw.into()), labels, internal_date_ms, thread }, now_ms)
        });
        Ok(id.to_string())
    }

    /// Lets a message from outside arrive in a mailbox's inbox and returns its id there.
    pub fn deliver(&self, from: &str, recipient: &str, raw: &[u8]) -> Result<String, NoSuchMailbox> {
        let now = self.clock().now();
        if let Some(mailbox) = self.exchange_for(recipient) {
            return Ok(super::exchange::deliver(&mailbox, raw, recipient, now));
        }
        let mailbox = self.mailbox_for(recipient).ok_or_else(|| NoSuchMailbox(recipient.to_owned()))?;
        let raw = rewrite::incoming(raw, from, recipient, now);
        let id = mailbox.change(|state| state.add(inbox_copy(raw, None, now.as_millisecond()), now.as_millisecond()));
        Ok(id.to_string())
    }
}

/// The Date field in milliseconds since the epoch.
pub(crate) fn date_of(raw: &[u8]) -> Option<i64> {
    let field = headers::fields(raw).find(|field| field.is("date"))?;
    let mut line = field.value.to_vec();
    line.push(b'\n');
    let date = MessageStream::new(&line).parse_date().into_datetime()?;
    date.is_valid().then(|| date.to_timestamp().saturating_mul(1000))
}
