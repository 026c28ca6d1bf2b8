//! How connections are set up.

use rusqlite::{Connection, OpenFlags};

use crate::{Options, Result};

/// The one writing connection.
///
/// `synchronous=FULL` syncs the log at every commit, so what a method acknowledged survives a power cut. `NORMAL` would
/// lose the last commits; group commit makes the difference small.
pub(super) fn writer(options: &Options) -> Result<Connection> {
    let connection = Connection::open_with_flags(&options.path, flags() | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(options.patience)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    if let Some(pages) = options.most_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    shared_settings(&connection, options)?;
    Ok(connection)
}

/// A connection that can only query. The file exists by now.
pub(super) fn reader(options: &Options) -> Result<Connection> {
    let connection = Connection::open_with_flags(&options.path, flags())?;
    connection.busy_timeout(options.patience)?;
    connection.pragma_update(None, "query_only", true)?;
    shared_settings(&connection, options)?;
    Ok(connection)
}

fn flags() -> OpenFlags {
    // A connection is used by one thread at a time, so SQLite's own mutexes are not needed.
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Memory is bounded by `cache_kib` per connection. There is no memory map: its pages would count as resident.
fn shared_settings(connection: &Connection, options: &Options) -> Result<()> {
    connection.pragma_update(None, "cache_size", -i64::from(options.cache_kib))?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}
