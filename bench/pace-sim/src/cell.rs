//! One cell of the comparison: a workload under a model and a regime, by every client.

use crate::clients::postroad::Postroad;
use crate::clients::retrying::{Retrying, Rule};
use crate::clients::steady::Steady;
use crate::enforcement::Model;
use crate::row::{Possible, Row};
use crate::simulation::{Outcome, Setting, run};
use crate::time::Millis;

/// Workers of the client with fixed back-off: what programs are found with.
const FIXED_POOL: u32 = 10;
/// The Python client is run as a plain loop and as a small pool; the better one is shown.
const PYTHON_POOLS: [u32; 2] = [1, 8];

/// Every client's row.
pub fn compare(setting: &Setting) -> Vec<Row> {
    let possible = possible(setting);
    let mailboxes = setting.workload.mailboxes;
    let row = |client, outcome: &Outcome| Row::new(client, setting, &possible, outcome);
    let postroad = run(setting, &mut Postroad::new(setting), false);
    let fixed = run(setting, &mut Retrying::new(Rule::Fixed, FIXED_POOL, mailboxes), false);
    let python = PYTHON_POOLS.map(|pool| {
        let outcome = run(setting, &mut Retrying::new(Rule::GooglePython, pool, mailboxes), false);
        Row { workers: Some(pool), ..row("google-python", &outcome) }
    });
    let python = python.into_iter().max_by(|a, b| a.efficiency.total_cmp(&b.efficiency));
    let fixed = Row { workers: Some(FIXED_POOL), ..row("fixed-backoff", &fixed) };
    [Some(row("postroad", &postroad)), Some(fixed), python].into_iter().flatten().collect()
}

/// What could have been done: by one who is never refused and never late, and were there no limits.
fn possible(setting: &Setting) -> Possible {
    let best = omniscient(setting);
    let open = omniscient(&Setting { model: Model::Open, ..setting.clone() });
    Possible { fixed_rate: fixed_rate(setting), best, open }
}

fn omniscient(setting: &Setting) -> Outcome {
    run(setting, &mut Retrying::omniscient(setting.workload.mailboxes), true)
}

/// The time of the best fixed rate in hindsight: the highest, to a thousandth, at which nothing is refused.
fn fixed_rate(setting: &Setting) -> Option<Millis> {
    if setting.model != Model::Hidden || setting.workload.name != "backfill" {
        return None;
    }
    let limit = f64::from(setting.regime.user_limit);
    let (mut low, mut high, mut best) = (0.5 * limit, 1.5 * limit, None);
    while high - low > limit / 1_000.0 {
        let rate = (low + high) / 2.0;
        let outcome = run(setting, &mut Steady::new(rate), false);
        if outcome.complete && outcome.tally.refusals == 0 {
            (low, best) = (rate, Some(outcome.tally.finish));
        } else {
            high = rate;
        }
    }
    best
}

#[cfg(test)]
mod tests;
