//! Gmail's published limits (facts 1.1, 1.2).

use std::time::Duration;

use model::quota::{Allowance, Concurrency, Dimension, Level, Limits, Regime};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Google counts bandwidth in these.
const MEGABYTE: u64 = 1_000_000;

/// Google publishes no number. No refusals were measured up to 48 in flight; other programs of the same person share the
/// places, so it begins low.
const CONCURRENCY: Concurrency = Concurrency { start: 10, most: 40, least: 2 };

/// The limits of a mailbox.
pub(crate) fn limits(regime: Regime, personal: bool) -> Limits {
    let units = match regime {
        Regime::Previous => 15_000,
        Regime::Current => 6_000,
    };
    // Messages and recipients of a day: organisations' paid accounts; personal ones are counted in recipients alone, of
    // which every message has one.
    let (messages, recipients) = if personal { (500, 500) } else { (2_000, 10_000) };
    let allow = |level, dimension, amount, per| Allowance { level, dimension, amount, per };
    Limits {
        allowances: vec![
            allow(Level::ProjectMailbox, Dimension::Units, units, MINUTE),
            allow(Level::Project, Dimension::Units, 1_200_000, MINUTE),
            allow(Level::Mailbox, Dimension::BytesDown, 2_500 * MEGABYTE, DAY),
            allow(Level::Mailbox, Dimension::BytesUp, 500 * MEGABYTE, DAY),
            allow(Level::Mailbox, Dimension::Messages, messages, DAY),
            allow(Level::Mailbox, Dimension::Recipients, recipients, DAY),
        ],
        concurrency: Some(CONCURRENCY),
    }
}

/// Whether an address is one of Google's own, which belong to persons and not to organisations.
pub(crate) fn is_personal(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default();
    ["gmail.com", "googlemail.com"].iter().any(|own| domain.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_units_follow_the_regime_and_the_sends_the_account() {
        let amount = |limits: &Limits, level, dimension| {
            let found = limits.allowances.iter().find(|a| (a.level, a.dimension) == (level, dimension)).unwrap();
            (found.amount, found.per)
        };
        let (old, new) = (limits(Regime::Previous, false), limits(Regime::Current, true));
        assert_eq!(amount(&old, Level::ProjectMailbox, Dimension::Units), (15_000, MINUTE));
        assert_eq!(amount(&new, Level::ProjectMailbox, Dimension::Units), (6_000, MINUTE));
        assert_eq!(amount(&new, Level::Project, Dimension::Units), (1_200_000, MINUTE));
        assert_eq!(amount(&old, Level::Mailbox, Dimension::Messages), (2_000, DAY));
        assert_eq!(amount(&new, Level::Mailbox, Dimension::Recipients), (500, DAY));
    }

    #[test]
    fn personal_accounts_are_known_by_their_domain() {
        assert!(is_personal("a@Gmail.com") && is_personal("a@googlemail.com"));
        assert!(!is_personal("a@gmail.com.example") && !is_personal("gmail.com@x.test") && !is_personal("a"));
    }
}
