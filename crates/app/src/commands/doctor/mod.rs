//! `postroad doctor`: what is wrong, and how to mend it.

mod clock;
mod database;
mod faults;
mod finding;
mod folder;
mod providers;
mod public_url;
mod sealing;

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use store::Store;

use self::finding::{Finding, Level};
use super::demo;
use super::output::{self, Format};
use crate::config::{Config, load_from_process};
use crate::wiring::open_store;

/// Check configuration, database, clock, keys and reachability; say what is wrong and how to mend it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every line is ok, warn or fail, with the remedy. The exit code is 1 when something fails.

Examples:
  postroad doctor --config postroad.toml
  postroad doctor --offline --json")]
pub(super) struct Doctor {
    /// Ask nothing of the network.
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    format: Format,
}

pub(super) async fn run(asked: Doctor, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    match load_from_process(file) {
        Err(error) => findings.push(Finding::fail("configuration", "cannot be used", &error.to_string())),
        Ok(mut loaded) => {
            findings.push(Finding::ok("configuration", "every key is known and every value fits"));
            let sandbox = recalled(&mut loaded.config, &mut findings);
            examine(&loaded.config, &mut findings).await;
            if !asked.offline {
                findings.extend(providers::check(&loaded.config, sandbox.as_deref()).await);
            }
        }
    }
    report(&findings, asked.format);
    let failed = findings.iter().any(|finding| finding.level == Level::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The sandbox of the demo whose folder this is, if it is one's; the configuration is pointed at it.
fn recalled(config: &mut Config, findings: &mut Vec<Finding>) -> Option<String> {
    match demo::recall(config) {
        Ok(None) => None,
        Ok(Some(sandbox)) => {
            findings.push(Finding::ok("demo", &format!("the data folder is a demo's; {sandbox} stands in for Google")));
            Some(sandbox)
        }
        Err(error) => {
            findings.push(Finding::fail("demo", &format!("{error:#}"), "Give another folder (`storage.data_dir`)."));
            None
        }
    }
}

async fn examine(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(public_url::check(&config.server.public_url));
    findings.extend(folder::check(&config.storage.data_dir));
    findings.extend(clock::check(config));
    findings.push(sealing::configured(config));
    examine_database(config, findings).await;
}

/// The database is looked at before it is opened: a doctor migrates nothing.
async fn examine_database(config: &Config, findings: &mut Vec<Finding>) {
    let schema = match Store::schema_at(config.storage.database()).await {
        Ok(schema) => schema,
        Err(error) => {
            let remedy = "If a newer version wrote it, run that one; if the disk fails or the file is another program's, \
                          mend that or choose another `storage.data_dir`.";
            return findings.push(Finding::fail("database", &error.to_string(), remedy));
        }
    };
    if !schema.is_current() {
        let (found, remedy) = match schema.applied {
            None => ("does not exist yet".to_owned(), "`postroad serve` or `postroad migrate` makes it."),
            Some(version) => {
                (format!("is at schema version {version} of {}", schema.newest), "`postroad migrate` brings it up.")
            }
        };
        return findings.push(Finding::warn("database", &found, remedy));
    }
    match open_store(config).await {
        Ok(store) => {
            findings.extend(database::check(&store).await);
            findings.extend(sealing::opens(config, &store).await);
            findings.extend(faults::check(&store).await);
            let _ = store.close().await;
        }
        Err(error) => {
            let remedy = "If the disk is full or read-only, mend that; else restore a backup (docs/OPERATING.md).";
            findings.push(Finding::fail("database", &format!("cannot be opened: {error:#}"), remedy));
        }
    }
}

fn report(findings: &[Finding], format: Format) {
    if format.json {
        let list = findings
            .iter()
            .map(|f| json!({ "check": f.check, "level": f.level.name(), "found": f.found, "remedy": f.remedy }));
        return output::json(&list.collect());
    }
    for finding in findings {
        output::line(&format!("{:<4}  {}: {}", finding.level.name(), finding.check, finding.found));
        if !finding.remedy.is_empty() {
            output::line(&format!("      remedy: {}", finding.remedy));
        }
    }
}
