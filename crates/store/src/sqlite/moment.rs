//! One moment for all statements of a read.
//!
//! A statement alone sees the last commit. Two statements may see two, and a row that moved between them (a delivery that
//! was pending and is delivered) is found twice or not at all. Every read is one transaction therefore, whoever writes it;
//! with cached statements that costs about a microsecond.

use rusqlite::Connection;

use super::columns::run;
use crate::Result;

/// Runs a read in a transaction of its own.
pub(super) fn read<T>(connection: &Connection, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    run(connection, "BEGIN DEFERRED", [])?;
    let _moment = Moment(connection);
    read(connection)
}

/// Ends the moment however the read ends, a panic included: the connection is lent again.
struct Moment<'c>(&'c Connection);

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        if let Err(error) = run(self.0, "ROLLBACK", []) {
            tracing::error!(%error, "the transaction of a read could not be ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Sqlite;
    use super::*;
    use crate::{Error, Options};

    /// How many applications a read sees before and after somebody else commits one.
    fn before_and_after(reader: &Connection, path: &Path) -> Result<(i64, i64)> {
        let count = |connection: &Connection| -> Result<i64> {
            Ok(connection.query_row("SELECT count(*) FROM applications", [], |row| row.get(0))?)
        };
        let before = count(reader)?;
        let writer = Connection::open(path)?;
        writer.execute(
            "INSERT INTO applications (id, name, presentation, created_at, updated_at) VALUES (randomblob(16), '', '{}', 0, 0)",
            [],
        )?;
        Ok((before, count(reader)?))
    }

    #[tokio::test]
    async fn a_read_of_several_statements_sees_one_moment_and_the_next_read_a_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moments.db");
        // Two readers, so that every connection is lent again.
        let db = Sqlite::open(Options { readers: 2, ..Options::at(&path) }).await.unwrap();
        for round in 0..3 {
            let brief = db.brief(|c| before_and_after(c, &path)).await.unwrap();
            assert_eq!(brief, (2 * round, 2 * round), "a brief read saw somebody else's commit");
            let there = path.clone();
            let long = db.long(move |c| before_and_after(c, &there)).await.unwrap();
            assert_eq!(long, (2 * round + 1, 2 * round + 1), "a long read saw somebody else's commit");
        }
    }

    #[tokio::test]
    async fn a_read_that_fails_or_panics_leaves_its_connection_usable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.db");
        let db = Sqlite::open(Options { readers: 2, ..Options::at(&path) }).await.unwrap();
        for _ in 0..4 {
            assert!(db.brief(|_| Err::<(), _>(Error::NotFound("luck"))).await.is_err());
            assert!(db.long(|_| -> Result<()> { panic!("on purpose") }).await.is_err());
        }
        assert_eq!(db.brief(|c| before_and_after(c, &path)).await.unwrap(), (0, 0));
    }
}
