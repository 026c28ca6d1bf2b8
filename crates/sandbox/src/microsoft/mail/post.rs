//! From a message handed in for sending to its copies: in Sent Items, in other mailboxes, in the ledger.
//!
//! Exchange accepts first (202) and looks afterwards: an address that is nobody's comes back as a report, not as an
//! error (facts 1.1).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::folder;
use super::item::{Item, Marks};
use super::letter::Letter;
use super::notice::{self, About, Returned};
use super::{Arrival, ExchangeMailbox, seed};
use crate::fault_plan::address::Wish;
use crate::microsoft::limits::Departure;
use crate::world::message::Content;
use crate::world::{Accepted, Id, Outbound, World, address, headers};

/// Something to send.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) raw: Bytes,
    /// The draft that becomes the copy in Sent Items.
    pub(crate) draft: Option<u64>,
    pub(crate) marks: Marks,
    /// Whether a copy stays in Sent Items.
    pub(crate) keep: bool,
    /// The API method that took it in.
    pub(crate) method: &'static str,
    /// Every recipient's copy comes back for this reason.
    pub(crate) returned: Option<Returned>,
}

/// Why nothing was accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SendRefusal {
    /// No recipient, or something in a recipient field that is no address.
    Recipients,
    /// More than a message may have.
    TooMany,
    /// From is not the mailbox's to use.
    SendAs,
    TooLarge,
    /// The draft is gone.
    Gone,
}

/// The most recipients of one message (facts 2.3).
const MOST_RECIPIENTS: usize = 500;
/// The largest message: 35 MB (facts 2.3).
const LARGEST: usize = 36_700_160;

/// A message that has been accepted and is on its way.
#[derive(Clone, Debug)]
struct Accept {
    sent: Bytes,
    public: Bytes,
    recipients: Vec<String>,
    from: String,
    /// With brackets.
    message_id: String,
}

/// Where the draft is between being accepted and being sent.
#[derive(Debug)]
enum Held {
    /// There is none.
    Nothing,
    /// In nobody's sight.
    Away(Box<Item>),
    InOutbox(u64),
}

/// Takes the draft out of Drafts: into the Outbox where it has to queue, out of everybody's sight otherwise.
fn hold(mailbox: &ExchangeMailbox, draft: Option<u64>, queued: bool, now_ms: i64) -> Result<Held, SendRefusal> {
    let Some(key) = draft else { return Ok(Held::Nothing) };
    if queued {
        // What is accepted is no draft any more, wherever it lies ([MS-OXCMSG] 2.2.1.6, mfUnsent).
        let moved = mailbox.change(|state| {
            state.move_to(key, folder::OUTBOX, now_ms).is_some()
                && state.edit(key, now_ms, false, |item| item.marks.is_draft = false).is_some()
        });
        return if moved { Ok(Held::InOutbox(key)) } else { Err(SendRefusal::Gone) };
    }
    mailbox.change(|state| state.take_out(key)).map(|item| Held::Away(Box::new(item))).ok_or(SendRefusal::Gone)
}

impl World {
    /// Accepts a message for sending, or refuses it at once.
    pub(crate) fn submit_to_exchange(
        &self,
        mailbox: &Arc<ExchangeMailbox>,
        submission: Submission,
    ) -> Result<(), SendRefusal> {
        let now = self.clock().now();
        let accept = self.accept(mailbox, &submission, now)?;
        let departure = self.graph_meter().send(&mailbox.email, accept.recipients.len());
        let over = (departure == Departure::Never).then_some(notice::OVER_QUOTA);
        let submission = Submission { returned: submission.returned.or(over), ..submission };
        let queued_ms = match departure {
            Departure::At(due_ms) => Some(due_ms - now.as_millisecond()),
            Departure::Now | Departure::Never => None,
        };
        let held = hold(mailbox, submission.draft, queued_ms.is_some(), now.as_millisecond())?;
        let wait_ms = queued_ms.unwrap_or(0).max(i64::try_from(self.index_delay_ms()).unwrap_or(i64::MAX));
        let (world, mailbox) = (self.clone(), mailbox.clone());
        let carry = move || world.transport(&mailbox, &accept, held, &submission);
        if wait_ms == 0 {
            carry();
        } else {
            let clock = self.clock().clone();
            tokio::spawn(async move {
                clock.sleep(Duration::from_millis(wait_ms.unsigned_abs())).await;
                carry();
            });
        }
        Ok(())
    }

    fn accept(
        &self,
        mailbox: &ExchangeMailbox,
        submission: &Submission,
        now: Timestamp,
    ) -> Result<Accept, SendRefusal> {
        let raw = &submission.raw;
        let recipients = recipients(raw)?;
        if recipients.len() > MOST_RECIPIENTS {
            return Err(SendRefusal::TooMany);
        }
        if raw.len() > LARGEST {
            return Err(SendRefusal::TooLarge);
        }
        let from = address::addresses(raw, "from").ok().and_then(|found| found.into_iter().next());
        if from.as_ref().is_some_and(|from| !self.may_send_as(mailbox, &from.email)) {
            return Err(SendRefusal::SendAs);
        }
        let mut whole = raw.to_vec();
        if from.is_none() {
            whole = with_from(&whole, &mailbox.name, &mailbox.email);
        }
        let unique = mailbox.change(super::State::draw);
        let sent: Bytes = seed::completed(&whole, &message_id(unique, &mailbox.email), now).into();
        let message_id = headers::first(&sent, "message-id").unwrap_or_default().trim().to_owned();
        let from = from.map_or_else(|| mailbox.email.clone(), |from| from.email);
        Ok(Accept { public: without_bcc(&sent), sent, recipients, from, message_id })
    }

    fn may_send_as(&self, mailbox: &ExchangeMailbox, from: &str) -> bool {
        let alias = || {
            let account = self.identity().account(&mailbox.email)?;
            Some(account.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(from)))
        };
        mailbox.answers_to(from) || alias().unwrap_or(false)
    }

    /// What happens behind the 202: the copy in Sent Items, the ledger, the other mailboxes.
    fn transport(&self, mailbox: &Arc<ExchangeMailbox>, accept: &Accept, held: Held, submission: &Submission) {
        let now_ms = self.clock().now_ms();
        let held = match held {
            Held::Nothing => None,
            Held::Away(item) => Some(*item),
            Held::InOutbox(key) => match mailbox.change(|state| state.take_out(key)) {
                Some(item) => Some(item),
                // Deleted while it waited: it is not sent.
                None => return,
            },
        };
        let (id, conversation) = mailbox.change(|state| match held {
            Some(item) => {
                let sent = Content::new(accept.sent.clone());
                let item = state.put_back(item, folder::SENT, now_ms, |item| {
                    item.content = sent;
                    item.marks.is_draft = false;
                    item.marks.is_read = true;
                    item.sent_ms = now_ms;
                    item.received_ms = now_ms;
                });
                (item.key, item.conversation)
            }
            None => {
                let marks = Marks { is_read: true, is_draft: false, ..submission.marks.clone() };
                let content = Content::new(accept.sent.clone());
                let arrival = Arrival {
                    content,
                    folder: folder::SENT,
                    marks,
                    conversation: None,
                    received_ms: now_ms,
                    sent_ms: now_ms,
                };
                let key = state.add(arrival, now_ms);
                let conversation = state.by_key(key).map_or(Id(key), |item| item.conversation);
                if !submission.keep {
                    state.remove(key);
                }
                (key, conversation)
            }
        });
        self.enter_in_ledger(mailbox, accept, (id, conversation), submission.method);
        for recipient in &accept.recipients {
            self.carry(mailbox, accept, recipient, conversation, submission.returned);
        }
    }

    fn enter_in_ledger(&self, mailbox: &ExchangeMailbox, accept: &Accept, (id, conversation): (u64, Id), method: &str) {
        use super::ids::Form;
        self.ledger().accept(Accepted {
            number: 0,
            method: method.to_owned(),
            subject: headers::first(&accept.sent, "subject").unwrap_or_default(),
            size: accept.sent.len() as u64,
            id: mailbox.naming.write(Form::Key, id),
            thread_id: mailbox.naming.write(Form::Conversation, conversation.0),
            mailbox: mailbox.email.clone(),
            from: accept.from.clone(),
            recipients: accept.recipients.clone(),
            message_id: accept.message_id.trim_matches(['<', '>']).to_owned(),
            original_message_id: None,
            at_ms: self.clock().now_ms(),
        });
    }

    /// One recipient's copy: delivered here, come back, or gone outside.
    fn carry(
        &self,
        sender: &ExchangeMailbox,
        accept: &Accept,
        recipient: &str,
        conversation: Id,
        returned: Option<Returned>,
    ) {
        let now = self.clock().now();
        let returned = match returned {
            Some(returned) => Some(returned),
            None if self.place_in_inbox(&accept.public, &accept.from, recipient) => return,
            None => self.comes_back(recipient),
        };
        if let Some(returned) = returned {
            let subject = headers::first(&accept.public, "subject").unwrap_or_default();
            let about = About {
                sender: &sender.email,
                recipient,
                subject: &subject,
                message_id: &accept.message_id,
                public: &accept.public,
            };
            sender.change(|state| {
                let raw = returned.report(&about, state.draw(), now);
                let arrival = seed::incoming(&raw, &sender.email, now);
                state.add(Arrival { conversation: Some(conversation), ..arrival }, now.as_millisecond());
            });
            return;
        }
        self.ledger().outbound.push(Outbound {
            from: accept.from.clone(),
            recipient: recipient.to_owned(),
            message_id: accept.message_id.trim_matches(['<', '>']).to_owned(),
            at_ms: now.as_millisecond(),
            raw: accept.public.clone(),
        });
    }

    /// What becomes of mail to an address that is nobody's: as for Google's mailboxes, but for the words.
    fn comes_back(&self, recipient: &str) -> Option<Returned> {
        match Wish::of(recipient).filter(|_| self.is_sandbox_address(recipient)) {
            Some(Wish::Bounce) => Some(notice::NOBODY),
            Some(Wish::Delay) => Some(notice::DELAYED),
            Some(_) => None,
            None => self.is_local_domain(recipient).then_some(notice::NOBODY),
        }
    }
}

/// Everyone the message goes to, each once, in lower case.
pub(crate) fn recipients(raw: &[u8]) -> Result<Vec<String>, SendRefusal> {
    crate::world::submit::recipients(raw).map_err(|_| SendRefusal::Recipients)
}

/// A Message-ID as Exchange makes them, in brackets.
pub(crate) fn message_id(unique: u64, email: &str) -> String {
    let site = email.rsplit_once('@').map_or("sandbox", |(_, domain)| domain.split('.').next().unwrap_or("sandbox"));
    format!("<{}{unique:016X}@{}.SANDBOX.PROD.OUTLOOK.COM>", "SBX0MB", site.to_uppercase())
}

fn with_from(raw: &[u8], name: &str, email: &str) -> Vec<u8> {
    let from = address::Mailbox { name: Some(name.to_owned()), email: email.to_owned() };
    let line = Letter { from: Some(from), ..Letter::default() }.write();
    let end = line.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    [&line[..end], raw].concat()
}

fn without_bcc(raw: &Bytes) -> Bytes {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    for field in headers::fields(raw).filter(|field| field.is("bcc")) {
        out.extend_from_slice(&raw[at..field.span.start]);
        at = field.span.end;
    }
    out.extend_from_slice(&raw[at..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bcc_is_for_the_sender_only_and_from_is_filled_in() {
        let raw = Bytes::from_static(b"To: b@x.test\r\nBcc: c@x.test,\r\n d@x.test\r\nSubject: s\r\n\r\nBcc: text\r\n");
        assert_eq!(without_bcc(&raw), &b"To: b@x.test\r\nSubject: s\r\n\r\nBcc: text\r\n"[..]);
        let from = with_from(&raw, "Adele Vance", "adele@contoso.test");
        assert!(
            from.starts_with(b"From: \"Adele Vance\" <adele@contoso.test>\r\nTo:"),
            "{}",
            String::from_utf8_lossy(&from)
        );
    }
}
