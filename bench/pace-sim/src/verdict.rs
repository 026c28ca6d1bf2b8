//! What was promised, and whether it was kept.

use crate::row::Row;

/// One promise.
pub struct Verdict {
    /// What was promised.
    pub promise: String,
    /// Whether every row kept it; `None` when no row is about it.
    pub kept: Option<bool>,
    /// The figure that decides: the worst one.
    pub figure: String,
}

impl Verdict {
    fn new(promise: impl Into<String>, found: Option<(bool, String)>) -> Self {
        let (kept, figure) = found.map_or((None, "not measured in this run".to_owned()), |(k, f)| (Some(k), f));
        Self { promise: promise.into(), kept, figure }
    }

    /// Prints it in one line.
    pub fn print(&self) {
        let word = match self.kept {
            Some(true) => "kept",
            Some(false) => "NOT KEPT",
            None => "-",
        };
        println!("{word:<9} {}: {}", self.promise, self.figure);
    }
}

/// Every promise, in the order of the acceptance.
pub fn all(rows: &[Row]) -> Vec<Verdict> {
    let ours = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| row.client == "postroad" && wanted(row)).collect();
    let published: Vec<&Row> = ours(|row| row.workload == "backfill" && row.model != "hidden");
    let hidden: Vec<&Row> = ours(|row| row.workload == "backfill" && row.model == "hidden" && row.regime != "graph");
    let interactive: Vec<&Row> = ours(|row| row.workload == "backfill-interactive" && row.model != "hidden");
    let lockouts: Vec<&Row> = ours(|row| row.workload == "lockouts");
    let mut verdicts = vec![
        Verdict::new("backfill at 97 % of the best possible or more under sliding and fixed windows", {
            lowest(&published, |row| row.efficiency, 0.97)
        }),
        Verdict::new("no refusal in it", highest(&published, |row| row.refusals as f64, 0.0)),
        Verdict::new("backfill at 90 % of the best fixed rate or more under the hidden bucket", {
            lowest(&hidden, |row| row.of_best_fixed_rate.unwrap_or(0.0), 0.90)
        }),
        Verdict::new("at most 5 refusals per 1,000 calls in it after the first minute", {
            highest(&hidden, |row| row.refusals_after_first_minute_per_1000, 5.0)
        }),
        Verdict::new("interactive p99 under 250 ms during backfill under published limits", {
            highest(&interactive, |row| row.interactive_p99_ms.unwrap_or(0) as f64, 249.0)
        }),
        Verdict::new("after a lockout no call before the instant", {
            highest(&lockouts, |row| row.lockout_violations as f64, 0.0)
        }),
        Verdict::new("after it one probe", highest(&lockouts, |row| f64::from(row.probes), 1.0)),
        Verdict::new("no lockout but the two that come by themselves", {
            highest(&lockouts, |row| f64::from(row.lockouts), 2.0)
        }),
    ];
    for client in ["fixed-backoff", "google-python"] {
        let pairs = pairs(rows, client);
        verdicts.push(fewer_refusals(client, &pairs));
        verdicts.push(more_throughput(client, &pairs));
    }
    verdicts
}

/// Our row beside the other client's, wherever limits bind.
fn pairs<'a>(rows: &'a [Row], client: &str) -> Vec<(&'a Row, &'a Row)> {
    let cell = |row: &Row| (row.workload, row.regime, row.model, row.seed);
    let theirs = rows.iter().filter(|row| row.client == client && row.binds);
    let beside = theirs.filter_map(|other| {
        let ours = rows.iter().find(|row| row.client == "postroad" && cell(row) == cell(other))?;
        Some((ours, other))
    });
    beside.collect()
}

fn fewer_refusals(client: &str, pairs: &[(&Row, &Row)]) -> Verdict {
    let ratio = |ours: &Row, other: &Row| match ours.refusals {
        0 => f64::INFINITY,
        refusals => other.refusals as f64 / refusals as f64,
    };
    let worst = pairs.iter().min_by(|(a, b), (c, d)| ratio(a, b).total_cmp(&ratio(c, d)));
    let good = pairs.iter().filter(|(ours, other)| ratio(ours, other) >= 3.0).count();
    let found = worst.map(|(ours, other)| {
        let least = format!("least in {} ({} against {})", place(ours), ours.refusals, other.refusals);
        (good == pairs.len(), format!("in {good} of {} cells; {least}", pairs.len()))
    });
    Verdict::new(format!("3 times fewer refusals than {client} wherever limits bind"), found)
}

fn more_throughput(client: &str, pairs: &[(&Row, &Row)]) -> Verdict {
    let ratio = |ours: &Row, other: &Row| ours.efficiency / other.efficiency;
    let worst = pairs.iter().min_by(|(a, b), (c, d)| ratio(a, b).total_cmp(&ratio(c, d)));
    let good = pairs.iter().filter(|(ours, other)| ratio(ours, other) >= 1.2).count();
    // Nobody can be a fifth faster than one who is at more than five sixths of the best possible.
    let impossible = pairs.iter().filter(|(_, other)| other.efficiency > 1.0 / 1.2).count();
    let found = worst.map(|(ours, other)| {
        let least = format!("least in {}: {:.2} times", place(ours), ratio(ours, other));
        let beyond = format!("in {impossible} the best possible is not 1.2 times theirs");
        (good == pairs.len(), format!("in {good} of {} cells ({beyond}); {least}", pairs.len()))
    });
    Verdict::new(format!("1.2 times the throughput of {client} wherever limits bind"), found)
}

/// The lowest value and whether it is high enough.
fn lowest(rows: &[&Row], value: impl Fn(&Row) -> f64, least: f64) -> Option<(bool, String)> {
    let row = rows.iter().min_by(|a, b| value(a).total_cmp(&value(b)))?;
    Some((value(row) >= least, format!("lowest {:.3} in {}", value(row), place(row))))
}

/// The highest value and whether it is low enough.
fn highest(rows: &[&Row], value: impl Fn(&Row) -> f64, most: f64) -> Option<(bool, String)> {
    let row = rows.iter().max_by(|a, b| value(a).total_cmp(&value(b)))?;
    Some((value(row) <= most, format!("highest {:.1} in {}", value(row), place(row))))
}

fn place(row: &Row) -> String {
    format!("{}/{}/{}, seed {}", row.workload, row.regime, row.model, row.seed)
}

#[cfg(test)]
mod tests;
