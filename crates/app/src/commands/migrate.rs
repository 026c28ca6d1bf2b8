//! `postroad migrate`: the database's schema.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::output::{self, Format};
use crate::config::load_from_process;
use crate::wiring::open_store;

/// Bring the database to this version's schema. `postroad serve` does this at its start, too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  postroad migrate --config postroad.toml
  postroad migrate --check || echo 'not current'

Migrations only go forward: take a backup before an upgrade (docs/OPERATING.md).")]
pub(super) struct Migrate {
    /// Change nothing; the exit code is 1 when the database is missing or behind.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    format: Format,
}

pub(super) async fn run(asked: Migrate, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = load_from_process(file)?.config;
    let path = config.storage.database();
    if asked.check {
        anyhow::bail!("cannot check {} yet", path.display());
    }
    let store = open_store(&config).await?;
    let version = store.schema_version().await?;
    store.close().await?;
    if asked.format.json {
        output::json(&json!({ "database": path, "schema_version": version }));
    } else {
        output::line(&format!("{} is at schema version {version}.", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
