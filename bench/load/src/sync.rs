//! Messages per second and peak memory of a first sync.

use std::path::Path;
use std::time::Instant;

use crate::bed::Bed;
use crate::memory::{megabytes, resident};
use crate::report::Report;

/// What to measure with.
#[derive(clap::Args)]
pub struct Sync {
    /// Messages in the mailbox.
    #[arg(long, default_value_t = 10_000)]
    messages: u64,
}

pub async fn measure(binary: &Path, asked: Sync) -> anyhow::Result<Report> {
    let bed = Bed::start(binary, asked.messages, &["bench@sandbox.test"]).await?;
    let (before, _) = resident(bed.server_pid)?;
    let begun = Instant::now();
    let grant = bed.grant(&bed.mailboxes[0].1).await?;
    let ended = bed.mirrored(&grant).await?;
    let (after, peak) = resident(bed.server_pid)?;
    let seconds = ended.duration_since(begun).as_secs_f64();
    let mut report = Report::default();
    report.add("first sync", asked.messages as f64 / seconds, "messages/s", Some("1500 /s"));
    report.add("took", seconds, "s", None);
    report.add("memory before", megabytes(before), "MB", None);
    report.add("memory at its peak", megabytes(peak), "MB", None);
    report.add("memory afterwards", megabytes(after), "MB", None);
    Ok(report)
}
