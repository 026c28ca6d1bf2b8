//! `postroad sandbox`: the stand-in for Google alone.

mod faults;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use model::Clock as _;
use serde_json::{Value, json};

use super::demo::MailWish;
use super::output::{self, Format};
use super::private_file::{must_have_place, write_private};
use super::progress::Progress;
use crate::clock::SystemClock;
use crate::config::load_from_process;
use crate::wiring::stand_in::{self, Filling, SCOPES};
use crate::wiring::{start_logging, stop_asked};

/// Run the stand-in for Google alone: OAuth, Gmail REST, push, and any fault on request.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Google's own client libraries work against it when told its address; docs/SANDBOX.md shows how, and how to make it
misbehave. Nothing is kept: started again with the same seed it holds the same mail under the same ids.

Examples:
  postroad sandbox
  postroad sandbox --mailbox me@example.test --messages 50 --seed 7
  postroad sandbox --seed-mail ./mail --json
  postroad sandbox --quotas current:sliding
  postroad sandbox --quotas legacy:hidden,concurrency=20,latency_ms=80 --clock-speed 60
  postroad sandbox faults gmail.invalid"
)]
pub(super) struct Sandbox {
    #[command(subcommand)]
    ask: Option<Ask>,
    /// Where it listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7679")]
    listen: SocketAddr,
    /// Listen here for TLS as well, for libraries that insist on it; needs --ca-file.
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
    /// Let the sandbox's clock run so many times as fast as this machine's, so that an hour passes in a minute (60).
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(sandbox::clock::FASTEST)))]
    clock_speed: u32,
    /// Write address, client and refresh tokens here as JSON once it is ready.
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
    let ready = describe(&sandbox, &filled.await.context("filling the mailboxes")??);
    if let Some(path) = &asked.ready_file {
        write_private(path, format!("{ready:#}\n").as_bytes())?;
    }
    match asked.format.json {
        true => output::json(&ready),
        false => output::line(&guide(&ready)),
    }
    stop_asked().await.context("waiting for signals")?;
    sandbox.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn fill(world: &sandbox::World, fillings: Vec<Filling>, seed: u64) -> anyhow::Result<Vec<Filling>> {
    let progress = Progress::start("Writing mail", stand_in::total(&fillings));
    stand_in::fill(world, &fillings, seed, SystemClock.now(), &|done| progress.set(done))?;
    progress.finish("Mailboxes filled.");
    Ok(fillings)
}

fn describe(sandbox: &sandbox::Sandbox, fillings: &[Filling]) -> Value {
    let world = sandbox.world();
    let mailbox = |filling: &Filling| {
        let token = world.issue_refresh_token(&filling.email, sandbox::DEFAULT_CLIENT_ID, &SCOPES);
        json!({ "email": filling.email, "refresh_token": token })
    };
    json!({
        "sandbox_url": sandbox.url(),
        "tls_url": sandbox.tls_url(),
        "client_id": sandbox::DEFAULT_CLIENT_ID,
        "client_secret": sandbox::DEFAULT_CLIENT_SECRET,
        "mailboxes": fillings.iter().map(mailbox).collect::<Vec<_>>(),
    })
}

fn guide(ready: &Value) -> String {
    let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
    let url = text("sandbox_url");
    let mailboxes = ready["mailboxes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lines = mailboxes.iter().map(|mailbox| {
        let field = |name: &str| mailbox[name].as_str().unwrap_or_default();
        format!("  mailbox        {}\n  refresh token  {}\n", field("email"), field("refresh_token"))
    });
    format!(
        "\nThe sandbox is ready.\n\n  Gmail          {url}\n  authorize      {url}/o/oauth2/v2/auth\n  token          {url}/token\n  \
         control        {url}/_sandbox\n  client_id      {}\n  client_secret  {}\n{}\nCtrl-C stops it.",
        text("client_id"),
        text("client_secret"),
        lines.collect::<String>()
    )
}
