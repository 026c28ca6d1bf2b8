//! What a provider carries of one message.

use model::Provider;

use crate::{gmail, graph};

/// How much of a message a provider takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Carriage {
    /// Recipients whose local part is not ASCII (SMTPUTF8, RFC 6531).
    pub carries_eai: bool,
    /// Recipients of one message at most.
    pub recipients: usize,
    /// Bytes of one message at most, as it travels: base64 and headers included.
    pub bytes: usize,
}

/// What a provider carries. For those that are not supported yet: nothing beyond ASCII, and what most take.
pub fn carriage(provider: Provider) -> Carriage {
    match provider {
        Provider::Google => gmail::CARRIAGE,
        Provider::Microsoft => graph::CARRIAGE,
        Provider::Ews | Provider::Imap => Carriage { carries_eai: false, recipients: 100, bytes: 25 * 1024 * 1024 },
    }
}
