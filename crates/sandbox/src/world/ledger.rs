//! What the sandbox has accepted and what left it: the proof that nothing was lost or sent twice.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

/// A message that the sandbox accepted for sending.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Accepted {
    /// Counted from one since the sandbox began.
    pub number: u64,
    /// The API method that took it in, for example `gmail.messages.send`.
    pub method: String,
    /// Its subject, decoded.
    pub subject: String,
    /// Size of the copy in Sent, in bytes.
    pub size: u64,
    /// Id of the copy in Sent.
    pub id: String,
    /// Its thread.
    pub thread_id: String,
    /// The mailbox that sent it.
    pub mailbox: String,
    /// The address it went out under.
    pub from: String,
    /// Everyone it went to, Bcc included, in lower case.
    pub recipients: Vec<String>,
    /// The Message-ID it was given, without brackets.
    pub message_id: String,
    /// The Message-ID the caller had chosen, without brackets.
    pub original_message_id: Option<String>,
    /// Milliseconds since the epoch.
    pub at_ms: i64,
}

/// A message for someone outside the sandbox; it goes no further than here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Outbound {
    /// The address it came from.
    pub from: String,
    /// The address outside, in lower case.
    pub recipient: String,
    /// The Message-ID it went out with, without brackets.
    pub message_id: String,
    /// Milliseconds since the epoch.
    pub at_ms: i64,
    /// The bytes as they left; base64 in JSON.
    #[serde(serialize_with = "base64")]
    pub raw: Bytes,
}

fn base64<S: serde::Serializer>(raw: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Base64Display::new(raw, &STANDARD))
}

/// Both, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) accepted: Vec<Accepted>,
    pub(crate) outbound: Vec<Outbound>,
    count: u64,
}

impl Ledger {
    /// Enters a message under the next number.
    pub(crate) fn accept(&mut self, accepted: Accepted) {
        self.count += 1;
        self.accepted.push(Accepted { number: self.count, ..accepted });
    }
}
