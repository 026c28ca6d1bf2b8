//! What is asked of the clients: the workloads of `bench/pace`, scaled so that each takes seconds.
//!
//! Hurried time is bought with requests per second on the machine, so a workload's speed and size follow its regime: the
//! legacy prices allow ten times as many calls per minute as the current ones.

use crate::regime::Regime;

/// Interactive reads.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Reads {
    /// None.
    None,
    /// One now and then (Poisson), with so many milliseconds between two in the mean.
    Every(f64),
    /// So many at one instant after idle.
    Burst(u32),
}

/// A time during which a mailbox is kept away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lockout {
    /// Milliseconds after the beginning.
    pub at: i64,
    /// Milliseconds until its instant, and how far a call before it moves the instant.
    pub long: i64,
}

/// One thing to do, and the world to do it in. Times are the sandbox's.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// Its name in tables.
    pub name: &'static str,
    /// How many mailboxes, all of one project.
    pub mailboxes: u32,
    /// Messages in each.
    pub messages: u32,
    /// They are to be fetched; otherwise only reads are made.
    pub backfill: bool,
    /// Interactive reads of the first mailbox.
    pub reads: Reads,
    /// The project has the units of one user.
    pub one_for_all: bool,
    /// Another client takes half of each user's units, steadily.
    pub stolen: bool,
    /// When the first mailbox gets locked out.
    pub lockouts: Vec<Lockout>,
    /// Milliseconds after which what was done counts. Without it the run ends with its work.
    pub ends: Option<i64>,
    /// How many times as fast as the machine's the clock runs.
    pub speed: u32,
}

/// The names of the workloads, in the order of tables.
pub const NAMES: [&str; 6] = ["backfill", "backfill-interactive", "burst", "ten", "thief", "lockouts"];

/// When the reads of a burst come.
pub const BURST_AT: i64 = 5_000;

/// The workload of that name.
pub fn named(name: &str, regime: Regime) -> Option<Workload> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    let legacy = regime == crate::regime::LEGACY;
    let by = |current: u32, old: u32| if legacy { old } else { current };
    let backfill = Workload {
        name,
        mailboxes: 1,
        messages: by(3_015, 9_100),
        backfill: true,
        reads: Reads::None,
        one_for_all: false,
        stolen: false,
        lockouts: Vec::new(),
        ends: None,
        speed: by(30, 10),
    };
    Some(match name {
        "backfill-interactive" => {
            Workload { reads: Reads::Every(1_000.0), messages: by(1_000, 6_100), speed: 10, ..backfill }
        }
        "burst" => Workload { backfill: false, messages: 200, reads: Reads::Burst(200), speed: 5, ..backfill },
        "ten" => Workload { mailboxes: 10, messages: by(155, 620), one_for_all: true, ..backfill },
        "thief" => Workload { stolen: true, messages: by(1_500, 6_100), ..backfill },
        "lockouts" => Workload {
            // More than is possible.
            messages: by(1_900, 19_000),
            reads: Reads::Every(10_000.0),
            lockouts: vec![Lockout { at: 70_000, long: 90_000 }, Lockout { at: 220_000, long: 90_000 }],
            ends: Some(360_000),
            speed: by(30, 15),
            ..backfill
        },
        _ => backfill,
    })
}
