//! `postroad serve`: the server for real use.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::config::{Config, load_from_process};
use crate::wiring::{House, Serving, start_logging, stop_asked};

/// Run the server until SIGTERM or SIGINT, then finish what is in hand and stop.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  postroad config default > postroad.toml       every key with its default, to edit
  postroad admin key generate                   a sealing key for postroad.toml
  postroad serve --config postroad.toml
  POSTROAD_SEALING__KEYS_FILE=/run/secrets/keys postroad serve

The server does not start without a sealing key: refresh tokens and secrets are never stored in the open.")]
pub(super) struct Serve {}

pub(super) async fn run(_: Serve, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = load_from_process(file)?.config;
    start_logging(&config.log)?;
    let mut serving = start(&config).await?;
    let stop = stop_asked().context("listening for signals")?;
    tracing::info!(address = %serving.address(), public_url = %config.server.public_url, "postroad is ready");
    if !config.server.public_url.starts_with("https://") {
        let every = config.sync.poll_interval;
        tracing::info!(
            ?every,
            "`server.public_url` is not https: only stand-ins on this machine can push, other mailboxes are polled"
        );
    }
    tokio::select! {
        () = stop => {}
        broken = serving.broke() => return Err(broken),
    }
    tracing::info!("stopping: no new requests, finishing what is in hand");
    serving.drain(config.server.drain_deadline).await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn start(config: &Config) -> anyhow::Result<Serving> {
    let house = House::open_to_serve(config).await?;
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("listening on {} (`server.listen`)", config.server.listen))?;
    Serving::start(house, listener, config)
}
