//! The log goes to standard error, for people or for machines.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat, environment};

/// Starts logging as configured. Works once per process.
pub fn start_logging(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter).with_context(|| {
        format!("`log.filter` is `{}`; write a level such as \"info\" or \"info,engine=debug\"", log.filter)
    })?;
    let to_people = std::io::stderr().is_terminal() && !environment::plain_output();
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(to_people);
    let started = match log.format {
        LogFormat::Human => subscriber.finish().try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).finish().try_init(),
    };
    started.context("starting the log")
}
