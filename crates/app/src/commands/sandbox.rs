//! `postroad sandbox`: the stand-in for Google and Microsoft alone.

mod faults;
mod printout;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use model::Clock as _;

use super::demo::MailWish;
use super::output::{self, Format};
use super::private_file::{must_have_place, write_private};
use super::progress::Progress;
use crate::clock::SystemClock;
use crate::config::load_from_process;
use crate::wiring::stand_in::{self, Filling};
use crate::wiring::{start_logging, stop_asked};

/// Run the stand-in for Google and Microsoft alone: sign-in, Gmail, Graph, push, and any fault on request.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Google's and Microsoft's own client libraries work against it when told its address; docs/SANDBOX.md shows how, and how \
to make it misbehave. Nothing is kept: started again with the same seed it holds the same mail under the same ids.

Examples:
  postroad sandbox
  postroad sandbox --mailbox me@example.test --messages 50 --seed 7
  postroad sandbox --microsoft-mailbox me@contoso.test --tls 127.0.0.1:7680 --ca-file ca.pem
  postroad sandbox --seed-mail ./mail --json
  postroad sandbox --quotas current:sliding
  postroad sandbox --quotas legacy:hidden,concurrency=20,latency_ms=80 --clock-speed 60
  postroad sandbox --graph-quotas concurrency=2,latency_ms=80
  postroad sandbox faults gmail.invalid"
)]
pub(super) struct Sandbox {
    #[command(subcommand)]
    ask: Option<Ask>,
    /// Where it listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7679")]
    listen: SocketAddr,
    /// Listen here for TLS as well, for libraries that insist on it, as Microsoft's do; needs --ca-file.
    #[arg(long, value_name = "ADDR", requires = "ca_file")]
    tls: Option<SocketAddr>,
    /// Write the certificate of the development authority here; clients have to trust it.
    #[arg(long, value_name = "PATH", requires = "tls")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    mail: MailWish,
    /// Enforce Gmail's quotas: REGIME:MODEL, and settings as NAME=VALUE, with commas between. Regimes: current, legacy,
    /// previous; models: sliding, fixed, hidden, off. docs/SANDBOX.md lists the settings.
    #[arg(long, value_name = "SPEC", default_value = "off")]
    quotas: sandbox::Quotas,
    /// Enforce Graph's limits: `published`, or settings as NAME=VALUE with commas between, the others as published.
    /// docs/SANDBOX_GRAPH.md lists them. Off unless given.
    #[arg(long, value_name = "SPEC")]
    graph_quotas: Option<sandbox::GraphQuotas>,
    /// Let the sandbox's clock run so many times as fast as this machine's, so that an hour passes in a minute (60).
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(sandbox::clock::FASTEST)))]
    clock_speed: u32,
    /// Write addresses, clients and refresh tokens here as JSON once it is ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
}

/// What can be asked of the sandbox without running it.
#[derive(Debug, clap::Subcommand)]
enum Ask {
    /// List the faults that can be called by name, with what each does.
    Faults(faults::Faults),
}

pub(super) async fn run(asked: Sandbox, file: Option<&std::path::Path>) -> anyhow::Result<ExitCode> {
    if let Some(Ask::Faults(asked)) = asked.ask {
        return faults::run(&asked);
    }
    asked.ready_file.as_deref().map_or(Ok(()), must_have_place)?;
    start_logging(&load_from_process(file)?.config.log)?;
    let fillings = asked.mail.fillings()?;
    let seed = asked.mail.seed.unwrap_or(stand_in::DEFAULT_SEED);
    let clock = sandbox::clock::Clock::running_at(asked.clock_speed);
    let options = sandbox::Options {
        listen: asked.listen,
        tls: asked.tls,
        seed,
        quotas: asked.quotas,
        graph_quotas: asked.graph_quotas,
        clock,
        ..sandbox::Options::default()
    };
    let sandbox = sandbox::start(options)
        .await
        .with_context(|| format!("listening on {}; if it is taken, give `--listen 127.0.0.1:0`", asked.listen))?;
    if let (Some(path), Some(authority)) = (&asked.ca_file, sandbox.authority()) {
        std::fs::write(path, authority).with_context(|| format!("writing {}", path.display()))?;
    }
    let world = sandbox.world().clone();
    let filled = tokio::task::spawn_blocking(move || fill(&world, fillings, seed));
    let fillings = filled.await.context("filling the mailboxes")??;
    let ready = printout::describe(&sandbox, &fillings, asked.ca_file.as_deref());
    let stop = stop_asked().context("listening for signals")?;
    if let Some(path) = &asked.ready_file {
        write_private(path, format!("{ready:#}\n").as_bytes())?;
    }
    match asked.format.json {
        true => output::json(&ready),
        false => output::line(&printout::guide(&ready)),
    }
    stop.await;
    sandbox.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn fill(world: &sandbox::World, fillings: Vec<Filling>, seed: u64) -> anyhow::Result<Vec<Filling>> {
    let progress = Progress::start("Writing mail", stand_in::total(&fillings));
    stand_in::fill(world, &fillings, seed, SystemClock.now(), &|done| progress.set(done))?;
    progress.finish("Mailboxes filled.");
    Ok(fillings)
}
