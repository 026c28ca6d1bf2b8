//! What can go wrong at rest.

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
