//! One example of what a provider says.

use model::fault::Signal;

use super::noon;
use crate::classify::{Observation, Protocol, classify};

/// An answer as it comes over the wire.
pub(crate) struct Sample {
    protocol: Protocol,
    says: String,
    status: Option<u16>,
    headers: &'static [(&'static str, &'static str)],
    body: String,
    asked: Option<&'static str>,
    instead: Option<&'static str>,
}

impl Sample {
    /// An answer over HTTP; `says` is its line in the table.
    pub fn http(protocol: Protocol, status: u16, says: String, body: String) -> Self {
        Self { protocol, says, status: Some(status), headers: &[], body, asked: None, instead: None }
    }

    /// A line of a protocol of lines, which is its own line in the table.
    pub fn line(protocol: Protocol, line: &str) -> Self {
        let (says, body) = (line.to_owned(), line.to_owned());
        Self { protocol, says, status: None, headers: &[], body, asked: None, instead: None }
    }

    /// The same with header fields, which the table shows.
    pub fn with(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        let fields: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        Self { says: format!("{}, {}", self.says, fields.join(", ")), headers, ..self }
    }

    /// The same as an answer to this operation, where that decides.
    pub fn to(self, operation: &'static str) -> Self {
        Self { asked: Some(operation), ..self }
    }

    /// The same as an answer to this operation, which the table need not show.
    pub fn quietly_to(self, operation: &'static str) -> Self {
        Self { instead: Some(operation), ..self }
    }

    /// What its classifier makes of it.
    pub fn signal(&self) -> Signal {
        let seen = Observation {
            http_status: self.status,
            headers: self.headers,
            body: self.body.as_bytes(),
            operation: self.asked.or(self.instead),
            now: Some(noon()),
            ..Observation::default()
        };
        let fault = classify(self.protocol, &seen);
        Signal { speaker: self.protocol.in_words(), says: self.says.clone(), asked: self.asked, fault }
    }
}
