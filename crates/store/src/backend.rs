//! Which database stands behind the store.

use crate::sqlite::Sqlite;

/// A closed set: the store's methods name every backend, so a new one cannot be forgotten anywhere.
/// SQLite is embedded; a PostgreSQL variant takes its place beside it.
pub(crate) enum Backend {
    /// One file, one writer, many readers.
    Sqlite(Sqlite),
}
