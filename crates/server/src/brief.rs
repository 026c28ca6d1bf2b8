//! Remembers answers for a second or so, to spare the store the same question many times over.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Timestamp;

/// More keys than this are not remembered at once; the memory is emptied and starts again.
const MOST: usize = 10_000;

/// A bounded memory whose entries die after a while.
pub struct Brief<K, V> {
    entries: Mutex<HashMap<K, (i64, V)>>,
    keep_millis: i64,
}

impl<K: Hash + Eq, V: Clone> Brief<K, V> {
    /// Remembers each value for `keep_millis`.
    pub fn new(keep_millis: i64) -> Self {
        Self { entries: Mutex::default(), keep_millis }
    }

    /// The value, if it is remembered.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let entries = self.lock();
        let (until, value) = entries.get(key)?;
        (now.as_millisecond() < *until).then(|| value.clone())
    }

    /// Remembers a value.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.lock();
        if entries.len() >= MOST {
            entries.clear();
        }
        entries.insert(key, (now.as_millisecond() + self.keep_millis, value));
    }

    // A panic while holding the lock cannot leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, (i64, V)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_value_is_remembered_until_its_time_is_over() {
        let brief = Brief::new(1000);
        brief.put(1, "a", at(0));
        assert_eq!(brief.get(&1, at(999)), Some("a"));
        assert_eq!(brief.get(&1, at(1000)), None);
    }

    #[test]
    fn the_memory_stays_bounded() {
        let brief = Brief::new(1000);
        for key in 0..3 * MOST {
            brief.put(key, (), at(0));
        }
        assert!(brief.lock().len() <= MOST);
    }
}
