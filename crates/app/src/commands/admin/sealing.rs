//! `postroad admin keys`: the keys that seal secrets at rest.

use std::process::ExitCode;

use serde_json::json;

use super::print_one;
use crate::commands::output::{self, Format};
use crate::config::Config;
use crate::config::keys::SealingKey;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// List the configured sealing keys by id; the first one seals.
    List(Format),
    /// Re-seal everything at rest under the first configured key. Safe to repeat, also while a server runs.
    #[command(after_help = "\
To rotate:
  1. postroad admin key generate --id 2026b, and put the new entry first in sealing.keys, keeping the old one
  2. restart the server
  3. postroad admin keys rotate
  4. take the old entry out and restart")]
    Rotate(Format),
}

pub(super) async fn run(action: Action, house: &House, config: &Config) -> anyhow::Result<()> {
    match action {
        Action::List(format) => {
            let rows = config.sealing.keys.iter().enumerate();
            let rows = rows.map(
                |(place, key)| json!({ "id": key.id, "use": if place == 0 { "seals and opens" } else { "opens" } }),
            );
            super::show::many(rows.collect(), &["id", "use"], "No sealing key is configured.", format);
        }
        Action::Rotate(format) => {
            let changed = house.engine.rotate_keys().await?;
            let first = config.sealing.keys.first().map(|key| key.id.as_str());
            print_one(&json!({ "resealed": changed, "key_id": first }), format);
        }
    }
    Ok(())
}

/// Prints a fresh sealing key, in every form the configuration takes.
pub(super) fn generate(id: Option<&str>, format: Format) -> anyhow::Result<ExitCode> {
    let drawn = uuid::Uuid::new_v4().simple().to_string();
    let id = id.map_or_else(|| format!("key-{}", &drawn[..8]), str::to_owned);
    let key = SealingKey::generate(&id).map_err(|problem| anyhow::anyhow!("the key {problem}"))?;
    let entry = key.reveal();
    let (_, base64) = entry.split_once(':').unwrap_or_default();
    if format.json {
        output::json(&json!({ "id": key.id, "key": base64 }));
        return Ok(ExitCode::SUCCESS);
    }
    output::line("[sealing]");
    output::line(&format!("keys = [{{ id = \"{}\", key = \"{base64}\" }}]", key.id));
    output::note("Put this into the configuration file, or keep the line below in a file of mode 0600 and point");
    output::note(
        "POSTROAD_SEALING__KEYS_FILE at it. Keep a copy apart from the database: without it, stored secrets are lost.",
    );
    output::note(&entry);
    Ok(ExitCode::SUCCESS)
}
