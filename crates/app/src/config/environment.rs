//! The door to the environment: the only place that reads it.

use std::path::PathBuf;

/// Every key's variable starts so.
pub const PREFIX: &str = "POSTROAD_";

/// The variable that overrides a key: `server.listen` is `POSTROAD_SERVER__LISTEN`.
pub fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

/// The configuration variables that are set, in the order of their names. Only names with `__` count: container
/// platforms put variables such as `POSTROAD_PORT` beside a service of that name, and those are not ours.
#[allow(clippy::disallowed_methods)] // the one home of this call
pub fn overrides() -> Vec<(String, String)> {
    let mut found: Vec<_> =
        std::env::vars().filter(|(name, _)| name.starts_with(PREFIX) && name.contains("__")).collect();
    found.sort();
    found
}

/// The configuration file named by `POSTROAD_CONFIG`, if one is.
#[allow(clippy::disallowed_methods)] // the one home of this call
pub fn config_file() -> Option<PathBuf> {
    std::env::var_os("POSTROAD_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Whether the person asked for plain output (<https://no-color.org>), or the terminal cannot do better.
#[allow(clippy::disallowed_methods)] // the one home of this call
pub fn plain_output() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
