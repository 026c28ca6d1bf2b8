//! Looking at a database without changing it, for `migrate --check` and `doctor`.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::migrate;
use crate::{Result, Schema};

/// The schema of the file at `path`; nothing is made, nothing is migrated.
pub(crate) fn schema(path: &Path) -> Result<Schema> {
    let newest = migrate::newest();
    if !path.exists() {
        return Ok(Schema { applied: None, newest });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(Schema { applied: Some(migrate::applied_number(&connection)?), newest })
}

/// What `PRAGMA quick_check` (<https://www.sqlite.org/pragma.html#pragma_quick_check>) finds wrong, at most 20 lines.
pub(crate) fn damage(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent.db");
        assert_eq!(schema(&path).unwrap(), Schema { applied: None, newest: migrate::newest() });
        assert!(!path.exists());
    }

    #[test]
    fn an_empty_file_is_behind_and_a_migrated_one_is_current_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        let mut connection = Connection::open(&path).unwrap();
        connection.execute_batch("VACUUM").unwrap();
        assert_eq!(schema(&path).unwrap().applied, Some(0));
        migrate::run(&mut connection).unwrap();
        assert_eq!(schema(&path).unwrap().applied, Some(migrate::newest()));
        assert_eq!(damage(&connection).unwrap(), Vec::<String>::new());
    }
}
