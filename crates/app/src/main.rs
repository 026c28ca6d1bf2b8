//! Postroad: arguments, runtime, command, exit code.

use std::process::ExitCode;

use postroad::{commands, wiring};

/// For everything in the process, SQLite and zstd included. Memory unused for a second goes back to the system, where the C library's
/// own keeps it for each thread that ran (docs/PERFORMANCE.md, "Memory at rest"). Set up in `.cargo/config.toml`. Elsewhere pages
/// may be larger than on the machine it is built on, and then it does not start.
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
