//! Outlook's published limits behind Microsoft Graph (facts of Microsoft, 2.1 and 2.3).

use std::time::Duration;

use model::quota::{Allowance, Concurrency, Dimension, Level, Limits};

/// Four at once per app and mailbox. A place is freed late, so that refusals at exactly four are reported: it may shrink.
const CONCURRENCY: Concurrency = Concurrency { start: 4, most: 4, least: 1 };

/// The limits of a mailbox.
pub(crate) fn limits() -> Limits {
    let allow =
        |level, dimension, amount, seconds| Allowance { level, dimension, amount, per: Duration::from_secs(seconds) };
    Limits {
        allowances: vec![
            allow(Level::ProjectMailbox, Dimension::Requests, 10_000, 600),
            allow(Level::ProjectMailbox, Dimension::BytesUp, 150_000_000, 300),
            // All tenants of an app together.
            allow(Level::Project, Dimension::Requests, 130_000, 10),
            // More is not refused but queued at Exchange; whoever sends must not believe that it went.
            allow(Level::Mailbox, Dimension::Messages, 30, 60),
            allow(Level::Mailbox, Dimension::Recipients, 10_000, 24 * 3600),
        ],
        concurrency: Some(CONCURRENCY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_calls_at_once_and_no_price_list() {
        let limits = limits();
        assert_eq!(limits.concurrency.map(|c| (c.start, c.most)), Some((4, 4)));
        assert!(limits.allowances.iter().all(|a| a.dimension != Dimension::Units && a.amount > 0));
    }
}
