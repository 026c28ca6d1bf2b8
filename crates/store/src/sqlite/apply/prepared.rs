//! A message made ready for the writer: encoded, compressed and cut into words on another thread.

use std::collections::BTreeMap;

use model::Address;
use model::address::lookup_form;
use model::message::{Body, Message};
use model::sync::{Mirrored, Moment};

use super::super::Codec;
use super::super::columns::{instant, nanos, to_json};
use super::super::mailbox::Mailbox;
use super::super::messages::plan::{BCC, CC, FROM, TO};
use super::super::messages::row::{PeopleOf, has_attachment};
use crate::{Result, search};

/// Bytes of words kept of one message's body; beyond that a text is a log file or a data set, not a letter.
const BODY_WORDS: usize = 512 << 10;
/// The same for each of subject, people and attachment names.
const HEADER_WORDS: usize = 64 << 10;

/// Everything the writer needs of a message, in the form it is stored.
pub(crate) struct Prepared {
    pub(super) message: Message,
    pub(super) as_of: Moment,
    pub(super) body: Body,
    pub(super) raw: Vec<u8>,
    pub(super) people: String,
    pub(super) folders: String,
    pub(super) attachments: Option<String>,
    pub(super) has_attachment: bool,
    /// Each address once, with the fields it is in.
    pub(super) addresses: BTreeMap<String, i64>,
    pub(super) body_frame: Vec<u8>,
    pub(super) raw_frame: Vec<u8>,
    pub(super) words: Words,
}

/// What the full-text index is given.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) people: String,
    pub(super) attachments: String,
    pub(super) body: String,
    pub(super) marks: String,
}

impl Prepared {
    /// Does all the work that needs no database.
    pub(crate) fn new(mirrored: Mirrored, mailbox: Mailbox, codec: &Codec) -> Result<Self> {
        let Mirrored { mut message, body, search_text, raw, as_of } = mirrored;
        // As it will be read back, so that the same message compares equal next time.
        message.date = instant(nanos(message.date));
        Ok(Self {
            people: to_json(&PeopleOf::message(&message))?,
            folders: to_json(&message.placement.folders)?,
            attachments: (!message.attachments.is_empty()).then(|| to_json(&message.attachments)).transpose()?,
            has_attachment: has_attachment(&message.attachments),
            addresses: addresses(&message),
            body_frame: codec.compress(body.text.as_bytes())?,
            raw_frame: codec.compress(&raw)?,
            words: words(&mailbox.scope(), &message, &search_text),
            message,
            as_of,
            body,
            raw,
        })
    }
}

/// Addresses in their lookup form, each with the fields it is in.
pub(super) fn addresses(message: &Message) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for (field, list) in [(FROM, &message.from), (TO, &message.to), (CC, &message.cc), (BCC, &message.bcc)] {
        for address in list.iter().filter(|address| !address.email.is_empty()) {
            *found.entry(lookup_form(&address.email)).or_default() |= field;
        }
    }
    found
}

fn words(scope: &str, message: &Message, search_text: &str) -> Words {
    let mut people = String::new();
    for address in [&message.from, &message.to, &message.cc, &message.bcc, &message.reply_to].into_iter().flatten() {
        append_address(&mut people, address);
    }
    let names: Vec<&str> = message.attachments.iter().map(|attachment| attachment.filename.as_str()).collect();
    let mut index = search::Index::new(scope);
    Words {
        subject: index.words(&message.subject, HEADER_WORDS),
        people: index.words(&people, HEADER_WORDS),
        attachments: index.words(&names.join("\n"), HEADER_WORDS),
        body: index.words(search_text, BODY_WORDS),
        marks: index.marks(),
    }
}

fn append_address(people: &mut String, address: &Address) {
    if let Some(name) = &address.name {
        people.push_str(name);
        people.push(' ');
    }
    people.push_str(&address.email);
    people.push('\n');
}
