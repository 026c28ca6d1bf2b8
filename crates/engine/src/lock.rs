//! Locks of the engine guard plain values that no panic can leave half changed, so a poisoned one is still good.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The value behind a lock. Never held across an await.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
