//! What the providers publish, as far as the workloads need it: Gmail's two price lists, and Graph, which counts requests.

use crate::time::{MINUTE, Millis};

/// Prices and the limits of one mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Regime {
    /// Its name in tables.
    pub name: &'static str,
    /// Units per window and user, as published.
    pub user_limit: u32,
    /// The window.
    pub window: Millis,
    /// Units of reading one message.
    pub get: u32,
    /// Units of listing one page.
    pub list: u32,
    /// Messages on one page.
    pub page: u32,
    /// Messages read by one request at most.
    pub batch: u32,
    /// Calls of one mailbox that may be under way.
    pub places: u32,
    /// Calls under way that we begin with, and the most we try.
    pub tried: (u32, u32),
    /// Refusals in a hundred that say when their window ends.
    pub named: u32,
    /// Where more is hidden than published: a place is given back up to so long after the answer.
    pub freed_late: Millis,
}

/// None of Gmail's mailboxes was refused up to 48 calls at once when it was measured; 4,648 of 14,710 captured refusals say
/// when their window began.
const GMAIL: Regime = Regime {
    name: "",
    user_limit: 0,
    window: MINUTE,
    get: 0,
    list: 5,
    page: 500,
    batch: 50,
    places: 48,
    tried: (10, 45),
    named: 32,
    freed_late: 0,
};

/// Projects from before May 2026.
pub const LEGACY: Regime = Regime { name: "legacy", user_limit: 15_000, get: 5, ..GMAIL };

/// Projects since.
pub const CURRENT: Regime = Regime { name: "current", user_limit: 6_000, get: 20, ..GMAIL };

/// Outlook behind Graph: every request is one, each refusal says when to come back, and refusals at exactly four calls at
/// once are reported, as if a place were given back late.
pub const GRAPH: Regime = Regime {
    name: "graph",
    user_limit: 10_000,
    window: 10 * MINUTE,
    get: 1,
    list: 1,
    page: 1_000,
    batch: 1,
    places: 4,
    tried: (4, 4),
    named: 100,
    freed_late: 100,
};

/// All, in the order of tables.
pub const ALL: [Regime; 3] = [LEGACY, CURRENT, GRAPH];
