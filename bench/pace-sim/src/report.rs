//! The table.

use crate::row::Row;

/// Rows of one client in one cell, over all seeds.
struct Line<'a>(Vec<&'a Row>);

impl Line<'_> {
    fn mean(&self, value: impl Fn(&Row) -> f64) -> f64 {
        self.0.iter().map(|row| value(row)).sum::<f64>() / self.0.len() as f64
    }

    fn most<T: Ord>(&self, value: impl Fn(&Row) -> Option<T>) -> Option<T> {
        self.0.iter().filter_map(|row| value(row)).max()
    }
}

/// Prints every row; over several seeds the mean of each figure, the lowest efficiency, and the highest p99.
pub fn print(rows: &[Row]) {
    println!(
        "{:<20} {:<7} {:<7} {:<13} {:>6} {:>6} {:>9} {:>9} {:>8} {:>8} {:>9} {:>10}",
        "workload",
        "regime",
        "model",
        "client",
        "effic.",
        "lowest",
        "best",
        "msgs/min",
        "calls",
        "refused",
        "late/1000",
        "p99 ms"
    );
    let mut cell = None;
    for line in lines(rows) {
        let row = line.0[0];
        let this = (row.workload, row.regime, row.model);
        if cell.replace(this).is_some_and(|last| last != this) {
            println!();
        }
        print_line(&line);
    }
}

fn print_line(line: &Line<'_>) {
    let row = line.0[0];
    let lowest = line.0.iter().map(|row| row.efficiency).fold(f64::INFINITY, f64::min);
    let unit = if row.workload == "lockouts" { "" } else { "s" };
    println!(
        "{:<20} {:<7} {:<7} {:<13} {:>6.3} {:>6.3} {:>9} {:>9.0} {:>8.0} {:>8.0} {:>9.1} {:>10}{}",
        row.workload,
        row.regime,
        row.model,
        row.client,
        line.mean(|row| row.efficiency),
        lowest,
        format!("{:.0}{unit}", line.mean(|row| row.best)),
        line.mean(|row| row.throughput),
        line.mean(|row| row.calls as f64),
        line.mean(|row| row.refusals as f64),
        line.mean(|row| row.refusals_after_first_minute_per_1000),
        line.most(|row| row.interactive_p99_ms).map_or("-".to_owned(), |p99| p99.to_string()),
        remarks(line)
    );
}

fn remarks(line: &Line<'_>) -> String {
    let row = line.0[0];
    let mut remarks = Vec::new();
    if let Some(workers) = row.workers {
        remarks.push(format!("{workers} workers"));
    }
    if row.of_best_fixed_rate.is_some() {
        remarks.push(format!("{:.3} of the best fixed rate", line.mean(|row| row.of_best_fixed_rate.unwrap_or(0.0))));
    }
    let mut count = |value: u64, what: &str| {
        if value > 0 {
            remarks.push(format!("{value} {what}"));
        }
    };
    count(line.most(|row| Some(row.lockout_violations)).unwrap_or(0), "calls before the instant");
    count(line.most(|row| Some(u64::from(row.probes))).unwrap_or(0), "calls before the first success after it");
    count(line.most(|row| Some(u64::from(row.failed_reads))).unwrap_or(0), "reads failed");
    count(line.most(|row| Some(u64::from(row.turned_away))).unwrap_or(0), "reads told when");
    if remarks.is_empty() { String::new() } else { format!("  {}", remarks.join(", ")) }
}

/// The rows that belong together, in the order of the first of each.
fn lines(rows: &[Row]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in rows {
        let same = |line: &&mut Line<'_>| {
            let first = line.0[0];
            (first.client, first.workload, first.regime, first.model)
                == (row.client, row.workload, row.regime, row.model)
        };
        match lines.iter_mut().find(same) {
            Some(line) => line.0.push(row),
            None => lines.push(Line(vec![row])),
        }
    }
    lines
}
