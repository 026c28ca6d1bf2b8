//! The table.

use crate::row::Row;

/// Prints the head of the table.
pub fn head() {
    println!(
        "{:<20} {:<7} {:<7} {:<13} {:>6} {:>8} {:>8} {:>7} {:>7} {:>6} {:>8} {:>5}",
        "workload",
        "regime",
        "model",
        "client",
        "effic.",
        "best",
        "took s",
        "calls",
        "refused",
        "peak",
        "p99 ms",
        "speed"
    );
}

/// Prints the rows of one cell.
pub fn cell(rows: &[Row]) {
    for row in rows {
        let unit = if row.workload == "lockouts" { "" } else { "s" };
        println!(
            "{:<20} {:<7} {:<7} {:<13} {:>6.3} {:>8} {:>8.1} {:>7} {:>7} {:>6} {:>8} {:>5}{}",
            row.workload,
            row.regime,
            row.model,
            row.client,
            row.efficiency,
            format!("{:.0}{unit}", row.best),
            row.seconds,
            row.calls,
            row.refusals,
            row.peak_concurrency,
            row.interactive_p99_ms.map_or("-".to_owned(), |p99| p99.to_string()),
            row.speed,
            remarks(row)
        );
    }
    println!();
}

fn remarks(row: &Row) -> String {
    let counts = [
        (row.crowded, "too many at once"),
        (row.locked_out, "by lockout"),
        (row.lockout_violations, "of them knowing the instant"),
        (u64::from(row.failed_reads), "reads failed"),
        (u64::from(row.unfinished), "not finished"),
    ];
    let said: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if said.is_empty() { String::new() } else { format!("  {}", said.join(", ")) }
}
