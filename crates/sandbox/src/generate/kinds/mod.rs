//! One file for each kind of mail.

mod auto_reply;
mod bounce;
mod conversation;
mod invitation;
mod newsletter;
mod notice;
mod press;
mod spam;

use super::draft::Draft;
use super::lang::Language;
use super::plan::{Kind, Slot};
use super::rng::Rng;
use super::{Mailbox, Person, people};

/// The message in this place.
pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    match slot.kind {
        Kind::Conversation | Kind::Forum => conversation::draft(mailbox, slot),
        Kind::Newsletter => newsletter::draft(mailbox, slot),
        Kind::Notice | Kind::Social => notice::draft(mailbox, slot),
        Kind::Invitation => invitation::draft(mailbox, slot),
        Kind::AutoReply => auto_reply::draft(mailbox, slot),
        Kind::Bounce => bounce::draft(mailbox, slot),
        Kind::Spam => spam::draft(mailbox, slot),
    }
}

/// A Message-ID as programs make them; a function of story and position alone, so that others can refer to it.
fn message_id(mailbox: &Mailbox, story: u64, position: u64, from: &Person) -> String {
    let mut rng = Rng::new(mailbox.seed, "message-id", story * 1_000 + position);
    let domain = people::domain(from);
    match rng.below(4) {
        0 => format!("<CA{}@mail.{domain}>", rng.hex(44)),
        1 => format!(
            "<{}-{}-{}@{domain}>",
            rng.hex(8).to_uppercase(),
            rng.hex(4).to_uppercase(),
            rng.hex(12).to_uppercase()
        ),
        2 => format!("<{}.{}@{domain}>", rng.below(99_999_999), rng.hex(10)),
        _ => format!("<{}$%{}@{domain}>", rng.hex(6), rng.hex(8)),
    }
}

/// The charset this person's program uses: mostly UTF-8.
fn charset(language: &'static Language, rng: &mut Rng) -> &'static str {
    if language.charsets.is_empty() || rng.chance(62) { "utf-8" } else { rng.pick(language.charsets) }
}

/// One of the people this mailbox writes with.
fn acquaintance(mailbox: &Mailbox, language: &'static Language, rng: &mut Rng) -> Person {
    match mailbox.others.is_empty() || rng.chance(60) {
        true => people::invent(language, rng),
        false => mailbox.others[rng.below(mailbox.others.len())].clone(),
    }
}
