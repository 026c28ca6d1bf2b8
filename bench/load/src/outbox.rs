//! Sends per second through the outbox, and what scheduled sends cost while they wait.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use crate::bed::Bed;
use crate::client::Client;
use crate::memory::{busy, megabytes, resident};
use crate::report::Report;
use crate::statistics::Durations;

/// What to measure with.
#[derive(clap::Args)]
pub struct Outbox {
    /// Connections, each with one send at a time, shared out among eight mailboxes.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds per kind of send.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Sends scheduled and left waiting.
    #[arg(long, default_value_t = 100_000)]
    scheduled: usize,
    /// Seconds to let the server come to rest before it is looked at, and for which it is looked at.
    #[arg(long, default_value_t = 20)]
    rest: u64,
}

/// Senders; what they send goes to a mailbox that nobody connected.
const MAILBOXES: [&str; 8] = [
    "a@sandbox.test",
    "b@sandbox.test",
    "c@sandbox.test",
    "d@sandbox.test",
    "e@sandbox.test",
    "f@sandbox.test",
    "g@sandbox.test",
    "h@sandbox.test",
];
/// Hours until what is scheduled is due.
const LATER: u64 = 48;

pub async fn measure(binary: &Path, asked: Outbox) -> anyhow::Result<Report> {
    let bed = Bed::start(binary, 10, &MAILBOXES).await?;
    let sink = json!({ "email": "sink@sandbox.test" });
    bed.sandbox().await?.call("POST", "/_sandbox/mailboxes", Some(&sink)).await?;
    let mut grants = Vec::new();
    for (_, token) in &bed.mailboxes {
        grants.push(bed.grant(token).await?);
    }
    for grant in &grants {
        bed.mirrored(grant).await?;
    }
    let (span, mut report) = (Until::Over(Duration::from_secs(asked.seconds)), Report::default());
    run(&bed, &grants, asked.connections, Until::Over(Duration::from_secs(1)), None).await?;
    for (name, send_at, rate, latency) in [
        ("sent, the provider's part included", None, None, None),
        ("scheduled", later(), Some("500 /s"), Some("50 ms")),
    ] {
        let begun = Instant::now();
        let durations = run(&bed, &grants, asked.connections, span, send_at).await?;
        let per_second = durations.len() as f64 / begun.elapsed().as_secs_f64();
        let durations = Durations::new(durations);
        report.add(format!("{name}: rate"), per_second, "sends/s", rate);
        report.add(format!("{name}: p50"), durations.percentile(50.0), "ms", None);
        report.add(format!("{name}: p99"), durations.percentile(99.0), "ms", latency);
    }
    wait(&bed, &grants, &asked, &mut report).await?;
    Ok(report)
}

/// What waiting costs.
async fn wait(bed: &Bed, grants: &[String], asked: &Outbox, report: &mut Report) -> anyhow::Result<()> {
    let rest = Duration::from_secs(asked.rest);
    tokio::time::sleep(rest).await;
    let (before, _) = resident(bed.server_pid)?;
    let each = asked.scheduled.div_ceil(asked.connections);
    run(bed, grants, asked.connections, Until::Sent(each), later()).await?;
    tokio::time::sleep(rest).await;
    let (after, _) = resident(bed.server_pid)?;
    let used = busy(bed.server_pid)?;
    tokio::time::sleep(rest).await;
    let used = busy(bed.server_pid)?.saturating_sub(used);
    report.add("memory before", megabytes(before), "MB", None);
    report.add(format!("memory, {} scheduled", asked.scheduled), megabytes(after), "MB", None);
    report.add("what they cost", megabytes(after.saturating_sub(before)), "MB", Some("50 MB"));
    report.add("processor while they wait", used.as_secs_f64() / rest.as_secs_f64() * 100.0, "% of one", None);
    Ok(())
}

fn later() -> Option<u64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Some(now.as_secs() + LATER * 3600)
}

/// How long each connection goes on.
#[derive(Clone, Copy)]
enum Until {
    Over(Duration),
    Sent(usize),
}

async fn run(
    bed: &Bed,
    grants: &[String],
    connections: usize,
    until: Until,
    send_at: Option<u64>,
) -> anyhow::Result<Vec<Duration>> {
    let mut workers = Vec::new();
    for place in 0..connections {
        let client = bed.api().await?;
        let path = format!("/v3/grants/{}/messages/send", grants[place % grants.len()]);
        let mut mail = json!({
            "to": [{ "email": "sink@sandbox.test" }],
            "subject": format!("From connection {place}"),
            "body": "<p>Some words, as people write them to one another.</p>",
        });
        if let Some(at) = send_at {
            mail["send_at"] = Value::from(at);
        }
        workers.push(tokio::spawn(work(client.request("POST", &path, Some(&mail)), client, until)));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await??);
    }
    Ok(all)
}

async fn work(request: Vec<u8>, mut client: Client, until: Until) -> anyhow::Result<Vec<Duration>> {
    let (mut durations, begun) = (Vec::new(), Instant::now());
    let over = |count: usize| match until {
        Until::Over(span) => begun.elapsed() >= span,
        Until::Sent(most) => count >= most,
    };
    while !over(durations.len()) {
        let asked = Instant::now();
        let answer = client.send(&request).await?;
        durations.push(asked.elapsed());
        ensure!(answer.status == 200, "status {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(durations)
}
