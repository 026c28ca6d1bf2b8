//! `postroad migrate`: the database's schema.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use store::{Schema, Store};

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
    if !asked.check {
        open_store(&config).await?.close().await?;
    }
    let path = config.storage.database();
    let schema = Store::schema_at(path.clone()).await?;
    if asked.format.json {
        let (version, newest) = (schema.applied, schema.newest);
        output::json(
            &json!({ "database": path, "schema_version": version, "newest": newest, "current": schema.is_current() }),
        );
    } else {
        output::line(&describe(&path, schema));
    }
    Ok(if schema.is_current() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(path: &Path, schema: Schema) -> String {
    let path = path.display();
    match schema.applied {
        None => format!("{path} does not exist yet; `postroad migrate` makes it."),
        Some(version) if schema.is_current() => format!("{path} is at schema version {version}, the newest."),
        Some(version) => {
            format!("{path} is at schema version {version} of {}; `postroad migrate` brings it up.", schema.newest)
        }
    }
}
