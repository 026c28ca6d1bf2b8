//! What providers say, as examples: the catalogue's table of signals.
//!
//! Each classifier's folder holds its examples in `signals.rs`, with the source of each. What an example means is not
//! written down anywhere: it is put through the classifier, so the catalogue says what the classifiers do.

mod sample;

pub(crate) use sample::Sample;

use std::sync::LazyLock;

use model::fault::Signal;
use model::{Provider, Timestamp};

use crate::transport::fault::Failure;
use crate::{exchange, gmail, graph, imap, microsoft_identity, smtp, transport};

/// Every example with what it is taken for, in the order of the protocols.
pub fn all() -> &'static [Signal] {
    static ALL: LazyLock<Vec<Signal>> =
        LazyLock::new(|| samples().iter().map(Sample::signal).chain(failures()).collect());
    &ALL
}

/// The instant of all examples: Thursday, 15 January 2026, noon.
pub fn noon() -> Timestamp {
    Timestamp::from_second(1_768_478_400).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn samples() -> Vec<Sample> {
    let tables = [
        gmail::fault::signals::api(),
        gmail::fault::signals::token(),
        graph::fault::signals::samples(),
        microsoft_identity::fault::signals::samples(),
        exchange::fault::signals::ews(),
        exchange::fault::signals::eas(),
        imap::fault::signals::samples(),
        smtp::fault::signals::samples(),
    ];
    tables.into_iter().flatten().collect()
}

/// Failures in which nobody answered.
fn failures() -> impl Iterator<Item = Signal> {
    Failure::ALL.into_iter().map(|failure| Signal {
        speaker: "The way there",
        says: failure.as_str().replace('_', " "),
        asked: None,
        fault: transport::fault::classify(failure, Provider::Google, None, ""),
    })
}

#[cfg(test)]
mod tests;
