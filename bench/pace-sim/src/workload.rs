//! What is asked of the clients.

use crate::regime::{GRAPH, Regime};
use crate::time::{MINUTE, Millis, SECOND};

/// Interactive reads.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Reads {
    /// None.
    None,
    /// One now and then (Poisson), with so many milliseconds between two in the mean.
    Every(f64),
    /// So many at one instant.
    Burst(u32, Millis),
}

/// One thing to do, and the world to do it in.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// Its name in tables.
    pub name: &'static str,
    /// How many mailboxes, all of one project.
    pub mailboxes: u16,
    /// Messages to fetch from each.
    pub messages: u32,
    /// Interactive reads of the first mailbox.
    pub reads: Reads,
    /// The project's units per minute, as so many users' limits; `None` where it cannot bind.
    pub project: Option<u32>,
    /// The share of each user's limit that another client takes.
    pub stolen: f64,
    /// When the first mailbox gets locked out.
    pub lockouts: Vec<Millis>,
    /// Ends the run; what was done until then counts. Without it the run ends with its work.
    pub ends: Option<Millis>,
}

/// The names of the workloads, in the order of tables.
pub const NAMES: [&str; 6] = ["backfill", "backfill-interactive", "burst", "fifty", "thief", "lockouts"];

/// The workload of that name.
pub fn named(name: &str, regime: Regime) -> Option<Workload> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    // A project's limit that binds, and lockouts, are Gmail's.
    if regime == GRAPH && matches!(name, "fifty" | "lockouts") {
        return None;
    }
    let backfill = Workload {
        name,
        mailboxes: 1,
        messages: 20_000,
        reads: Reads::None,
        project: None,
        stolen: 0.0,
        lockouts: Vec::new(),
        ends: None,
    };
    Some(match name {
        "backfill-interactive" => Workload { reads: Reads::Every(1_000.0), ..backfill },
        "burst" => Workload { messages: 0, reads: Reads::Burst(200, 10 * SECOND), ..backfill },
        "fifty" => Workload { mailboxes: 50, messages: 4_000, project: Some(20), ..backfill },
        "thief" => Workload { stolen: 0.5, ..backfill },
        "lockouts" => Workload {
            // More than an hour's worth at the published limit.
            messages: regime.user_limit / regime.get * 60,
            reads: Reads::Every(10_000.0),
            lockouts: vec![8 * MINUTE, 36 * MINUTE],
            ends: Some(60 * MINUTE),
            ..backfill
        },
        _ => backfill,
    })
}
