//! One door to every classifier, for tools that are handed an error and only know which protocol it came from: the
//! `explain` command, tests against collections of real errors.
//!
//! The clients call their own classifier directly; nothing here is on the path of a request.

mod google;
mod guess;
mod labelled;
mod observation;
mod protocol;
mod retry;

pub use guess::{Guess, guess};
pub use labelled::Labelled;
pub use observation::Observation;
pub use protocol::Protocol;
pub use retry::retry_word;

use model::Fault;

use crate::exchange::fault::{EwsAnswer, classify_eas, classify_ews};
use crate::imap::fault::ImapResponse;
use crate::smtp::fault::SmtpReply;
use crate::{graph, imap, microsoft_identity, smtp};

/// Classifies an observation as the protocol's own classifier would.
pub fn classify(protocol: Protocol, seen: &Observation<'_>) -> Fault {
    let body = seen.body_with_code();
    let answer = seen.answer(&body);
    match protocol {
        Protocol::GmailRest | Protocol::GoogleOauth => google::classify(protocol, &answer),
        Protocol::Graph => graph::fault::classify(&answer),
        Protocol::MicrosoftIdentity => microsoft_identity::fault::classify(&answer),
        Protocol::Ews => classify_ews(&EwsAnswer { answer, code: seen.ews_code }),
        Protocol::Eas => classify_eas(&answer),
        Protocol::Imap => imap::fault::classify(&ImapResponse {
            line: seen.imap_response.map_or(seen.body, str::as_bytes),
            command: seen.operation,
            now: answer.now,
        }),
        Protocol::Smtp => smtp::fault::classify(&SmtpReply {
            code: seen.smtp_code.and_then(|code| code.trim().get(..3)?.parse().ok()),
            text: seen.body,
            operation: seen.operation,
            now: answer.now,
        }),
    }
}

#[cfg(test)]
mod tests;
