//! Compares the pacer with other clients under simulated quotas and lockouts, in simulated time: seeded, without a network.
//!
//! Outside the house's arrows: it drives the `quota` crate as the gate does, against a provider of its own.
#![allow(clippy::disallowed_macros)] // a measurement is printed

mod cell;
mod clients;
mod enforcement;
mod lockout;
mod regime;
mod report;
mod row;
mod server;
mod simulation;
mod tally;
mod time;
mod verdict;
mod wire;
mod work;
mod workload;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::enforcement::Model;
use crate::row::Row;
use crate::simulation::Setting;

/// Compares the pacer with other clients in simulated time.
#[derive(clap::Parser)]
struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many seeds to run.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// Run this workload alone; may be given more than once.
    #[arg(long, value_parser = workload::NAMES)]
    workload: Vec<String>,
    /// Run this enforcement model alone; may be given more than once.
    #[arg(long, value_parser = ["sliding", "fixed", "hidden"])]
    model: Vec<String>,
    /// Median of a call's latency.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    latency_ms: u32,
    /// Refused calls use up no units. Whether they do at Gmail is not known; it is probable, so by default they do.
    #[arg(long)]
    free_refusals: bool,
}

fn main() {
    let arguments: Arguments = clap::Parser::parse();
    let rows = measure(&settings(&arguments));
    if arguments.json {
        println!("{}", serde_json::json!({ "rows": rows }));
        return;
    }
    report::print(&rows);
    println!();
    verdict::all(&rows).iter().for_each(verdict::Verdict::print);
}

/// Every cell asked for, in the order of the table.
fn settings(arguments: &Arguments) -> Vec<Setting> {
    let asked = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
    let mut settings = Vec::new();
    for name in workload::NAMES.into_iter().filter(|name| asked(&arguments.workload, name)) {
        for regime in regime::ALL {
            let Some(workload) = workload::named(name, regime) else { continue };
            for model in Model::ALL.into_iter().filter(|model| asked(&arguments.model, model.name())) {
                for seed in arguments.seed..arguments.seed.saturating_add(arguments.seeds) {
                    let Arguments { latency_ms: latency, free_refusals, .. } = *arguments;
                    let charge_refused = !free_refusals;
                    let workload = workload.clone();
                    settings.push(Setting { workload, regime, model, seed, latency, charge_refused });
                }
            }
        }
    }
    settings
}

/// Runs the cells on all processors. The figures do not depend on how many there are.
fn measure(settings: &[Setting]) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((place, setting)) = claim(&next, settings) {
                    let rows = cell::compare(setting);
                    done.lock().expect("no run panics").push((place, rows));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no run panics");
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().flat_map(|(_, rows)| rows).collect()
}

fn claim<'a>(next: &AtomicUsize, settings: &'a [Setting]) -> Option<(usize, &'a Setting)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, settings.get(place)?))
}
