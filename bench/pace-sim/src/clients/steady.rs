//! A client that sends at one fixed rate.

use crate::server::Refusal;
use crate::simulation::{Client, Desk};
use crate::time::Millis;
use crate::work::{Job, Kind};

/// Sends the backfill's calls evenly, so many units a minute, and does not mind answers.
#[derive(Debug)]
pub struct Steady {
    /// Milliseconds per unit.
    per_unit: f64,
    at: f64,
}

impl Steady {
    /// A client of that rate.
    pub fn new(units_a_minute: f64) -> Self {
        Self { per_unit: 60_000.0 / units_a_minute, at: 0.0 }
    }

    fn step(&mut self, desk: &mut Desk) {
        match desk.work.take(0, desk.now) {
            Some(job) => {
                self.at += f64::from(job.units) * self.per_unit;
                desk.send(job, 0);
                desk.wake(self.at.ceil() as Millis, 0);
            }
            // The page is still on its way.
            None if !desk.work.is_done() => {
                self.at = self.at.max(desk.now as f64 + 1.0);
                desk.wake(self.at.ceil() as Millis, 0);
            }
            None => {}
        }
    }
}

impl Client for Steady {
    fn begin(&mut self, desk: &mut Desk) {
        self.step(desk);
    }

    fn offered(&mut self, _: &mut Desk, _: Job) {}

    fn answered(&mut self, desk: &mut Desk, job: Job, _: u32, answer: Result<(), Refusal>) {
        if answer.is_err() && job.kind != Kind::Read {
            desk.work.put_back(job);
        }
    }

    fn woken(&mut self, desk: &mut Desk, _: u32) {
        self.step(desk);
    }
}
