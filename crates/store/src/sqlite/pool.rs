//! Query-only connections, lent for one read at a time.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// The idle connections and who may take one.
pub(super) struct Pool {
    idle: Mutex<Vec<Connection>>,
    size: u32,
    /// One permit per connection.
    places: Arc<Semaphore>,
    /// Long reads need one of these as well: about half the connections, so that brief reads always find one.
    long_places: Arc<Semaphore>,
}

/// A borrowed connection; it goes back when dropped.
pub(super) struct Lease {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    // Dropped after the connection is back in `idle`: fields go after `Drop::drop`.
    _place: OwnedSemaphorePermit,
    _long_place: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(super) fn new(connections: Vec<Connection>) -> Arc<Self> {
        let size = connections.len();
        Arc::new(Self {
            idle: Mutex::new(connections),
            size: u32::try_from(size).unwrap_or(u32::MAX),
            places: Arc::new(Semaphore::new(size)),
            long_places: Arc::new(Semaphore::new((size / 2).max(1))),
        })
    }

    /// A connection for a read of microseconds.
    pub(super) async fn brief(self: &Arc<Self>) -> Result<Lease> {
        self.lend(None).await
    }

    /// A connection for a read that may take milliseconds.
    pub(super) async fn long(self: &Arc<Self>) -> Result<Lease> {
        let place = self.long_places.clone().acquire_owned().await.map_err(|_| Error::closed())?;
        self.lend(Some(place)).await
    }

    async fn lend(self: &Arc<Self>, long_place: Option<OwnedSemaphorePermit>) -> Result<Lease> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| Error::closed())?;
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // A permit stands for an idle connection, so `None` means that the pool was emptied by `close`.
        let connection = Some(connection.ok_or_else(Error::closed)?);
        Ok(Lease { connection, pool: self.clone(), _place: place, _long_place: long_place })
    }

    /// Waits for the reads under way, then closes the connections. Later reads fail.
    pub(super) async fn close(&self) {
        let all = self.places.acquire_many(self.size).await;
        self.places.close();
        self.long_places.close();
        drop(all);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Deref for Lease {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
