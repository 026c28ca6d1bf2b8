//! The project's own mail generator: any number of realistic messages, a pure function of seed and index.
//!
//! Index 0 is the newest message; higher indexes go back in time without end, about forty messages a day. Cutting a
//! mailbox at some count therefore leaves out its oldest mail, and answers may refer to mail that is not there, as in
//! any real mailbox. People, firms and domains are invented; domains are reserved ones (RFC 2606).

mod dates;
mod draft;
mod files;
mod kinds;
mod labels;
mod lang;
mod letter;
mod mime;
mod people;
mod plan;
mod rng;

pub use labels::USER_LABELS;

use jiff::Timestamp;

/// Somebody who writes or receives mail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// Display name; may be empty.
    pub name: String,
    /// Address.
    pub email: String,
}

/// A generated message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The message, with CRLF line ends.
    pub raw: Vec<u8>,
    /// System label ids (`INBOX`, `UNREAD`, ...), and names of user labels (see [`USER_LABELS`]).
    pub labels: Vec<String>,
    /// When it arrived, milliseconds since 1970.
    pub internal_date_ms: i64,
}

/// A mailbox full of mail that is made when asked for.
#[derive(Debug, Clone)]
pub struct Mailbox {
    seed: u64,
    owner: Person,
    others: Vec<Person>,
    now: Timestamp,
}

/// Without [`Mailbox::ending_at`] mailboxes end here: 2026-01-01T00:00:00Z, in seconds.
const DEFAULT_END: i64 = 1_767_225_600;

/// Indexes beyond this one all hold the same message: two hundred million million are enough.
const LAST_INDEX: u64 = 1 << 48;

impl Mailbox {
    /// A mailbox of `owner`, who writes with `others` and with invented people. The owner's address is part of the
    /// seed: two mailboxes of one seed hold different mail.
    #[must_use]
    pub fn new(seed: u64, owner: Person, others: &[Person]) -> Mailbox {
        let now = Timestamp::from_second(DEFAULT_END).unwrap_or(Timestamp::UNIX_EPOCH);
        let seed = owner.email.bytes().fold(rng::mix(seed), |hash, byte| rng::mix(hash ^ u64::from(byte)));
        let others = others.iter().filter(|other| other.email != owner.email).cloned().collect();
        Mailbox { seed, owner, others, now }
    }

    /// Lets the newest message arrive shortly before `now`. All dates move with it, nothing else changes.
    #[must_use]
    pub fn ending_at(mut self, now: Timestamp) -> Mailbox {
        self.now = now;
        self
    }

    /// The message at `index`; 0 is the newest, and every higher index is older.
    #[must_use]
    pub fn message(&self, index: u64) -> Generated {
        let index = index.min(LAST_INDEX);
        let (draft, internal_date_ms) = self.draft(index);
        let raw = draft.write(&self.owner, internal_date_ms, &mut rng::Rng::new(self.seed, "headers", index));
        Generated { raw, labels: draft.labels, internal_date_ms }
    }

    fn draft(&self, index: u64) -> (draft::Draft, i64) {
        let slot = plan::slot(self.seed, index);
        (kinds::draft(self, &slot), dates::arrival_ms(self.seed, self.now, index))
    }
}

#[cfg(test)]
mod tests;
