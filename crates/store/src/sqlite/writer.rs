//! The writing thread: many operations, one transaction.
//!
//! Operations wait in a bounded queue. The thread takes what is there (up to [`BATCH`]), runs each in a savepoint of one
//! transaction, commits, and only then answers. While it waits for the disk, the next batch gathers. An operation that
//! fails is rolled back to its savepoint and takes nobody with it. When the queue is empty the thread removes a little
//! of what deleted grants left behind (see [`super::purge`]).

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::purge;
use crate::{Error, Result};

/// Operations per transaction at most.
const BATCH: usize = 512;
/// Operations that may wait; further callers wait for a place.
const QUEUE: usize = 1024;

/// The way to the writing thread.
pub(super) struct Writer {
    queue: mpsc::Sender<Task>,
}

enum Task {
    Write(Box<dyn Operation>),
    Close(Closing),
}

/// Who waits for the store to be closed.
type Closing = oneshot::Sender<Result<()>>;

/// Something to do inside the transaction, and somebody to tell afterwards.
trait Operation: Send {
    /// Does it and keeps the outcome; `true` when it is to be kept.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Tells the outcome, or that the transaction it was in failed.
    fn answer(self: Box<Self>, failure: Option<&str>);
}

struct Submitted<T, F> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    to: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T> + Send> Operation for Submitted<T, F> {
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|_| Err(Error::Database("the operation panicked and was undone".to_owned())));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, failure: Option<&str>) {
        let outcome = match (failure, self.outcome) {
            (None, Some(outcome)) | (Some(_), Some(outcome @ Err(_))) => outcome,
            (Some(why), _) => Err(Error::Database(why.to_owned())),
            (None, None) => Err(Error::Database("the operation was not run".to_owned())),
        };
        // The caller may have stopped waiting; what it asked for is done all the same.
        let _ = self.to.send(outcome);
    }
}

impl Writer {
    /// Starts the thread. It ends at [`Self::close`], or when the last handle is dropped, after finishing the queue.
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (queue, tasks) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(connection, tasks))
            .map_err(|error| Error::Database(format!("the writing thread did not start: {error}")))?;
        Ok(Self { queue })
    }

    /// Queues an operation and waits until it is durable.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (to, answer) = oneshot::channel();
        let operation = Box::new(Submitted { work: Some(work), outcome: None, to });
        self.queue.send(Task::Write(operation)).await.map_err(|_| Error::closed())?;
        answer.await.map_err(|_| Error::closed())?
    }

    /// Finishes what is queued, checkpoints and closes the connection.
    pub(super) async fn close(&self) -> Result<()> {
        let (to, answer) = oneshot::channel();
        self.queue.send(Task::Close(to)).await.map_err(|_| Error::closed())?;
        answer.await.map_err(|_| Error::closed())?
    }
}

fn serve(connection: Connection, mut tasks: mpsc::Receiver<Task>) {
    while let Some(first) = next(&connection, &mut tasks) {
        let (operations, closing) = gather(first, &mut tasks);
        commit_together(&connection, operations);
        if let Some(to) = closing {
            tasks.close();
            let _ = to.send(close(connection));
            return;
        }
    }
}

/// The next task; spends idle time on removing what deleted grants left behind.
fn next(connection: &Connection, tasks: &mut mpsc::Receiver<Task>) -> Option<Task> {
    loop {
        match tasks.try_recv() {
            Ok(task) => return Some(task),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => match purge::step(connection) {
                Ok(true) => continue,
                Ok(false) => return tasks.blocking_recv(),
                Err(error) => {
                    tracing::warn!(%error, "removing what a deleted grant left behind failed; it is tried again later");
                    return tasks.blocking_recv();
                }
            },
        }
    }
}

/// Takes what else is waiting, up to a batch or a request to close.
fn gather(first: Task, tasks: &mut mpsc::Receiver<Task>) -> (Vec<Box<dyn Operation>>, Option<Closing>) {
    let mut operations = Vec::new();
    let mut task = Some(first);
    while let Some(current) = task {
        match current {
            Task::Write(operation) => operations.push(operation),
            Task::Close(to) => return (operations, Some(to)),
        }
        task = if operations.len() < BATCH { tasks.try_recv().ok() } else { None };
    }
    (operations, None)
}

fn commit_together(connection: &Connection, mut operations: Vec<Box<dyn Operation>>) {
    if operations.is_empty() {
        return;
    }
    let failure = transact(connection, &mut operations).err().map(|error| match error {
        Error::Database(text) => text,
        other => other.to_string(),
    });
    for operation in operations {
        operation.answer(failure.as_deref());
    }
}

fn transact(connection: &Connection, operations: &mut [Box<dyn Operation>]) -> Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let done = operations.iter_mut().try_for_each(|operation| isolate(connection, operation.as_mut()));
    let done = done.and_then(|()| execute(connection, "COMMIT"));
    if done.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK")?;
    }
    done
}

/// Runs one operation in a savepoint. Fails only when the whole transaction is lost (a full disk rolls it back).
fn isolate(connection: &Connection, operation: &mut dyn Operation) -> Result<()> {
    execute(connection, "SAVEPOINT operation")?;
    if !operation.run(connection) {
        if connection.is_autocommit() {
            return Err(Error::Database("the transaction was undone by another operation's failure".to_owned()));
        }
        execute(connection, "ROLLBACK TO operation")?;
    }
    execute(connection, "RELEASE operation")
}

fn execute(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Moves the log into the database file and closes, so that a copy of the one file is a backup.
fn close(connection: Connection) -> Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> (Writer, Connection, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = wal; CREATE TABLE purges (mailbox); CREATE TABLE t (x)")
            .unwrap();
        let reader = Connection::open(path).unwrap();
        (Writer::start(connection).unwrap(), reader, folder)
    }

    fn sum(reader: &Connection) -> i64 {
        reader.query_row("SELECT coalesce(sum(x), 0) FROM t", [], |row| row.get(0)).unwrap()
    }

    /// An operation that writes, and then may fail.
    fn adding(x: i64, fail: bool) -> impl FnOnce(&Connection) -> Result<()> + Send {
        move |connection| {
            connection.execute("INSERT INTO t VALUES (?1)", [x])?;
            if fail { Err(Error::NotFound("luck")) } else { Ok(()) }
        }
    }

    #[test]
    fn a_failed_operation_is_undone_alone() {
        let (_writer, reader, folder) = writer();
        let connection = Connection::open(folder.path().join("test.db")).unwrap();
        let mut answers = Vec::new();
        let mut operations: Vec<Box<dyn Operation>> = Vec::new();
        for (x, fail) in [(1, false), (10, true), (100, false), (1000, true)] {
            let (to, answer) = oneshot::channel();
            operations.push(Box::new(Submitted { work: Some(adding(x, fail)), outcome: None, to }));
            answers.push((fail, answer));
        }
        commit_together(&connection, operations);
        assert_eq!(sum(&reader), 101);
        for (fail, mut answer) in answers {
            assert_eq!(answer.try_recv().unwrap().is_err(), fail);
        }
    }

    #[test]
    fn nobody_is_told_of_success_when_the_commit_fails() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE p (id PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
            )
            .unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let orphan = |connection: &Connection| Ok(connection.execute("INSERT INTO c VALUES (7)", [])?);
        let (to, mut answer) = oneshot::channel();
        commit_together(&connection, vec![Box::new(Submitted { work: Some(orphan), outcome: None, to })]);
        assert!(matches!(answer.try_recv().unwrap(), Err(Error::Database(_))));
        assert!(connection.is_autocommit(), "the next batch can begin");
    }

    #[tokio::test]
    async fn a_panicking_operation_harms_nobody() {
        let (writer, reader, _folder) = writer();
        let panicking = writer.submit(|connection| -> Result<()> {
            connection.execute("INSERT INTO t VALUES (1)", [])?;
            panic!("on purpose")
        });
        assert!(panicking.await.is_err());
        writer.submit(adding(10, false)).await.unwrap();
        assert_eq!(sum(&reader), 10);
    }

    #[tokio::test]
    async fn an_operation_nobody_waits_for_is_done_all_the_same() {
        let (writer, reader, _folder) = writer();
        let mut submitted = Box::pin(writer.submit(adding(1, false)));
        // Polled once, so that it is queued, then dropped as when a caller hangs up.
        let _ = futures_poll(submitted.as_mut());
        drop(submitted);
        writer.close().await.unwrap();
        assert_eq!(sum(&reader), 1);
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready()
    }
}
