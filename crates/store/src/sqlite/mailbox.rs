//! The number under which a grant's mirror is kept, and the positions it makes.

use model::{GrantId, Timestamp};
use rusqlite::{Connection, OptionalExtension};

use super::columns::one;
use crate::{Error, Result};

/// Bits of a position that tell the date: milliseconds since 1970, until 2109.
const DATE_BITS: u32 = 42;
/// Mailbox numbers must leave a position positive.
const HIGHEST: i64 = (1 << (63 - DATE_BITS)) - 1;
/// Dates later than this (June 2109) count as this, which leaves room behind it for messages that share it.
const LATEST: i64 = (1 << DATE_BITS) - 1 - (1 << 30);
/// Free numbers tried one by one before looking for the end of the second.
const NEAR: i64 = 8;
/// Messages that share an instant lie after it. Up to an hour (3.6 million of them) is looked through by `before`.
const SLACK: i64 = 3_600_000;

/// A grant's mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mailbox(pub(super) i64);

impl Mailbox {
    /// The mailbox of a grant, while the grant exists.
    pub(crate) fn of(connection: &Connection, grant: GrantId) -> Result<Option<Self>> {
        one(connection, "SELECT mailbox FROM grants WHERE id = ?1", [grant.0], |row| Ok(Self(row.get(0)?)))
    }

    /// The mailbox of a grant, or `NotFound`.
    pub(crate) fn expect(connection: &Connection, grant: GrantId) -> Result<Self> {
        Self::of(connection, grant)?.ok_or(Error::NotFound("grant"))
    }

    /// A number never given out before.
    pub(super) fn allot(connection: &Connection) -> Result<Self> {
        let sql = "UPDATE counters SET value = value + 1 WHERE name = 'mailbox' RETURNING value";
        let number: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        if number > HIGHEST {
            return Err(Error::Database(format!("all {HIGHEST} mailbox numbers are used; move to a new database")));
        }
        Ok(Self(number))
    }

    /// The first position of the mailbox.
    pub(super) fn first(self) -> i64 {
        self.0 << DATE_BITS
    }

    /// The last position of the mailbox.
    pub(super) fn last(self) -> i64 {
        self.first() | ((1 << DATE_BITS) - 1)
    }

    /// The lowest position that a message of this date, or a later one, can have.
    pub(super) fn since_date(self, date: Timestamp) -> i64 {
        self.first() | date.as_millisecond().clamp(0, LATEST)
    }

    /// A position that no message before this date lies behind.
    pub(super) fn until_date(self, date: Timestamp) -> i64 {
        match date.as_millisecond() {
            late if late >= LATEST => self.last(),
            millis => (self.first() | millis.max(0)) + SLACK,
        }
    }

    /// What stands before every word of the mailbox in the full-text index. No scope begins with another.
    pub(super) fn scope(self) -> String {
        format!("{}x", self.0)
    }

    /// A free position for a message of this date: its millisecond, else one of the next few, else the first behind
    /// everything in its second, else the same in the next second.
    pub(super) fn free_position(self, connection: &Connection, date: Timestamp) -> Result<i64> {
        let wanted = self.since_date(date);
        for position in wanted..wanted + NEAR {
            if !taken(connection, position)? {
                return Ok(position);
            }
        }
        let mut start = wanted + NEAR;
        while start < self.last() {
            let end = start + 999 - (start - self.first()) % 1000;
            match latest_within(connection, start, end)? {
                None => return Ok(start),
                Some(last) if last < end => return Ok(last + 1),
                Some(_) => start = end + 1,
            }
        }
        Err(Error::Database("the mailbox has no free position".to_owned()))
    }
}

fn taken(connection: &Connection, position: i64) -> Result<bool> {
    let found = connection
        .prepare_cached("SELECT 1 FROM messages WHERE position = ?1")?
        .query_row([position], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

fn latest_within(connection: &Connection, start: i64, end: i64) -> Result<Option<i64>> {
    let sql = "SELECT max(position) FROM messages WHERE position BETWEEN ?1 AND ?2";
    Ok(connection.prepare_cached(sql)?.query_row([start, end], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_do_not_overlap_and_dates_order_positions() {
        let (one, two) = (Mailbox(1), Mailbox(2));
        assert_eq!(one.last() + 1, two.first());
        assert!(Mailbox(HIGHEST).last() > 0);
        let early = one.since_date(Timestamp::from_second(-5).unwrap());
        let later = one.since_date(Timestamp::from_second(1_700_000_000).unwrap());
        let never = one.since_date(Timestamp::MAX);
        assert!(one.first() <= early && early < later && later < never && never < one.last());
    }

    #[test]
    fn no_message_before_a_date_lies_behind_its_bound() {
        let mailbox = Mailbox(7);
        for second in [-10, 0, 1_700_000_000, 5_000_000_000] {
            let date = Timestamp::from_second(second).unwrap();
            assert!(mailbox.until_date(date) >= mailbox.since_date(date));
            assert!(mailbox.until_date(date) <= mailbox.last());
        }
        assert_eq!(mailbox.until_date(Timestamp::MAX), mailbox.last());
    }

    #[test]
    fn no_scope_begins_with_another() {
        let scopes: Vec<String> = (1..200).map(|n| Mailbox(n).scope()).collect();
        for a in &scopes {
            assert_eq!(scopes.iter().filter(|b| b.starts_with(a.as_str())).count(), 1);
        }
    }
}
