//! What would have been possible: one who knows everything takes each unit in the moment it is there.

use std::collections::VecDeque;

use sandbox::quotas::Model;

use crate::cell::{Cell, LATENCY, PLACES};
use crate::workload::{BURST_AT, Reads};

/// Milliseconds per step.
const STEP: i64 = 20;
const MINUTE: i64 = 60_000;
/// Gives up here: ten hours.
const NEVER: i64 = 36_000_000;

/// An allowance of units per minute as it stands.
struct Allowance<'a> {
    cell: &'a Cell,
    limit: f64,
    taken: VecDeque<(i64, f64)>,
    /// Used of the window, or left in the bucket.
    level: f64,
}

impl Allowance<'_> {
    fn of(cell: &Cell) -> Allowance<'_> {
        let limit = f64::from(cell.regime.user_limit);
        let level = if cell.model == Model::Hidden { limit / 3.0 } else { 0.0 };
        Allowance { cell, limit, taken: VecDeque::new(), level }
    }

    fn advance(&mut self, now: i64) {
        match self.cell.model {
            Model::Sliding => {
                while let Some((_, units)) = self.taken.pop_front_if(|(at, _)| *at + MINUTE <= now) {
                    self.level -= units;
                }
            }
            Model::Fixed if now % MINUTE == 0 => self.level = 0.0,
            Model::Hidden => {
                let refill = 0.8 * self.limit * STEP as f64 / MINUTE as f64;
                self.level = (self.level + refill).min(self.limit / 3.0);
            }
            _ => {}
        }
    }

    fn left(&self) -> f64 {
        let left = if self.cell.model == Model::Hidden { self.level } else { self.limit - self.level };
        left.max(0.0)
    }

    fn take(&mut self, now: i64, units: f64) {
        match self.cell.model {
            Model::Hidden => self.level -= units,
            _ => self.level += units,
        }
        if self.cell.model == Model::Sliding {
            self.taken.push_back((now, units));
        }
    }
}

/// Milliseconds for `units` in calls of the read price; or, where the run has an end, the most units until then.
pub struct Best {
    /// When the last call was answered, from the beginning of the work.
    pub milliseconds: i64,
    /// Units taken.
    pub units: f64,
}

/// The best possible run of a cell.
pub fn possible(cell: &Cell, units: u64) -> Best {
    let (mut allowance, mut left) = (Allowance::of(cell), units as f64);
    let places = f64::from(PLACES * cell.workload.mailboxes.min(10));
    let wire = places * f64::from(cell.regime.get) * STEP as f64 / LATENCY as f64;
    let thief = if cell.workload.stolen { f64::from(cell.stolen_per_second()) * STEP as f64 / 1000.0 } else { 0.0 };
    let begins = if matches!(cell.workload.reads, Reads::Burst(_)) { BURST_AT } else { 0 };
    let ends = cell.workload.ends.unwrap_or(NEVER);
    let mut now = 0;
    while now < ends && left > 0.0 {
        allowance.advance(now);
        let locked = cell.workload.lockouts.iter().any(|it| (it.at..it.at + it.long).contains(&now));
        if now >= begins && !locked {
            let units = left.min(wire).min(allowance.left());
            if units > 0.0 {
                allowance.take(now, units);
                left -= units;
            }
        }
        if thief > 0.0 {
            allowance.take(now, thief);
        }
        now += STEP;
    }
    Best { milliseconds: now + LATENCY - begins, units: units as f64 - left }
}
