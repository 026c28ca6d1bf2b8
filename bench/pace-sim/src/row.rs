//! One row of the table: a client in a cell.

use serde::Serialize;

use crate::simulation::{Outcome, Setting};
use crate::time::{MINUTE, Millis, SECOND};
use crate::workload::Reads;

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
    /// Messages a minute by those of one who knows everything: who is never refused, never late, and as fast on the same wire.
    /// Of a run that ends with its work this is the best possible time by the time taken.
    pub efficiency: f64,
    /// Calls refused.
    pub refusals: u64,
    /// Calls sent, refused ones included.
    pub calls: u64,
    /// 99 in 100 interactive reads departed (in the attempt that succeeded) within so many milliseconds of being asked for.
    pub interactive_p99_ms: Option<Millis>,
    /// Refusals among 1,000 calls sent after the first minute.
    pub refusals_after_first_minute_per_1000: f64,
    /// Messages a minute, interactive reads included.
    pub throughput: f64,
    /// Seconds taken.
    pub seconds: f64,
    /// The least seconds possible; for a run of fixed length, the most messages.
    pub best: f64,
    /// Under the hidden bucket, for one mailbox's backfill: the time of the best fixed rate without a refusal, by the
    /// time taken.
    pub of_best_fixed_rate: Option<f64>,
    /// Most calls after a lockout's instant before one succeeded.
    pub probes: u32,
    /// Calls to a mailbox before the instant that the client had been told.
    pub lockout_violations: u64,
    /// Lockouts that came by themselves.
    pub lockouts: u32,
    /// Reads that failed for good.
    pub failed_reads: u32,
    /// Reads told at once that they would not go before their deadline.
    pub turned_away: u32,
    /// Fewest and most messages fetched from one mailbox.
    pub spread: (u32, u32),
    /// Whether the limits, not the wire, decide how long the best possible takes.
    pub binds: bool,
    /// Workers of a pool, where the better of two was taken.
    pub workers: Option<u32>,
    /// The run's seed.
    pub seed: u64,
}

/// What would have been possible in a cell.
#[derive(Clone, Debug)]
pub struct Possible {
    /// By one who knows everything.
    pub best: Outcome,
    /// If nothing were limited.
    pub open: Outcome,
    /// By the best fixed rate without a refusal, in milliseconds.
    pub fixed_rate: Option<Millis>,
}

impl Row {
    /// Measures one run by what was possible.
    pub fn new(client: &'static str, setting: &Setting, possible: &Possible, outcome: &Outcome) -> Self {
        let tally = &outcome.tally;
        let taken = taken(setting, &possible.best, outcome);
        let per_late_call = 1_000.0 / tally.late_calls.max(1) as f64;
        Self {
            client,
            workload: setting.workload.name,
            model: setting.model.name(),
            regime: setting.regime.name,
            efficiency: efficiency(setting, &possible.best, outcome),
            refusals: tally.refusals,
            calls: tally.calls,
            interactive_p99_ms: tally.p99(),
            refusals_after_first_minute_per_1000: tally.late_refusals as f64 * per_late_call,
            throughput: throughput(setting, &possible.best, outcome),
            seconds: taken as f64 / SECOND as f64,
            best: match setting.workload.ends {
                Some(_) => possible.best.fetched as f64,
                None => taken_by(setting, &possible.best) as f64 / SECOND as f64,
            },
            of_best_fixed_rate: possible.fixed_rate.map(|best| best as f64 / taken as f64),
            probes: tally.probes,
            lockout_violations: tally.violations,
            lockouts: outcome.lockouts,
            failed_reads: tally.failed_reads,
            turned_away: tally.turned_away,
            spread: outcome.spread,
            binds: efficiency(setting, &possible.open, &possible.best) < 1.0 / 1.2,
            workers: None,
            seed: setting.seed,
        }
    }
}

/// The rate of a run by that of the best.
fn efficiency(setting: &Setting, best: &Outcome, outcome: &Outcome) -> f64 {
    throughput(setting, best, outcome) / throughput(setting, best, best)
}

/// Messages a minute. Reads count, too: who lets readers starve is not faster.
fn throughput(setting: &Setting, best: &Outcome, outcome: &Outcome) -> f64 {
    served(outcome) as f64 * MINUTE as f64 / taken(setting, best, outcome) as f64
}

fn served(outcome: &Outcome) -> u64 {
    outcome.fetched + outcome.tally.reads
}

/// Milliseconds taken: from when the work is there to its last answer, or the length of the run. Who is done early because
/// readers of a burst were turned away is not faster for it.
fn taken(setting: &Setting, best: &Outcome, outcome: &Outcome) -> Millis {
    let least = match setting.workload.reads {
        Reads::Burst(..) if served(outcome) < served(best) => taken_by(setting, best),
        _ => 1,
    };
    setting.workload.ends.unwrap_or_else(|| taken_by(setting, outcome).max(least))
}

fn taken_by(setting: &Setting, outcome: &Outcome) -> Millis {
    let begins = match setting.workload.reads {
        Reads::Burst(_, at) => at,
        _ => 0,
    };
    (outcome.tally.finish - begins).max(1)
}
