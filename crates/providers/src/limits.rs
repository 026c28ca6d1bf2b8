//! What the providers publish about how much they may be asked.

use model::Provider;
use model::quota::{Limits, Regime};

use crate::{gmail, graph};

/// The published limits for the mailboxes of a provider, under a price list.
///
/// They are what accounts of organisations have; see [`limits_of`] for one mailbox. A provider that publishes none, or that
/// is not supported, has none.
pub fn limits(provider: Provider, regime: Regime) -> Limits {
    match provider {
        Provider::Google => gmail::limits(regime, false),
        Provider::Microsoft => graph::limits(),
        Provider::Ews | Provider::Imap => Limits::default(),
    }
}

/// The published limits for one mailbox: personal accounts, known by their address, may send less.
pub fn limits_of(provider: Provider, regime: Regime, address: &str) -> Limits {
    match provider {
        Provider::Google => gmail::limits(regime, gmail::is_personal(address)),
        _ => limits(provider, regime),
    }
}
