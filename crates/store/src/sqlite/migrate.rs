//! Numbered migrations, embedded in the binary and applied in one transaction.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::{Error, Result};

struct Migration {
    number: u32,
    name: &'static str,
    sql: &'static str,
}

/// All migrations, in order. Never edit one that was released; add the next.
const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "initial", sql: include_str!("../../migrations/sqlite/0001_initial.sql") },
    Migration { number: 2, name: "noted_faults", sql: include_str!("../../migrations/sqlite/0002_noted_faults.sql") },
    Migration { number: 3, name: "learned", sql: include_str!("../../migrations/sqlite/0003_learned.sql") },
    Migration { number: 4, name: "wordings", sql: include_str!("../../migrations/sqlite/0004_wordings.sql") },
    Migration { number: 5, name: "outbox", sql: include_str!("../../migrations/sqlite/0005_outbox.sql") },
    Migration { number: 6, name: "tracking", sql: include_str!("../../migrations/sqlite/0006_tracking.sql") },
    Migration { number: 7, name: "watches", sql: include_str!("../../migrations/sqlite/0007_watches.sql") },
    Migration { number: 8, name: "categories", sql: include_str!("../../migrations/sqlite/0008_categories.sql") },
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT";

/// Brings the database to the newest schema, or says why it cannot. Two processes may do this at once.
pub(super) fn run(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    refuse_foreign(&transaction)?;
    transaction.execute_batch(LEDGER)?;
    let applied = applied(&transaction)?;
    verify(&applied)?;
    for migration in &MIGRATIONS[applied.len()..] {
        transaction.execute_batch(migration.sql)?;
        transaction.execute(
            "INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)",
            params![migration.number, migration.name, checksum(migration.sql)],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// The number of the newest migration applied.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("SELECT max(number) FROM migrations", [], |row| row.get(0))?)
}

/// The number of the newest migration this Postroad knows.
pub(super) fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// How many migrations were applied to a database that may have none, after checking that they are ours.
pub(super) fn applied_number(connection: &Connection) -> Result<u32> {
    refuse_foreign(connection)?;
    let ledger = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'";
    if connection.query_row(ledger, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    let applied = applied(connection)?;
    verify(&applied)?;
    Ok(applied.last().map_or(0, |(number, _)| *number))
}

/// A database that has tables but no ledger was not made by us; nothing is written into it.
fn refuse_foreign(connection: &Connection) -> Result<()> {
    let (tables, ledger): (i64, bool) = connection.query_row(
        "SELECT count(*), coalesce(max(name = 'migrations'), 0) FROM sqlite_schema WHERE type = 'table'",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if tables > 0 && !ledger {
        return Err(Error::Schema("the file is a database of another program; choose another path".to_owned()));
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<Vec<(u32, String)>> {
    let mut statement = connection.prepare("SELECT number, checksum FROM migrations ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn verify(applied: &[(u32, String)]) -> Result<()> {
    if applied.len() > MIGRATIONS.len() {
        return Err(Error::Schema(format!(
            "the database is at migration {}, this Postroad knows {}; use the newer Postroad",
            applied.len(),
            MIGRATIONS.len()
        )));
    }
    for ((number, sum), migration) in applied.iter().zip(MIGRATIONS) {
        if *number != migration.number || *sum != checksum(migration.sql) {
            return Err(Error::Schema(format!(
                "migration {} ({}) differs from the one that was applied; restore the released file",
                migration.number, migration.name
            )));
        }
    }
    Ok(())
}

/// FNV-1a, 64 bits, over the text without carriage returns. It guards against accidents, not against attackers.
fn checksum(text: &str) -> String {
    let bytes = text.bytes().filter(|byte| *byte != b'\r');
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{sum:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrated() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection).unwrap();
        connection
    }

    fn refusal(connection: &mut Connection) -> String {
        match run(connection) {
            Err(Error::Schema(text)) => text,
            other => panic!("expected a schema error, got {other:?}"),
        }
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = migrated();
        run(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap() as usize, MIGRATIONS.len());
    }

    #[test]
    fn messages_of_before_categories_are_kept_and_know_of_none() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(LEDGER).unwrap();
        let before = &MIGRATIONS[..7];
        for migration in before {
            connection.execute_batch(migration.sql).unwrap();
            let ledger = "INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)";
            connection.execute(ledger, params![migration.number, migration.name, checksum(migration.sql)]).unwrap();
        }
        let message =
            "INSERT INTO messages (position, mailbox, unread, starred, draft, hidden, has_attachment, date, id,
                           thread_id, subject, people, snippet, folders, size)
                       VALUES (7, 1, 0, 1, 0, 0, 0, 5, 'm', 't', 's', '{}', 'n', '[\"F\"]', 9)";
        connection.execute(message, []).unwrap();
        run(&mut connection).unwrap();
        let kept = connection.query_row("SELECT id, folders, categories FROM messages", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
        });
        assert_eq!(kept.unwrap(), ("m".to_owned(), "[\"F\"]".to_owned(), None));
    }

    #[test]
    fn numbers_count_from_one_without_gaps() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.number as usize, index + 1);
        }
    }

    #[test]
    fn an_altered_migration_is_refused_by_name() {
        let mut connection = migrated();
        connection.execute("UPDATE migrations SET checksum = 'x' WHERE number = 1", []).unwrap();
        assert!(refusal(&mut connection).contains("migration 1 (initial)"));
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = migrated();
        connection.execute("INSERT INTO migrations VALUES (?1, 'later', 'x')", [MIGRATIONS.len() as i64 + 1]).unwrap();
        assert!(refusal(&mut connection).contains("newer"));
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(refusal(&mut connection).contains("another program"));
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }
}
