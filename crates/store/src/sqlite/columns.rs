//! Between columns and values, and the three ways to run a statement.

use model::secret::Sealed;
use model::{Provider, Timestamp};
use rusqlite::{Connection, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// All rows of a query.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row)?);
    }
    Ok(items)
}

/// The first row of a query, if there is one.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// Runs a statement; how many rows it changed.
pub(super) fn run(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(params)
}

/// Runs a statement that must change a row, else `NotFound(what)`.
pub(super) fn run_on(connection: &Connection, what: &'static str, sql: &str, params: impl Params) -> Result<()> {
    match run(connection, sql, params)? {
        0 => Err(Error::NotFound(what)),
        _ => Ok(()),
    }
}

/// Nanoseconds since 1970; instants outside 1677..2262 become the nearest that fits.
pub(super) fn nanos(instant: Timestamp) -> i64 {
    let exact = instant.as_nanosecond();
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

/// As [`nanos`].
pub(super) fn nanos_opt(instant: Option<Timestamp>) -> Option<i64> {
    instant.map(nanos)
}

/// The instant of a column.
pub(super) fn instant(nanos: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanos)).expect("64 bits of nanoseconds lie within jiff's range")
}

/// A value as compact JSON.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Database(format!("a value cannot be stored as JSON: {error}")))
}

/// A value from JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::corrupt)
}

/// A number of things from a column; negative ones cannot be.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number of things for a column.
pub(super) fn counted(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reading columns as what they mean.
pub(super) trait Columns {
    /// An instant.
    fn time(&self, index: usize) -> Result<Timestamp>;
    /// An instant or none.
    fn time_opt(&self, index: usize) -> Result<Option<Timestamp>>;
    /// A JSON value.
    fn json<T: DeserializeOwned>(&self, index: usize) -> Result<T>;
    /// A JSON value, or the default for NULL.
    fn json_or_default<T: DeserializeOwned + Default>(&self, index: usize) -> Result<T>;
    /// A provider's wire name.
    fn provider(&self, index: usize) -> Result<Provider>;
    /// Key id and bytes of a sealed value, in two columns.
    fn sealed(&self, index: usize) -> Result<Sealed>;
    /// As [`Self::sealed`], or none for NULL.
    fn sealed_opt(&self, index: usize) -> Result<Option<Sealed>>;
    /// A text that one of ours reads (an enum's wire name).
    fn word<T>(&self, index: usize, parse: impl FnOnce(&str) -> Option<T>) -> Result<T>;
}

impl Columns for Row<'_> {
    fn time(&self, index: usize) -> Result<Timestamp> {
        Ok(instant(self.get(index)?))
    }
    fn time_opt(&self, index: usize) -> Result<Option<Timestamp>> {
        Ok(self.get::<_, Option<i64>>(index)?.map(instant))
    }
    fn json<T: DeserializeOwned>(&self, index: usize) -> Result<T> {
        from_json(text(self, index)?)
    }
    fn json_or_default<T: DeserializeOwned + Default>(&self, index: usize) -> Result<T> {
        match self.get_ref(index)?.as_str_or_null().map_err(Error::corrupt)? {
            Some(text) => from_json(text),
            None => Ok(T::default()),
        }
    }
    fn provider(&self, index: usize) -> Result<Provider> {
        self.word(index, Provider::parse)
    }
    fn sealed(&self, index: usize) -> Result<Sealed> {
        Ok(Sealed { key_id: self.get(index)?, bytes: self.get(index + 1)? })
    }
    fn sealed_opt(&self, index: usize) -> Result<Option<Sealed>> {
        let (key_id, bytes): (Option<String>, Option<Vec<u8>>) = (self.get(index)?, self.get(index + 1)?);
        Ok(key_id.zip(bytes).map(|(key_id, bytes)| Sealed { key_id, bytes }))
    }
    fn word<T>(&self, index: usize, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = text(self, index)?;
        parse(text).ok_or_else(|| Error::corrupt(format!("`{text}` is not a word of this column")))
    }
}

fn text<'row>(row: &'row Row<'_>, index: usize) -> Result<&'row str> {
    row.get_ref(index)?.as_str().map_err(Error::corrupt)
}
