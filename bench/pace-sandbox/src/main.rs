//! Compares Postroad's engine with other clients over real HTTP against the sandbox's quotas, on a hurried clock.
//!
//! Outside the house's arrows: it joins the engine and the sandbox in one process and gives both one clock.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // measuring needs the clock, and a measurement is printed

mod best;
mod cell;
mod clients;
mod clock;
mod graph;
mod reads;
mod regime;
mod report;
mod row;
mod run;
mod stage;
mod workload;

use std::path::PathBuf;

use sandbox::quotas::Model;

use crate::cell::Cell;
use crate::row::Row;

/// Compares Postroad with other clients over HTTP, under Gmail's quotas.
#[derive(clap::Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Run this workload alone; may be given more than once.
    #[arg(long, value_parser = workload::NAMES)]
    workload: Vec<String>,
    /// Run this enforcement model alone; may be given more than once.
    #[arg(long, value_parser = ["sliding", "fixed", "hidden"])]
    model: Vec<String>,
    /// Run this regime alone; may be given more than once.
    #[arg(long, value_parser = ["legacy", "current"])]
    regime: Vec<String>,
    /// Run this client alone; may be given more than once.
    #[arg(long, value_parser = run::CLIENTS)]
    client: Vec<String>,
    /// A Python that has google-api-python-client.
    #[arg(long, default_value = "target/pace-wire-venv/bin/python")]
    python: PathBuf,
    /// Decides the mail and when reads come.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another speed of the clock than each workload's own.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3600))]
    speed: Option<u32>,
    /// Refused calls use up units, too. Whether they do at Gmail is not known.
    #[arg(long)]
    charge_refused: bool,
    /// One client after the other, instead of all at once each against a sandbox of its own.
    #[arg(long)]
    apart: bool,
    /// What to log of Postroad, for example `engine=debug`.
    #[arg(long, default_value = "off")]
    log: String,
}

/// What else is measured.
#[derive(clap::Subcommand)]
enum Other {
    /// The first sync of a mailbox at Microsoft: requests, by the fewest possible.
    Graph(graph::Asked),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Arguments = clap::Parser::parse();
    if let Some(Other::Graph(asked)) = &arguments.other {
        tracing_subscriber::fmt().with_env_filter(&asked.log).with_writer(std::io::stderr).init();
        return graph::print(asked).await;
    }
    tracing_subscriber::fmt().with_env_filter(&arguments.log).with_writer(std::io::stderr).init();
    let mut rows: Vec<Row> = Vec::new();
    if !arguments.json {
        report::head();
    }
    for cell in cells(&arguments) {
        let run = run::Run { python: arguments.python.clone(), apart: arguments.apart };
        let done = run.compare(&cell, &arguments.client).await?;
        if !arguments.json {
            report::cell(&done);
        }
        rows.extend(done);
    }
    if arguments.json {
        println!("{}", serde_json::json!({ "rows": rows }));
    }
    Ok(())
}

/// Every cell asked for, in the order of the table.
fn cells(arguments: &Arguments) -> Vec<Cell> {
    let asked = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
    let mut cells = Vec::new();
    for name in workload::NAMES.into_iter().filter(|name| asked(&arguments.workload, name)) {
        for regime in [regime::LEGACY, regime::CURRENT].into_iter().filter(|it| asked(&arguments.regime, it.name)) {
            for model in [Model::Sliding, Model::Fixed, Model::Hidden] {
                let Some(mut workload) = workload::named(name, regime) else { continue };
                workload.speed = arguments.speed.unwrap_or(workload.speed);
                let Arguments { charge_refused, seed, .. } = *arguments;
                let cell = Cell { workload, regime, model, charge_refused, seed };
                if asked(&arguments.model, cell.model_name()) {
                    cells.push(cell);
                }
            }
        }
    }
    cells
}
