//! What can be wrong with a configuration. Every message names the key, the place it came from, and the remedy.

use super::origin::Origin;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "cannot read the configuration file {path}: {cause}. Check the path given with --config (or POSTROAD_CONFIG)."
    )]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path} is not valid TOML: {cause}")]
    Syntax {
        /// The file.
        path: String,
        /// Where and why.
        cause: String,
    },
    /// A key that Postroad does not know.
    #[error("`{key}` ({origin}) is not a configuration key.{hint} `postroad config default` prints every key.")]
    UnknownKey {
        /// As written.
        key: String,
        /// Where it was written.
        origin: Origin,
        /// ` Did you mean ...?`, or nothing.
        hint: String,
    },
    /// A value that does not fit its key.
    #[error("`{key}` ({origin}) {problem}")]
    BadValue {
        /// The key.
        key: String,
        /// Where the value was written.
        origin: Origin,
        /// What is wrong and what would be right, as the rest of a sentence.
        problem: String,
    },
    /// A secret's file cannot be read.
    #[error("`{key}` ({origin}) names {path}, which cannot be read: {cause}. Correct the path or its permissions.")]
    SecretFile {
        /// The `*_file` key.
        key: String,
        /// Where it was written.
        origin: Origin,
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// No sealing key, where one is needed.
    #[error(
        "no sealing key is configured (`sealing.keys`), and secrets are never stored in the open. \
         Run `postroad admin key generate`, keep what it prints in a safe place, and give it as \
         `sealing.keys` in the configuration file or as POSTROAD_SEALING__KEYS_FILE=<file>."
    )]
    NoSealingKey,
}
