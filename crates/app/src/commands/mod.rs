//! The commands: the only place that prints.

mod admin;
mod arguments;
mod configuration;
mod demo;
mod doctor;
mod explain;
mod fault_list;
mod migrate;
mod output;
mod private_file;
mod progress;
mod quota;
mod reference;
mod sandbox;
mod serve;

use std::process::ExitCode;

pub use arguments::Arguments;
pub use explain::fault_reference;
pub use fault_list::sandbox_page;
pub use output::failed;
pub use reference::{command_reference, config_reference};

use arguments::Command;

/// Reads the command line; ends the process with help or a usage error where that is called for.
pub fn parse() -> Arguments {
    clap::Parser::parse()
}

/// Does what the command line asks for.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Demo(asked) => demo::run(asked, file).await,
        Command::Serve(asked) => serve::run(asked, file).await,
        Command::Sandbox(asked) => sandbox::run(asked, file).await,
        Command::Admin(asked) => admin::run(asked, file).await,
        Command::Outbox(asked) => admin::outbox(asked, file).await,
        Command::Quota(asked) => quota::run(asked, file).await,
        Command::Migrate(asked) => migrate::run(asked, file).await,
        Command::Doctor(asked) => doctor::run(asked, file).await,
        Command::Explain(asked) => explain::run(asked),
        Command::Config(asked) => configuration::run(asked, file),
    }
}
