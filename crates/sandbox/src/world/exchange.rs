//! Microsoft's mailboxes in the world, and the mail that goes to them.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;

use super::{ImportOptions, Kept, SeedMessage, World};
use crate::control::{MailboxSummary, Provider};
use crate::microsoft::mail::folder;
use crate::microsoft::mail::ids::Form;
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::{ExchangeMailbox, State, seed as filling};

impl World {
    /// Opens a Microsoft account with an empty mailbox; an existing one stays as it is. Its domain is its tenant;
    /// outlook.com and its like are personal accounts.
    pub fn add_microsoft_mailbox(&self, email: &str, name: &str) {
        self.open_exchange(email, name);
    }

    /// An access token for Graph without the pages; scopes by their short names (`Mail.ReadWrite`). `None` when there is
    /// no such Microsoft account.
    pub fn issue_graph_token(&self, email: &str, app_id: &str, scopes: &[&str]) -> Option<String> {
        self.identity().issue(email, app_id, scopes)
    }

    pub(crate) fn open_exchange(&self, email: &str, name: &str) -> Arc<ExchangeMailbox> {
        self.identity().add_account(email, name);
        let mut mailboxes = self.0.exchange.write().unwrap_or_else(PoisonError::into_inner);
        let mailbox = || Arc::new(ExchangeMailbox::new(email, name, self.0.seed).heard_by(self.news().clone()));
        mailboxes.entry(email.to_lowercase()).or_insert_with(mailbox).clone()
    }

    /// The Microsoft mailbox with this primary address.
    pub(crate) fn exchange(&self, email: &str) -> Option<Arc<ExchangeMailbox>> {
        let mailboxes = self.0.exchange.read().unwrap_or_else(PoisonError::into_inner);
        mailboxes.get(&email.to_lowercase()).cloned()
    }

    /// The Microsoft mailbox that mail to this address goes to: by primary address, tag or alias.
    pub(crate) fn exchange_for(&self, address: &str) -> Option<Arc<ExchangeMailbox>> {
        let by_alias = || self.exchange(&self.identity().account(address)?.mail);
        let by_tag = || self.all_exchange().into_iter().find(|mailbox| mailbox.answers_to(address));
        self.exchange(address).or_else(by_tag).or_else(by_alias)
    }

    /// All of Microsoft's mailboxes, by address.
    pub(crate) fn all_exchange(&self) -> Vec<Arc<ExchangeMailbox>> {
        self.0.exchange.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Puts a message into the inbox of whoever has this address, at whichever provider; false when nobody has it.
    pub(crate) fn place_in_inbox(&self, public: &Bytes, from: &str, recipient: &str) -> bool {
        let now = self.clock().now();
        if let Some(mailbox) = self.mailbox_for(recipient) {
            let raw = super::rewrite::incoming(public, from, recipient, now);
            let arrival = super::submit::inbox_copy(raw, None, now.as_millisecond());
            mailbox.change(|state| state.add(arrival, now.as_millisecond()));
            return true;
        }
        self.exchange_for(recipient).map(|mailbox| deliver(&mailbox, public, recipient, now)).is_some()
    }
}

/// Lets a message from outside arrive; returns its immutable id.
pub(super) fn deliver(mailbox: &ExchangeMailbox, raw: &[u8], recipient: &str, now: Timestamp) -> String {
    let key = mailbox.change(|state| state.add(filling::incoming(raw, recipient, now), now.as_millisecond()));
    mailbox.naming.write(Form::Key, key)
}

/// Puts a message in as it is; returns its immutable id.
pub(super) fn import(mailbox: &ExchangeMailbox, raw: Bytes, options: &ImportOptions, now_ms: i64) -> String {
    let labels =
        if options.labels.is_empty() { &["INBOX".to_owned(), "UNREAD".to_owned()][..] } else { &options.labels };
    let key = mailbox.change(|state| {
        let arrival = filling::arrival(state, raw, labels, options.internal_date_ms, now_ms);
        state.add(arrival, now_ms)
    });
    mailbox.naming.write(Form::Key, key)
}

/// Puts many messages in.
pub(super) fn seed(mailbox: &ExchangeMailbox, messages: Vec<SeedMessage>, now_ms: i64) {
    mailbox.change(|state| {
        for message in messages {
            let at_ms = Some(message.internal_date_ms);
            let arrival = filling::arrival(state, message.raw, &message.labels, at_ms, now_ms);
            state.add(arrival, now_ms);
        }
    });
}

/// The id of the conversation a message belongs to; empty when there is no such message.
pub(super) fn conversation_of(mailbox: &ExchangeMailbox, id: &str) -> String {
    let key = mailbox.naming.read(id).map(|named| named.number).unwrap_or_default();
    let state = mailbox.read();
    state.by_key(key).map(|item| mailbox.naming.write(Form::Conversation, item.conversation.0)).unwrap_or_default()
}

/// Deletes a message for good; false when there is none with this immutable id.
pub(super) fn remove(mailbox: &ExchangeMailbox, id: &str) -> bool {
    let named = mailbox.naming.read(id).ok().filter(|named| named.form == Form::Key);
    named.is_some_and(|named| mailbox.change(|state| state.remove(named.number)).is_some())
}

/// What `relabel` takes for a mark or a place; any other name is a category.
const PLACES_AND_MARKS: [&str; 4] = ["UNREAD", "STARRED", "TRASH", "INBOX"];

/// Marks a message, or moves it, as labels say; false when there is none with this immutable id.
pub(super) fn relabel(mailbox: &ExchangeMailbox, id: &str, (add, remove): (&[&str], &[&str]), now_ms: i64) -> bool {
    let Some(named) = mailbox.naming.read(id).ok().filter(|named| named.form == Form::Key) else { return false };
    let mark = |name| [(add, true), (remove, false)].into_iter().find(|(labels, _)| labels.contains(&name));
    let folder = if add.contains(&"TRASH") { Some(folder::DELETED) } else { None };
    let folder = folder.or(remove.contains(&"INBOX").then_some(folder::ARCHIVE));
    mailbox.change(|state| {
        let changed = state.edit(named.number, now_ms, true, |item| {
            if let Some((_, unread)) = mark("UNREAD") {
                item.marks.is_read = !unread;
            }
            if let Some((_, starred)) = mark("STARRED") {
                item.marks.flag = serde_json::json!({"flagStatus": if starred { "flagged" } else { "notFlagged" }});
            }
            let categories = &mut item.marks.categories;
            categories.retain(|name| !remove.contains(&name.as_str()));
            for name in add.iter().filter(|name| !PLACES_AND_MARKS.contains(name)) {
                if !categories.iter().any(|have| have == name) {
                    categories.push((*name).to_owned());
                }
            }
        });
        let there = changed.is_some();
        if let Some(folder) = folder.filter(|_| there) {
            state.move_to(named.number, folder, now_ms);
        }
        there
    })
}

/// The mailbox in numbers.
pub(super) fn summary(mailbox: &ExchangeMailbox) -> MailboxSummary {
    let state = mailbox.read();
    let items = state.newest_first(None);
    let mut conversations: Vec<u64> = items.iter().map(|item| item.conversation.0).collect();
    conversations.sort_unstable();
    conversations.dedup();
    MailboxSummary {
        email: mailbox.email.clone(),
        name: mailbox.name.clone(),
        provider: Provider::Microsoft,
        messages: items.len() as u64,
        threads: conversations.len() as u64,
        unread: items.iter().filter(|item| !item.marks.is_read).count() as u64,
        history_id: state.change(),
    }
}

/// Every message, newest first, under immutable ids; the labels are its folder's name and its marks.
pub(super) fn snapshot(mailbox: &ExchangeMailbox) -> Vec<Kept> {
    let state = mailbox.read();
    let kept = |item: &Item| Kept {
        id: mailbox.naming.write(Form::Key, item.key),
        thread_id: mailbox.naming.write(Form::Conversation, item.conversation.0),
        labels: labels(&state, item),
        internal_date_ms: item.received_ms,
        raw: item.content.raw().clone(),
    };
    state.newest_first(None).into_iter().map(kept).collect()
}

/// `inbox` or a folder's name, and then `UNREAD`, `STARRED`, `DRAFT` and categories, sorted.
fn labels(state: &State, item: &Item) -> Vec<String> {
    let lies_in = state.folders.get(&item.folder);
    let place = lies_in.map(|folder| folder.well_known.map_or_else(|| folder.name.clone(), str::to_owned));
    let marks = [
        (!item.marks.is_read, "UNREAD"),
        (item.marks.flag_status() == "flagged", "STARRED"),
        (item.marks.is_draft, "DRAFT"),
    ];
    let marks = marks.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned());
    let mut labels: Vec<String> = place.into_iter().chain(marks).chain(item.marks.categories.iter().cloned()).collect();
    labels.sort();
    labels
}
