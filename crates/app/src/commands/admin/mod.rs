//! `postroad admin`: an operator's work, on the database directly, while a server runs or not.

mod application;
mod callback;
pub(super) mod choose;
mod connector;
mod faults;
mod grant;
mod key;
mod outbox;
mod sealing;
mod secret_input;
mod show;
mod webhook;

use std::path::Path;
use std::process::ExitCode;

use super::arguments::id;
use super::demo;
use super::output::Format;
use crate::config::{Config, load_from_process};
use crate::wiring::House;

pub(super) use outbox::Outbox;

/// Manage applications, API keys, connectors, grants and webhooks from the shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
These commands work on the database directly (`storage.data_dir`), also while a server runs on it.
Secrets are shown once, when they are made; lists never hold them. With one application, --application may be left out.

Examples:
  postroad admin application create --name Mailroom --callback-url https://app.example.com/callback
  postroad admin key create --name production
  postroad admin connector create google --client-id ID --client-secret-file secret.txt
  postroad admin grant list
  postroad admin webhook replay WEBHOOK_ID")]
pub(super) struct Admin {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Applications: each owns its keys, connectors, grants and webhooks.
    #[command(subcommand, visible_alias = "app")]
    Application(application::Action),
    /// Callback URLs that hosted authentication may return to.
    #[command(subcommand)]
    Callback(callback::Action),
    /// API keys; `generate` makes a sealing key.
    #[command(subcommand)]
    Key(key::Action),
    /// Sealing keys: which are configured, and re-sealing under the first one.
    #[command(subcommand)]
    Keys(sealing::Action),
    /// Registrations with providers (client id and secret).
    #[command(subcommand)]
    Connector(connector::Action),
    /// Errors of providers that were not recognised: how often, since when, and how to report them.
    #[command(subcommand)]
    Faults(faults::Action),
    /// Grants: people's permissions to their mailboxes.
    #[command(subcommand)]
    Grant(grant::Action),
    /// Webhooks and their deliveries.
    #[command(subcommand)]
    Webhook(webhook::Action),
}

pub(super) async fn run(asked: Admin, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    // Making a sealing key must work before there is anything to open a database with.
    if let What::Key(key::Action::Generate { id, format }) = &asked.what {
        return sealing::generate(id.as_deref(), *format);
    }
    let mut config = load_from_process(file)?.config;
    demo::recall(&mut config)?;
    if !matches!(asked.what, What::Application(application::Action::Create { .. })) {
        must_exist(&config)?;
    }
    let house = House::open(&config).await?;
    let done = match asked.what {
        What::Application(action) => application::run(action, &house).await,
        What::Callback(action) => callback::run(action, &house).await,
        What::Key(action) => key::run(action, &house).await,
        What::Keys(action) => sealing::run(action, &house, &config).await,
        What::Connector(action) => connector::run(action, &house).await,
        What::Faults(action) => faults::run(action, &house).await,
        What::Grant(action) => grant::run(action, &house).await,
        What::Webhook(action) => webhook::run(action, &house).await,
    };
    let closed = house.close().await;
    done.and(closed).map(|()| ExitCode::SUCCESS)
}

/// `postroad outbox`, on the database like the rest.
pub(super) async fn outbox(asked: Outbox, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = load_from_process(file)?.config;
    must_exist(&config)?;
    let house = House::open(&config).await?;
    let done = outbox::run(asked, &house).await;
    let closed = house.close().await;
    done.and(closed).map(|()| ExitCode::SUCCESS)
}

/// A mistyped folder must not become a new, empty installation. Only the first application may begin one.
pub(super) fn must_exist(config: &Config) -> anyhow::Result<()> {
    let (database, folder) = (config.storage.database(), &config.storage.data_dir);
    anyhow::ensure!(
        database.exists(),
        "there is no Postroad database in {} (`storage.data_dir`, POSTROAD_STORAGE__DATA_DIR): name the right folder, or \
         begin one with `postroad admin application create --name NAME`",
        folder.display()
    );
    Ok(())
}

/// Which application a command is about.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct ForApplication {
    /// The application's id; may be left out while there is only one.
    #[arg(long, value_name = "ID", value_parser = id)]
    application: Option<uuid::Uuid>,
}

/// Prints one object: JSON for scripts, `name: value` lines for people.
fn print_one(value: &serde_json::Value, format: Format) {
    show::one(value, format);
}
