//! Where a value came from, so that errors and `config show` can say so.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The place a configuration value was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The compiled-in default.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "in {}", path.display()),
            Origin::Environment(name) => write!(f, "from the environment, {name}"),
        }
    }
}

/// The origin of every key that is not at its default, by `section.key`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// Notes where a key was set; the last word wins.
    pub fn note(&mut self, key: String, origin: Origin) {
        self.0.insert(key, origin);
    }

    /// Where a key was set.
    pub fn of(&self, key: &str) -> Origin {
        self.0.get(key).cloned().unwrap_or(Origin::Default)
    }
}
