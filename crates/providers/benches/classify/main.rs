//! How long a classification takes, per kind of answer. Run by `bench/classify`; the target is 10 µs for a typical body.
//!
//! The hostile bodies at the end bound the work: what is beyond the part that is looked at costs nothing.
#![allow(clippy::disallowed_macros)] // a measurement is printed

mod bodies;

use std::hint::black_box;
use std::time::Instant;

use providers::classify::{Observation, Protocol, classify};

/// Rounds, of which the median counts. Each measures every answer once, so that a busy moment of the machine falls on
/// one round of all and not on all rounds of one.
const ROUNDS: usize = 81;

/// An answer and what its batches took, per classification.
struct Row<'a> {
    name: &'static str,
    protocol: Protocol,
    seen: Observation<'a>,
    batch: u32,
    typical: bool,
    nanoseconds: Vec<f64>,
}

fn main() {
    let page = "<html>".repeat(500_000);
    let typical = bodies::all().into_iter().map(|case| Row::of(case.name, case.protocol, case.seen, true));
    let huge = Observation { http_status: Some(500), body: page.as_bytes(), ..Observation::default() };
    let pages = [("3 MB of HTML, Gmail", Protocol::GmailRest), ("3 MB of HTML, EWS", Protocol::Ews)];
    let mut rows: Vec<Row<'_>> =
        typical.chain(pages.map(|(name, protocol)| Row::of(name, protocol, huge, false))).collect();
    for _ in 0..=ROUNDS {
        rows.iter_mut().for_each(Row::measure);
    }
    print(&rows, std::env::args().any(|argument| argument == "--json"));
}

impl<'a> Row<'a> {
    fn of(name: &'static str, protocol: Protocol, seen: Observation<'a>, typical: bool) -> Self {
        Self { name, protocol, seen, batch: if typical { 200 } else { 10 }, typical, nanoseconds: Vec::new() }
    }

    fn measure(&mut self) {
        let start = Instant::now();
        for _ in 0..self.batch {
            black_box(classify(black_box(self.protocol), black_box(&self.seen)));
        }
        self.nanoseconds.push(start.elapsed().as_nanos() as f64 / f64::from(self.batch));
    }

    /// Without the first round, which builds the tables.
    fn median(&self) -> f64 {
        let mut rounds = self.nanoseconds[1..].to_vec();
        rounds.sort_by(f64::total_cmp);
        rounds[rounds.len() / 2]
    }
}

fn print(rows: &[Row<'_>], as_json: bool) {
    if as_json {
        let row = |row: &Row<'_>| {
            let target = row.typical.then_some("10000 ns");
            serde_json::json!({ "what": row.name, "value": row.median().round(), "unit": "ns", "target": target })
        };
        println!("{:#}", rows.iter().map(row).collect::<serde_json::Value>());
        return;
    }
    for row in rows {
        let target = if row.typical { "target 10000 ns" } else { "" };
        println!("{:<44} {:>12.0} ns           {target}", row.name, row.median());
    }
}
