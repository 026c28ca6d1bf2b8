//! Tests of what only this backend has: its schema, its statements, its plans.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::migrate;

fn migrated() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate::run(&mut connection).unwrap();
    connection
}

/// Everything in the schema, without spacing and comments.
fn schema(connection: &Connection) -> Vec<String> {
    let sql = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|row| normal(&row.unwrap())).collect()
}

fn normal(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or(""));
    let words: String = lines.collect::<Vec<_>>().join(" ");
    words
        .replace("IF NOT EXISTS ", "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" ,", ",")
}

#[test]
fn the_schema_for_readers_is_the_schema() {
    let documented = Connection::open_in_memory().unwrap();
    documented.execute_batch(include_str!("../../../../docs/schema.sql")).unwrap();
    let (documented, real) = (schema(&documented), schema(&migrated()));
    for (documented, real) in documented.iter().zip(&real) {
        assert_eq!(documented, real, "docs/schema.sql differs from what the migrations make");
    }
    assert_eq!(documented.len(), real.len());
}

#[test]
fn every_table_is_strict() {
    let connection = migrated();
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND type = 'table'
               AND name NOT LIKE 'sqlite_%'";
    let loose: Vec<String> =
        connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(loose, Vec::<String>::new());
}

/// The texts of all string literals of a source file that look like a statement. Statements with `{}` in them are put
/// together at run time; those are prepared by the tests of the lists.
fn statements(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(start) = rest.find('"') {
        let mut text = String::new();
        let mut chars = rest[start + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    end = start + 1 + at + 1;
                    break;
                }
                '\\' => drop(chars.next()),
                c => text.push(c),
            }
        }
        rest = &rest[end..];
        let verb = text.split_whitespace().next().unwrap_or_default();
        if ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb) && !text.contains('{') {
            found.push(text);
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| !path.ends_with("tests.rs") && !path.ends_with("migrate.rs"))
        .collect()
}

#[test]
fn every_statement_prepares() {
    let connection = migrated();
    let mut prepared = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite")) {
        let source = std::fs::read_to_string(&path).unwrap();
        for statement in statements(source.split("#[cfg(test)]").next().unwrap()) {
            if let Err(error) = connection.prepare(&statement) {
                panic!("{}: {error}\n{statement}", path.display());
            }
            prepared += 1;
        }
    }
    assert!(prepared > 100, "only {prepared} statements were found");
}
