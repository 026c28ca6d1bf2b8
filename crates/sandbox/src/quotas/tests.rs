//! The arithmetic, by hand.

mod daily;
mod lockouts;
mod minutes;
mod specs;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::clock::Clock;
use crate::google::Units;

/// Half a minute past a full minute.
const START_MS: i64 = 1_789_992_030_000;
const ADA: &str = "ada@sandbox.test";

/// A meter under a clock that is moved by hand.
struct Bench {
    clock: Clock,
    meter: Arc<Meter>,
}

fn bench(limits: Limits) -> Bench {
    let clock = Clock::frozen(Timestamp::from_millisecond(START_MS).unwrap());
    let meter = Arc::new(Meter::new(&Quotas::Enforced(limits), 1, clock.clone()));
    Bench { clock, meter }
}

/// Six hundred units per minute and user, counted in this way, and nothing else.
fn limits(model: Model) -> Limits {
    Limits { model, user_units: Some(600), refused_consume: false, ..Limits::none() }
}

impl Bench {
    fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms));
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms() - START_MS
    }

    fn call(&self, units: u32) -> Result<Permit, Refused> {
        self.call_of(ADA, units)
    }

    fn call_of(&self, mailbox: &str, units: u32) -> Result<Permit, Refused> {
        let units = Units { legacy: 5, current: units };
        let method = "gmail.messages.get";
        self.meter.admit(&Ask { project: "1", mailbox, method, units, bytes: 0 }).0
    }

    /// So many units in calls of 20; how many were let through.
    fn burst(&self, units: u32) -> u32 {
        (0..units / 20).filter(|_| self.call(20).is_ok()).count() as u32 * 20
    }

    fn ada(&self) -> MailboxReport {
        self.meter.report().mailbox(ADA).unwrap().clone()
    }
}

fn minute(refused: Refused) -> Minute {
    match refused {
        Refused::Minute(minute) => minute,
        other => panic!("{other:?}"),
    }
}
