//! `postroad config`: what is in force, and the annotated defaults.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::output::{self, Format};
use crate::config::{DEFAULT_FILE, Loaded, Origin, documented_keys, load_from_process};

/// Show the configuration in force, or the annotated file of defaults.
#[derive(Debug, clap::Args)]
pub(super) struct Configuration {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print every key with the value in force and where it came from. Secrets are left out.
    #[command(after_help = "\
Examples:
  postroad config show --config postroad.toml
  postroad config show --json | jq .server")]
    Show(Format),
    /// Print the annotated default file: every key, its default and what it means.
    #[command(after_help = "Example:\n  postroad config default > postroad.toml")]
    Default,
}

pub(super) fn run(asked: Configuration, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    match asked.what {
        What::Default => output::line(DEFAULT_FILE.trim_end()),
        What::Show(format) => show(&load_from_process(file)?, format),
    }
    Ok(ExitCode::SUCCESS)
}

fn show(loaded: &Loaded, format: Format) {
    if format.json {
        return output::json(&json!(loaded.tables));
    }
    for section in documented_keys() {
        output::line(&format!("[{}]", section.name));
        for key in section.keys {
            let value = &loaded.tables[&section.name][&key.name];
            match loaded.origins.of(&format!("{}.{}", section.name, key.name)) {
                Origin::Default => output::line(&format!("{} = {value}", key.name)),
                origin => output::line(&format!("{} = {value}  # {origin}", key.name)),
            }
        }
        output::line("");
    }
}
