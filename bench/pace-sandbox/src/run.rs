//! Runs the clients of a cell.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future;

use crate::cell::Cell;
use crate::clients::google::Google;
use crate::clients::{self, Client};
use crate::reads::Reads;
use crate::row::{Done, Row};
use crate::stage::Stage;
use crate::workload::BURST_AT;

/// Who is compared, in the order of tables.
pub const CLIENTS: [&str; 3] = ["postroad", "fixed-backoff", "google-python"];

/// Who takes longer, in the machine's time, is stopped.
const PATIENCE: Duration = Duration::from_secs(90);

/// How to run.
pub struct Run {
    pub python: PathBuf,
    pub apart: bool,
}

impl Run {
    /// Runs the clients asked for (all, if none is) in a cell.
    pub async fn compare(&self, cell: &Cell, asked: &[String]) -> anyhow::Result<Vec<Row>> {
        let wanted = CLIENTS.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|one| one == name));
        let runs = wanted.map(|name| self.one(name, cell));
        if !self.apart {
            return future::try_join_all(runs).await;
        }
        let mut rows = Vec::new();
        for run in runs {
            rows.push(run.await?);
        }
        Ok(rows)
    }

    async fn one(&self, name: &'static str, cell: &Cell) -> anyhow::Result<Row> {
        let stage = Stage::set(cell).await?;
        let mut done = if name == "google-python" {
            let google = Google::ready(&self.python, cell, &stage).await?;
            stage.go();
            google_works(google, cell, &stage).await?
        } else {
            let client = clients::ready(name, cell, &stage).await?;
            stage.go();
            works(&client, cell, &stage).await?
        };
        if !cell.workload.backfill {
            done.taken -= BURST_AT;
        }
        Ok(Row::new(name, cell, &stage, &done))
    }
}

async fn works(client: &Arc<dyn Client>, cell: &Cell, stage: &Arc<Stage>) -> anyhow::Result<Done> {
    let reads = Reads::default();
    let work = async {
        let reading = reads.make(stage, client);
        if !cell.workload.backfill {
            reading.await;
            return anyhow::Ok(());
        }
        let endless = async {
            reading.await;
            future::pending::<()>().await;
        };
        tokio::select! { ended = client.backfill() => ended, () = endless => Ok(()) }
    };
    let lockouts = locked(cell, stage);
    let unfinished = tokio::select! {
        ended = work => { ended?; false }
        () = ends(cell, stage) => false,
        () = tokio::time::sleep(PATIENCE) => true,
    };
    let taken = stage.now();
    let (waits, failed_reads) = (reads.waits(taken), reads.failed());
    let fetched = client.fetched().await?;
    let early = if unfinished { 0 } else { lockouts.await? };
    client.stop().await;
    Ok(Done { taken, fetched, waits, failed_reads, early, unfinished })
}

async fn google_works(google: Google, cell: &Cell, stage: &Arc<Stage>) -> anyhow::Result<Done> {
    let lockouts = locked(cell, stage);
    let told = tokio::time::timeout(PATIENCE, google.work()).await;
    let taken = stage.now();
    let (told, unfinished) = match told {
        Ok(told) => (told?, false),
        Err(_) => (clients::google::Told { took: Vec::new(), failed: 0, fetched: 0 }, true),
    };
    let early = if unfinished { 0 } else { lockouts.await? };
    Ok(Done { taken, fetched: told.fetched, waits: told.waits(), failed_reads: told.failed, early, unfinished })
}

/// The lockouts of a cell, beginning at once.
fn locked(cell: &Cell, stage: &Arc<Stage>) -> tokio::task::JoinHandle<u64> {
    let (stage, cell) = (stage.clone(), cell.clone());
    tokio::spawn(async move { stage.lock_out(&cell).await })
}

async fn ends(cell: &Cell, stage: &Stage) {
    match cell.workload.ends {
        Some(at) => stage.until(at).await,
        None => future::pending().await,
    }
}
