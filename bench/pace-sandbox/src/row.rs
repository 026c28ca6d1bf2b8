//! One row of the table: a client in a cell.

use serde::Serialize;

use crate::best::possible;
use crate::cell::Cell;
use crate::reads::p99;
use crate::stage::Stage;

/// Units of listing one page of 500, in both price lists.
const LIST: u64 = 5;

/// What a client did.
#[derive(Clone, Debug)]
pub struct Done {
    /// When it had everything, or was stopped, in milliseconds since the beginning of the work.
    pub taken: i64,
    /// Messages fetched or read.
    pub fetched: u64,
    /// How long each read waited.
    pub waits: Vec<i64>,
    /// Reads that failed for good.
    pub failed_reads: u32,
    /// Calls before the instant of a lockout by one who had been told it.
    pub early: u64,
    /// It was stopped because it took too long.
    pub unfinished: bool,
}

/// One client's run of one workload under one model and regime.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Row {
    /// Who.
    pub client: &'static str,
    /// What was to be done.
    pub workload: &'static str,
    /// How limits were enforced.
    pub model: &'static str,
    /// Prices and limits.
    pub regime: &'static str,
    /// The best possible time for what was fetched, by the time taken; of a run of fixed length, what was fetched by what
    /// could have been.
    pub efficiency: f64,
    /// Calls refused, by the sandbox's count.
    pub refusals: u64,
    /// Calls, refused ones included, by the sandbox's count.
    pub calls: u64,
    /// 99 in 100 interactive reads were answered within so many milliseconds of being asked for, the call's own left out.
    pub interactive_p99_ms: Option<i64>,
    /// Seconds taken, by the sandbox's clock.
    pub seconds: f64,
    /// The least seconds possible; of a run of fixed length, the most messages.
    pub best: f64,
    /// Messages fetched or read.
    pub fetched: u64,
    /// Refusals because too many calls were under way at once.
    pub crowded: u64,
    /// The most calls of one mailbox at once.
    pub peak_concurrency: u32,
    /// Refusals by a lockout.
    pub locked_out: u64,
    /// Of them, by the sandbox's count, those by one who had been told the instant.
    pub lockout_violations: u64,
    /// Reads that failed for good.
    pub failed_reads: u32,
    /// It was stopped because it took too long.
    pub unfinished: bool,
    /// How many times as fast as the machine's the clock ran.
    pub speed: u32,
}

impl Row {
    /// Reads the sandbox's counts.
    pub fn new(client: &'static str, cell: &Cell, stage: &Stage, done: &Done) -> Self {
        let counted = stage.counted();
        let sum = |value: fn(&sandbox::quotas::MailboxReport) -> u64| counted.iter().map(value).sum::<u64>();
        let workload = &cell.workload;
        let pages = if workload.backfill { u64::from(workload.mailboxes * workload.messages.div_ceil(500)) } else { 0 };
        let get = u64::from(cell.regime.get);
        let fixed_length = workload.ends.is_some();
        let all = u64::from(workload.mailboxes * workload.messages);
        let units = if fixed_length { all } else { done.fetched } * get + pages * LIST;
        let best = possible(cell, units);
        let most = (best.units - (pages * LIST) as f64) / get as f64;
        let efficiency =
            if fixed_length { done.fetched as f64 / most } else { best.milliseconds as f64 / done.taken as f64 };
        Self {
            client,
            workload: workload.name,
            model: cell.model_name(),
            regime: cell.regime.name,
            efficiency,
            refusals: sum(|mailbox| mailbox.refused.total()),
            calls: sum(|mailbox| mailbox.calls),
            interactive_p99_ms: p99(done.waits.clone()),
            seconds: done.taken as f64 / 1000.0,
            best: if fixed_length { most.floor() } else { best.milliseconds as f64 / 1000.0 },
            fetched: done.fetched,
            crowded: sum(|mailbox| mailbox.refused.concurrency),
            peak_concurrency: counted.iter().map(|mailbox| mailbox.peak_concurrency).max().unwrap_or_default(),
            locked_out: sum(|mailbox| mailbox.refused.lockout),
            lockout_violations: done.early,
            failed_reads: done.failed_reads,
            unfinished: done.unfinished,
            speed: workload.speed,
        }
    }
}
