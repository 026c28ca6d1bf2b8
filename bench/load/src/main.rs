//! Measures a running Postroad from outside, as an application sees it. Outside the house's arrows: it knows Postroad only by its
//! binary and its HTTP.
//!
//! The sandbox and the server run as processes of their own, so that the server's memory and time are the server's.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)] // measuring needs the clock, and a measurement is printed

mod api;
mod bed;
mod client;
mod crash;
mod idle;
mod latency;
mod memory;
mod outbox;
mod provider;
mod receiver;
mod report;
mod statistics;
mod sync;

use std::path::PathBuf;

/// Measures a running Postroad from outside.
#[derive(clap::Parser)]
struct Arguments {
    /// The binary to measure.
    #[arg(long, default_value = "target/release/postroad", global = true)]
    binary: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Requests per second and latencies of list, get and search.
    Api(api::Api),
    /// Messages per second and peak memory of a first sync.
    Sync(sync::Sync),
    /// Resident memory of an idle server, with one mailbox and with many idle grants.
    Idle(idle::Idle),
    /// From new mail in the sandbox to the webhook's arrival.
    Latency(latency::Latency),
    /// Sends while the provider fails and the server is killed, then compares what was sent with what was told.
    Crash(crash::Crash),
    /// Sends per second, and what scheduled sends cost while they wait.
    Outbox(outbox::Outbox),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Arguments = clap::Parser::parse();
    let report = match arguments.what {
        What::Api(asked) => api::measure(&arguments.binary, asked).await?,
        What::Sync(asked) => sync::measure(&arguments.binary, asked).await?,
        What::Idle(asked) => idle::measure(&arguments.binary, asked).await?,
        What::Latency(asked) => latency::measure(&arguments.binary, asked).await?,
        What::Outbox(asked) => outbox::measure(&arguments.binary, asked).await?,
        What::Crash(asked) => return crash::run(&arguments.binary, asked, arguments.json).await,
    };
    report.print(arguments.json);
    Ok(())
}
