//! How long a classification takes, per kind of answer. Run by `bench/classify`; the target is 10 µs for a typical body.
//!
//! The hostile bodies at the end bound the work: what is beyond the part that is looked at costs nothing.
#![allow(clippy::disallowed_macros)] // a measurement is printed

mod bodies;

use std::hint::black_box;
use std::time::Instant;

use providers::classify::{Observation, Protocol, classify};

/// Batches per answer, of which the median counts.
const BATCHES: usize = 41;
/// Classifications per batch.
const BATCH: u32 = 500;

fn main() {
    let typical = bodies::all();
    let mut rows: Vec<(&str, f64, bool)> =
        typical.iter().map(|case| (case.name, nanoseconds(case.protocol, &case.seen, BATCH), true)).collect();
    let page = "<html>".repeat(500_000);
    for (name, protocol) in [("3 MB of HTML, Gmail", Protocol::GmailRest), ("3 MB of HTML, EWS", Protocol::Ews)] {
        let seen = Observation { http_status: Some(500), body: page.as_bytes(), ..Observation::default() };
        rows.push((name, nanoseconds(protocol, &seen, 10), false));
    }
    print(&rows, std::env::args().any(|argument| argument == "--json"));
}

/// The median over the batches of what one classification takes.
fn nanoseconds(protocol: Protocol, seen: &Observation<'_>, batch: u32) -> f64 {
    let mut batches: Vec<f64> = (0..=BATCHES)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..batch {
                black_box(classify(black_box(protocol), black_box(seen)));
            }
            start.elapsed().as_nanos() as f64 / f64::from(batch)
        })
        .skip(1) // the first one builds the tables
        .collect();
    batches.sort_by(f64::total_cmp);
    batches[batches.len() / 2]
}

fn print(rows: &[(&str, f64, bool)], as_json: bool) {
    if as_json {
        let row = |(what, value, typical): &(&str, f64, bool)| {
            let target = typical.then_some("10000 ns");
            serde_json::json!({ "what": what, "value": value.round(), "unit": "ns", "target": target })
        };
        println!("{:#}", rows.iter().map(row).collect::<serde_json::Value>());
        return;
    }
    for (what, value, typical) in rows {
        let target = if *typical { "target 10000 ns" } else { "" };
        println!("{what:<44} {value:>12.0} ns           {target}");
    }
}
