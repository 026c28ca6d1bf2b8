//! What is counted in a run.

use std::collections::BTreeMap;

use crate::server::Refusal;
use crate::time::{MINUTE, Millis};
use crate::work::{Job, Kind};

/// Counts of one run. Filled by the simulation, so that no client can count for itself.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Calls sent, refused ones included.
    pub calls: u64,
    /// Calls refused.
    pub refusals: u64,
    /// Calls sent after the first minute.
    pub late_calls: u64,
    /// Of these, refused.
    pub late_refusals: u64,
    /// From asking to the departure of the attempt that succeeded, for each interactive read, in milliseconds.
    pub waits: Vec<Millis>,
    /// Interactive reads answered.
    pub reads: u64,
    /// Reads that failed for good: the client stopped trying.
    pub failed_reads: u32,
    /// Reads that were told at once when they could go, because that was beyond their deadline.
    pub turned_away: u32,
    /// Calls sent to a mailbox before the instant that the client had been told.
    pub violations: u64,
    /// Most calls sent after a lockout before one of them succeeded.
    pub probes: u32,
    /// When the last message or read was answered.
    pub finish: Millis,
    pending: BTreeMap<u32, Millis>,
    locked: BTreeMap<u16, Locked>,
}

/// What a client knows of one mailbox's lockout.
#[derive(Clone, Copy, Debug)]
struct Locked {
    until: Millis,
    probes: u32,
}

impl Tally {
    /// Somebody asks for a message.
    pub fn asked(&mut self, job: Job) {
        self.pending.insert(job.id, job.asked);
    }

    /// A call departs.
    pub fn sent(&mut self, now: Millis, job: Job) {
        self.calls += 1;
        self.late_calls += u64::from(now >= MINUTE);
        if let Some(locked) = self.locked.get_mut(&job.mailbox) {
            if now < locked.until {
                self.violations += 1;
            } else {
                locked.probes += 1;
                self.probes = self.probes.max(locked.probes);
            }
        }
    }

    /// A call's answer is back.
    pub fn answered(&mut self, now: Millis, departed: Millis, job: Job, answer: Result<(), Refusal>) {
        if let Err(refusal) = answer {
            self.refusals += 1;
            self.late_refusals += u64::from(departed >= MINUTE);
            if let Refusal::Lockout(until) = refusal {
                let locked = self.locked.entry(job.mailbox).or_insert(Locked { until, probes: 0 });
                *locked = Locked { until: until.max(locked.until), probes: 0 };
            }
            return;
        }
        if self.locked.get(&job.mailbox).is_some_and(|locked| departed >= locked.until) {
            self.locked.remove(&job.mailbox);
        }
        self.finish = now;
        if job.kind == Kind::Read && self.pending.remove(&job.id).is_some() {
            self.waits.push(departed - job.asked);
            self.reads += 1;
        }
    }

    /// The client stopped trying to read.
    pub fn failed(&mut self, job: Job) {
        self.failed_reads += u32::from(self.pending.remove(&job.id).is_some());
    }

    /// The client told the reader when to come again.
    pub fn turned_away(&mut self, job: Job) {
        self.turned_away += u32::from(self.pending.remove(&job.id).is_some());
    }

    /// Whether a read is still unanswered.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The run is over: who still waits has waited until now.
    pub fn close(&mut self, now: Millis) {
        self.waits.extend(std::mem::take(&mut self.pending).into_values().map(|asked| now - asked));
        self.waits.sort_unstable();
    }

    /// The wait that 99 in 100 reads stay within; `None` without reads. Only after `close`.
    pub fn p99(&self) -> Option<Millis> {
        let rank = (self.waits.len() * 99).div_ceil(100);
        self.waits.get(rank.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Job = Job { id: 0, mailbox: 3, kind: Kind::Get, units: 5, asked: 0 };

    #[test]
    fn calls_before_the_instant_are_violations_and_those_after_it_probes_until_one_succeeds() {
        let mut tally = Tally::default();
        tally.sent(0, GET);
        tally.sent(10, GET);
        tally.answered(100, 0, GET, Err(Refusal::Lockout(1_000)));
        tally.answered(110, 10, GET, Err(Refusal::Lockout(1_010)));
        assert_eq!((tally.violations, tally.probes), (0, 0), "what was under way could not know");
        tally.sent(1_009, GET);
        assert_eq!(tally.violations, 1);
        tally.sent(1_010, GET);
        tally.sent(1_011, GET);
        assert_eq!(tally.probes, 2);
        tally.answered(1_100, 1_010, GET, Ok(()));
        tally.sent(1_200, GET);
        assert_eq!((tally.violations, tally.probes), (1, 2));
    }

    #[test]
    fn a_read_waits_until_the_attempt_that_succeeds_departs() {
        let mut tally = Tally::default();
        let read = |id, asked| Job { id, kind: Kind::Read, asked, ..GET };
        for id in 1..=200 {
            tally.asked(read(id, 0));
            let wait = if id <= 198 { 5 } else { 700 };
            tally.answered(wait + 90, wait, read(id, 0), Ok(()));
        }
        tally.close(1_000);
        assert_eq!(tally.p99(), Some(5));
        tally.asked(read(201, 900));
        tally.close(1_000);
        assert_eq!(tally.p99(), Some(100), "199 of 201: one still waiting counts with its wait so far");
    }
}
