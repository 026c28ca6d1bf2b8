//! What can go wrong at rest.

use rusqlite::ffi;

/// A failure of the database or of what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row does not exist.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A uniqueness rule was broken; names what exists already.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// The database file is busy, full, read-only or broken.
    #[error("the database failed: {0}")]
    Database(String),
    /// The database was written by a newer Postroad, or a migration was altered.
    #[error("the database schema does not fit: {0}")]
    Schema(String),
}

/// Short for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Database(error.to_string())
    }
}

impl Error {
    /// A value in the database that is not what was written there.
    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Error::Database(format!("a stored value cannot be read: {what}"))
    }

    /// The store was closed, or is being closed.
    pub(crate) fn closed() -> Self {
        Error::Database("the store is closed".to_owned())
    }
}

/// Reads a broken uniqueness rule as `Exists(what)`, and a broken reference as `NotFound(parent)`.
pub(crate) fn constrained<T>(
    result: std::result::Result<T, rusqlite::Error>,
    what: &'static str,
    parent: &'static str,
) -> Result<T> {
    result.map_err(|error| match error.sqlite_error().map(|e| e.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => Error::Exists(what),
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Error::NotFound(parent),
        _ => error.into(),
    })
}
