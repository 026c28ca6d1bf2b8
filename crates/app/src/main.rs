//! Postroad: arguments, runtime, command, exit code.

use std::process::ExitCode;

use postroad::{commands, wiring};

fn main() -> ExitCode {
    let arguments = commands::parse();
    wiring::install_cryptography();
    let runtime = match wiring::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return commands::failed(&error.into()),
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(code) => code,
        Err(error) => commands::failed(&error),
    }
}
