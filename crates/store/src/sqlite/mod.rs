//! The embedded backend: one SQLite file.
//!
//! - **One writer.** [`writer`] is a thread that drains a queue of operations into one transaction and answers after
//!   the commit. One `fsync` serves everybody who was waiting, and our own writers never meet `SQLITE_BUSY`.
//! - **Readers never wait for it.** In WAL mode a reader sees the last commit. [`pool`] holds query-only connections.
//! - **Point reads run where they are asked for** (`brief`). Handing a read to another thread costs two wake-ups, 20 to
//!   50 microseconds, several times the read itself. What may take milliseconds (searches, scans, whole bodies) goes to
//!   the blocking threads instead (`long`), and never takes the last connections, so that it cannot starve brief reads.
//! - **A read sees one moment** (`moment`), however many statements it is made of.
//! - **Work is prepared outside.** Compressing, encoding and cutting words for the index happen before an operation is
//!   queued, on any thread; the writer only writes.

pub(crate) mod applications;
pub(crate) mod apply;
pub(crate) mod auth;
mod codec;
mod columns;
mod connect;
pub(crate) mod connectors;
pub(crate) mod deliveries;
pub(crate) mod delivery_claims;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod folders;
pub(crate) mod gauges;
pub(crate) mod grant_lists;
pub(crate) mod grants;
mod ids;
pub(crate) mod inspect;
pub(crate) mod learned;
pub(crate) mod mailbox;
pub(crate) mod messages;
pub(crate) mod metadata;
pub(crate) mod migrate;
mod moment;
pub(crate) mod noted_faults;
pub(crate) mod outbox;
mod pool;
mod purge;
pub(crate) mod sealed;
pub(crate) mod statistics;
pub(crate) mod sweep;
pub(crate) mod sync;
pub(crate) mod threads;
pub(crate) mod tracking;
pub(crate) mod watches;
pub(crate) mod webhooks;
pub(crate) mod wordings;
mod writer;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use rusqlite::Connection;

use crate::{Error, Options, Result};
pub(crate) use codec::Codec;
use pool::Pool;
use writer::Writer;

/// An open database.
pub(crate) struct Sqlite {
    pool: Arc<Pool>,
    writer: Writer,
    codec: Arc<Codec>,
}

impl Sqlite {
    /// Opens the file, creating and migrating it as needed.
    pub(crate) async fn open(options: Options) -> Result<Self> {
        blocking(move || {
            let mut connection = connect::writer(&options)?;
            migrate::run(&mut connection)?;
            let readers = (0..options.readers.max(2)).map(|_| connect::reader(&options)).collect::<Result<_>>()?;
            Ok(Self {
                pool: Pool::new(readers),
                writer: Writer::start(connection)?,
                codec: Arc::new(Codec::new(options.compression_level)),
            })
        })
        .await
    }

    /// What compresses and decompresses.
    pub(crate) fn codec(&self) -> Arc<Codec> {
        self.codec.clone()
    }

    /// A read of microseconds, run on the thread that asks.
    pub(crate) async fn brief<T>(&self, read: impl FnOnce(&Connection) -> Result<T> + Send) -> Result<T> {
        let lease = self.pool.brief().await?;
        moment::read(&lease, read)
    }

    /// A read that may take milliseconds, run on a blocking thread.
    pub(crate) async fn long<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let lease = self.pool.long().await?;
        blocking(move || moment::read(&lease, read)).await
    }

    /// One operation of the writer, alone in its savepoint, durable when this returns.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.submit(operation).await
    }

    /// Finishes what is queued, checkpoints, closes.
    pub(crate) async fn close(&self) -> Result<()> {
        self.pool.close().await;
        self.writer.close().await
    }
}

/// Runs work that takes milliseconds on a thread where that harms nobody.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => Err(Error::Database(format!("a database task stopped: {stopped}"))),
    }
}
