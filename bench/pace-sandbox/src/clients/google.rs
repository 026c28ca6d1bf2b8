//! Google's own Python client with `num_retries=5`, in a process of its own; see `google_client.py`.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::access_tokens;
use crate::cell::{Cell, LATENCY};
use crate::stage::Stage;

/// The program, ready to begin.
pub struct Google {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// What it tells at its end.
#[derive(Debug, Deserialize)]
pub struct Told {
    /// Milliseconds each read took.
    pub took: Vec<i64>,
    /// Reads that failed after all retries.
    pub failed: u32,
    /// Messages fetched and read.
    pub fetched: u64,
}

impl Told {
    /// How long each read waited beyond the time its call takes.
    pub fn waits(&self) -> Vec<i64> {
        self.took.iter().map(|took| (took - LATENCY).max(0)).collect()
    }
}

impl Google {
    /// Starts the program and waits until it has loaded everything.
    pub async fn ready(python: &Path, cell: &Cell, stage: &Arc<Stage>) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", include_str!("../../google_client.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {} (--python)", python.display()))?;
        let mut input = child.stdin.take().context("no standard input")?;
        let mut output = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let job = json!({
            "url": stage.sandbox.url(),
            "tokens": access_tokens(stage).await?,
            "speed": cell.workload.speed,
            "backfill": cell.workload.backfill,
            "reads": stage.reads,
            "ends": cell.workload.ends,
        });
        input.write_all(format!("{job}\n").as_bytes()).await?;
        ensure!(output.next_line().await?.as_deref() == Some("ready"), "the Python client did not start");
        Ok(Self { child, input, output })
    }

    /// Lets it work to the end.
    pub async fn work(mut self) -> anyhow::Result<Told> {
        self.input.write_all(b"go\n").await?;
        let told = self.output.next_line().await?.context("the Python client broke off")?;
        let _ = self.child.kill().await;
        Ok(serde_json::from_str(&told)?)
    }
}
