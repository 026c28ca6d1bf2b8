//! From a message handed in for sending to its copies: in Sent, in other mailboxes, in the ledger.

use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use bytes::Bytes;
use jiff::Timestamp;

use super::bounce::Fate;
use super::ids::Id;
use super::ledger::{Accepted, Outbound};
use super::mailbox::{Arrival, Mailbox, State};
use super::message::Content;
use super::rewrite::{self, Outgoing};
use super::{World, address, bounce, headers};
use crate::fault_plan::address::Wish;

/// Something to send.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) raw: Bytes,
    pub(crate) thread: Option<Id>,
    /// The draft that is used up by sending.
    pub(crate) draft: Option<String>,
    /// The API method that took it in.
    pub(crate) method: &'static str,
    /// The message is accepted and not sent; so long afterwards a notice says so.
    pub(crate) notice_after: Option<Duration>,
}

/// Why nothing was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SendRefusal {
    NoRecipient,
    /// The named field holds no address.
    BadField(&'static str),
    /// There is no such draft: never was, or was sent already.
    NoSuchDraft,
    /// The mailbox sent too much and has to stay away until this instant (milliseconds since the epoch).
    Limited {
        until_ms: i64,
    },
}

impl World {
    /// Sends: exactly one copy in Sent, one in each local mailbox, one ledger line.
    pub(crate) fn submit(&self, mailbox: &Arc<Mailbox>, submission: Submission) -> Result<Id, SendRefusal> {
        let recipients = recipients(&submission.raw)?;
        self.meter().may_send(&mailbox.email).map_err(|until_ms| SendRefusal::Limited { until_ms })?;
        let now = self.clock().now();
        let (own, others): (Vec<_>, Vec<_>) = recipients.iter().partition(|address| mailbox.answers_to(address));
        let (outgoing, id, thread) = mailbox.change(|state| {
            let message_id = message_id(state);
            let outgoing = rewrite::outgoing(&submission.raw, &state.send_as, message_id, now);
            let drafted = match &submission.draft {
                Some(draft) => Some(state.take_draft(draft, now.as_millisecond()).ok_or(SendRefusal::NoSuchDraft)?),
                None => None,
            };
            let thread = submission.thread.or(drafted.map(|message| message.thread));
            let id =
                state.add(sent_copy(&outgoing, !own.is_empty(), thread, now.as_millisecond()), now.as_millisecond());
            let thread = state.get(id).map_or(id, |message| message.thread);
            Ok((outgoing, id, thread))
        })?;
        self.enter(mailbox, &outgoing, &recipients, (id, thread), submission.method);
        match submission.notice_after {
            Some(wait) => self.withhold(mailbox.clone(), outgoing, thread, wait),
            None => others.into_iter().for_each(|recipient| self.hand_on(mailbox, &outgoing, recipient, thread)),
        }
        Ok(id)
    }

    fn enter(
        &self,
        mailbox: &Mailbox,
        outgoing: &Outgoing,
        recipients: &[String],
        (id, thread): (Id, Id),
        method: &str,
    ) {
        self.meter().sent(&mailbox.email, recipients.len());
        self.ledger().accept(Accepted {
            number: 0,
            method: method.to_owned(),
            subject: headers::first(&outgoing.sent, "subject").unwrap_or_default(),
            size: outgoing.sent.len() as u64,
            id: id.to_string(),
            thread_id: thread.to_string(),
            mailbox: mailbox.email.clone(),
            from: outgoing.from.clone(),
            recipients: recipients.to_vec(),
            message_id: outgoing.message_id.clone(),
            original_message_id: outgoing.original_message_id.clone(),
            at_ms: self.clock().now_ms(),
        });
    }

    /// The notice that the message was not sent, now or later by the sandbox's clock.
    fn withhold(&self, mailbox: Arc<Mailbox>, outgoing: Outgoing, thread: Id, wait: Duration) {
        let clock = self.clock().clone();
        let tell = move |now: Timestamp| {
            mailbox.change(|state| {
                let raw = bounce::over_limit(&outgoing, state.draw(), now);
                let arrival = Arrival {
                    labels: labels(&["UNREAD", "INBOX"]),
                    ..inbox_copy(raw, Some(thread), now.as_millisecond())
                };
                state.add(arrival, now.as_millisecond());
            });
        };
        if wait.is_zero() {
            return tell(clock.now());
        }
        tokio::spawn(async move {
            clock.sleep(wait).await;
            tell(clock.now());
        });
    }

    /// What a sender hears of mail to an address that is nobody's: in the sandbox's domains it comes back, unless the
    /// address is a magic one, which asks for something else or has already had its effect.
    fn heard_of(&self, recipient: &str) -> Option<Fate> {
        match Wish::of(recipient).filter(|_| self.is_sandbox_address(recipient)) {
            Some(Wish::Bounce) => Some(Fate::Failed),
            Some(Wish::Delay) => Some(Fate::Delayed),
            Some(_) => None,
            None => self.is_local_domain(recipient).then_some(Fate::Failed),
        }
    }

    /// One recipient's copy: delivered here, bounced, or gone outside.
    fn hand_on(&self, sender: &Mailbox, outgoing: &Outgoing, recipient: &str, thread: Id) {
        let now = self.clock().now();
        if self.place_in_inbox(&outgoing.public, &outgoing.from, recipient) {
            return;
        }
        if let Some(fate) = self.heard_of(recipient) {
            sender.change(|state| {
                let raw = bounce::status(outgoing, recipient, fate, state.draw(), now);
                let arrival = Arrival {
                    labels: labels(&["UNREAD", "INBOX"]),
                    ..inbox_copy(raw, Some(thread), now.as_millisecond())
                };
                state.add(arrival, now.as_millisecond())
            });
        } else {
            self.ledger().outbound.push(Outbound {
                from: outgoing.from.clone(),
                recipient: recipient.to_owned(),
                message_id: outgoing.message_id.clone(),
                at_ms: now.as_millisecond(),
                raw: outgoing.public.clone(),
            });
        }
    }
}

/// Everyone the message goes to, each once, in lower case.
pub(crate) fn recipients(raw: &[u8]) -> Result<Vec<String>, SendRefusal> {
    let mut found: Vec<String> = Vec::new();
    for name in ["To", "Cc", "Bcc"] {
        for mailbox in address::addresses(raw, name).map_err(|_| SendRefusal::BadField(name))? {
            if !found.contains(&mailbox.email) {
                found.push(mailbox.email);
            }
        }
    }
    address::addresses(raw, "From").map_err(|_| SendRefusal::BadField("From"))?;
    if found.is_empty() { Err(SendRefusal::NoRecipient) } else { Ok(found) }
}

/// A message that comes into a mailbox from outside.
pub(super) fn inbox_copy(raw: Bytes, thread: Option<Id>, now_ms: i64) -> Arrival {
    let labels = labels(&["UNREAD", "CATEGORY_PERSONAL", "INBOX"]);
    Arrival { content: Content::new(raw), labels, internal_date_ms: now_ms, thread }
}

fn sent_copy(outgoing: &Outgoing, to_self: bool, thread: Option<Id>, now_ms: i64) -> Arrival {
    let labels = if to_self { labels(&["UNREAD", "SENT", "INBOX"]) } else { labels(&["SENT"]) };
    Arrival { content: Content::new(outgoing.sent.clone()), labels, internal_date_ms: now_ms, thread }
}

fn labels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A Message-ID as Gmail makes them, without brackets.
fn message_id(state: &mut State) -> String {
    let draws: Vec<u8> = (0..5).flat_map(|_| state.draw().to_be_bytes()).collect();
    format!("CA{}@mail.gmail.com", BASE64_URL_SAFE_NO_PAD.encode(draws))
}
