//! The command line.

use std::path::PathBuf;

use uuid::Uuid;

use super::{admin, configuration, demo, doctor, explain, migrate, quota, sandbox, serve};

/// A self-hosted email API: connect mailboxes, then read, search, change and send mail through one HTTP API.
#[derive(Debug, clap::Parser)]
#[command(
    name = "postroad",
    version,
    after_help = "Start with `postroad demo`: a working email API over sandbox mailboxes, in one command."
)]
pub struct Arguments {
    /// Configuration file (also POSTROAD_CONFIG). Every key can be set as POSTROAD_SECTION__KEY, too.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Start a working email API over sandbox mailboxes, in one command.
    Demo(demo::Demo),
    /// Run the server.
    Serve(serve::Serve),
    /// Run the stand-in for Google and Microsoft alone.
    Sandbox(sandbox::Sandbox),
    /// Manage applications, keys, connectors, grants and webhooks from the shell.
    Admin(admin::Admin),
    /// See what is on its way out, and decide about sends whose outcome is unknown.
    Outbox(admin::Outbox),
    /// Show how a mailbox's quotas stand with its provider, with a small chart.
    Quota(quota::Quota),
    /// Bring the database to this version's schema, or check that it is.
    Migrate(migrate::Migrate),
    /// Check configuration, database, clock, keys and reachability; say what is wrong and how to mend it.
    Doctor(doctor::Doctor),
    /// Explain an error of a provider or of Postroad: what it is, why, what to do, when to retry.
    Explain(explain::Explain),
    /// Show the configuration.
    Config(configuration::Configuration),
}

/// An id as every list prints it.
pub(super) fn id(text: &str) -> Result<Uuid, String> {
    text.parse()
        .map_err(|_| "an id is a UUID, such as 0198c0de-0000-7000-8000-000000000001; `list` shows them".to_owned())
}
