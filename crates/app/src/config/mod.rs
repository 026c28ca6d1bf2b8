//! The configuration: compiled-in defaults, then a file, then the environment. The only place that reads the environment.
//!
//! `config.default.toml` is the list of keys, the defaults and the documentation in one; [`load`] refuses what is not in it.

pub mod environment;
mod error;
pub mod keys;
mod load;
mod origin;
mod reference;
mod sections;
mod suggest;
pub mod units;

pub use error::ConfigError;
pub use load::{Loaded, load, load_from_process};
pub use origin::{Origin, Origins};
pub use reference::{KeyDoc, SectionDoc, documented_keys};
pub use sections::*;

/// The annotated default file.
pub const DEFAULT_FILE: &str = include_str!("../../config.default.toml");
