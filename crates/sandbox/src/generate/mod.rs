//! The project's own mail generator: any number of realistic messages, a pure function of seed and index.

mod rng;

use jiff::Timestamp;

/// Somebody who writes or receives mail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// A generated message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The message, with CRLF line ends.
    pub raw: Vec<u8>,
    /// System label ids, and names of user labels.
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

impl Mailbox {
    /// A mailbox of `owner`, who writes with `others` and with invented people.
    #[must_use]
    pub fn new(seed: u64, owner: Person, others: &[Person]) -> Mailbox {
        let now = Timestamp::UNIX_EPOCH;
        Mailbox { seed, owner, others: others.to_vec(), now }
    }

    /// Lets the newest message arrive shortly before `now`.
    #[must_use]
    pub fn ending_at(mut self, now: Timestamp) -> Mailbox {
        self.now = now;
        self
    }
}

impl Mailbox {
    /// The message at `index`; 0 is the newest, and higher indexes go back in time without end.
    #[must_use]
    pub fn message(&self, index: u64) -> Generated {
        let draw = rng::mix(self.seed ^ rng::mix(index));
        let step = i64::try_from(index.min(1 << 40)).unwrap_or(0).saturating_mul(2_160_000);
        let internal_date_ms = self.now.as_millisecond() - step - (draw % 2_160_000).cast_signed();
        let date = Timestamp::from_millisecond(internal_date_ms).unwrap_or(self.now);
        let from =
            self.others.get(usize::try_from(draw % 97).unwrap_or(0) % self.others.len().max(1)).unwrap_or(&self.owner);
        let raw = format!(
            "From: {} <{}>\r\nTo: {} <{}>\r\nSubject: Note {index}\r\nDate: {}\r\nMessage-ID: <{draw:016x}@sandbox.test>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNote number {index}.\r\n",
            from.name,
            from.email,
            self.owner.name,
            self.owner.email,
            date.strftime("%a, %d %b %Y %H:%M:%S +0000")
        );
        Generated { raw: raw.into_bytes(), labels: vec!["INBOX".into()], internal_date_ms }
    }
}
