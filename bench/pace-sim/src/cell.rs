//! One cell of the comparison: a workload under a model and a regime, by every client.

use crate::clients::postroad::Postroad;
use crate::clients::retrying::{Retrying, Rule};
use crate::clients::steady::Steady;
use crate::enforcement::Model;
use crate::regime::{GRAPH, Regime};
use crate::row::{Possible, Row};
use crate::simulation::{Outcome, Setting, run};
use crate::time::Millis;

/// Workers of the client with fixed back-off: what programs are found with, at Graph as many as may be under way.
fn fixed_pool(regime: Regime) -> u32 {
    regime.places.min(10)
}
/// The Python client is run as a plain loop and as a small pool; the better one is shown.
const PYTHON_POOLS: [u32; 2] = [1, 8];

/// Every client's row.
pub fn compare(setting: &Setting) -> Vec<Row> {
    let possible = possible(setting);
    let mailboxes = setting.workload.mailboxes;
    let row = |client, outcome: &Outcome| Row::new(client, setting, &possible, outcome);
    let postroad = run(setting, &mut Postroad::new(setting), false);
    let fixed_pool = fixed_pool(setting.regime);
    let fixed = run(setting, &mut Retrying::new(Rule::Fixed, fixed_pool, mailboxes), false);
    // Google's library calls Google.
    let pools = PYTHON_POOLS.into_iter().filter(|_| setting.regime != GRAPH);
    let python = pools.map(|pool| {
        let outcome = run(setting, &mut Retrying::new(Rule::GooglePython, pool, mailboxes), false);
        Row { workers: Some(pool), ..row("google-python", &outcome) }
    });
    let python = python.max_by(|a, b| a.efficiency.total_cmp(&b.efficiency));
    let fixed = Row { workers: Some(fixed_pool), ..row("fixed-backoff", &fixed) };
    [Some(row("postroad", &postroad)), Some(fixed), python].into_iter().flatten().collect()
}

/// What could have been done: by one who is never refused and never late, and were there no limits.
fn possible(setting: &Setting) -> Possible {
    let best = omniscient(setting);
    let open = omniscient(&Setting { model: Model::Open, ..setting.clone() });
    Possible { fixed_rate: fixed_rate(setting), best, open }
}

fn omniscient(setting: &Setting) -> Outcome {
    let places = setting.regime.places;
    // A thief's places are not to be had, whatever one knows.
    let few = places < 10 && setting.model != Model::Open;
    let places = if few { (f64::from(places) * (1.0 - setting.workload.stolen)) as u32 } else { places };
    run(setting, &mut Retrying::omniscient(places, setting.workload.mailboxes), true)
}

/// The time of the best fixed rate in hindsight: the highest, to a thousandth, at which nothing is refused.
fn fixed_rate(setting: &Setting) -> Option<Millis> {
    if setting.model != Model::Hidden || setting.workload.name != "backfill" || setting.regime == GRAPH {
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
