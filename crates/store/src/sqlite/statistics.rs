//! Figures about the whole database.

use rusqlite::Connection;

use super::columns::{count, one};
use crate::Result;

/// The tables worth counting. Every table about messages has as many rows as `messages`, or a small multiple.
const TABLES: [(&str, &str); 11] = [
    ("applications", "SELECT count(*) FROM applications"),
    ("connectors", "SELECT count(*) FROM connectors"),
    ("grants", "SELECT count(*) FROM grants"),
    ("folders", "SELECT count(*) FROM folders"),
    ("messages", "SELECT count(*) FROM messages"),
    ("threads", "SELECT count(*) FROM threads"),
    ("unmirrored", "SELECT count(*) FROM unmirrored"),
    ("webhooks", "SELECT count(*) FROM webhooks"),
    ("events", "SELECT count(*) FROM events"),
    ("deliveries", "SELECT count(*) FROM deliveries"),
    ("tokens", "SELECT count(*) FROM tokens"),
];

/// Rows per table, then `database_bytes` and `free_bytes` (pages kept for reuse).
pub(crate) fn all(connection: &Connection) -> Result<Vec<(String, u64)>> {
    let mut figures = Vec::new();
    for (name, sql) in TABLES {
        figures.push((name.to_owned(), figure(connection, sql)?));
    }
    let page = figure(connection, "SELECT page_size FROM pragma_page_size")?;
    let pages = figure(connection, "SELECT page_count FROM pragma_page_count")?;
    let free = figure(connection, "SELECT freelist_count FROM pragma_freelist_count")?;
    figures.push(("database_bytes".to_owned(), page * pages));
    figures.push(("free_bytes".to_owned(), page * free));
    Ok(figures)
}

/// Proves that the file can be read.
pub(crate) fn ping(connection: &Connection) -> Result<()> {
    figure(connection, "SELECT count(*) FROM (SELECT 1 FROM migrations LIMIT 1)").map(drop)
}

fn figure(connection: &Connection, sql: &str) -> Result<u64> {
    Ok(count(one(connection, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0)))
}
