//! From new mail in the sandbox to the webhook's arrival, pushed.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::json;

use crate::bed::Bed;
use crate::receiver;
use crate::report::Report;
use crate::statistics::Durations;

/// What to measure with.
#[derive(clap::Args)]
pub struct Latency {
    /// Messages in the mailbox beforehand.
    #[arg(long, default_value_t = 1_000)]
    messages: u64,
    /// New mails, one after the other.
    #[arg(long, default_value_t = 100)]
    mails: u64,
    /// Milliseconds between them. Pub/Sub pushes a mailbox at most once a second, and so does the sandbox.
    #[arg(long, default_value_t = 1_100)]
    pause: u64,
}

pub async fn measure(binary: &Path, asked: Latency) -> anyhow::Result<Report> {
    let bed = Bed::start(binary, asked.messages, &["bench@sandbox.test"]).await?;
    let grant = bed.grant(&bed.mailboxes[0].1).await?;
    bed.mirrored(&grant).await?;
    let (url, mut arrivals) = receiver::start().await?;
    let webhook = json!({ "trigger_types": ["message.created"], "webhook_url": url });
    bed.api().await?.call("POST", "/v3/webhooks", Some(&webhook)).await?;
    let mut sandbox = bed.sandbox().await?;
    let mut durations = Vec::new();
    for place in 0..asked.mails {
        tokio::time::sleep(Duration::from_millis(asked.pause)).await;
        let subject = format!("measured {place}");
        let mail = json!({ "to": [bed.mailboxes[0].0], "from": "friend@example.com", "subject": subject, "text": "x" });
        let begun = Instant::now();
        sandbox.call("POST", "/_sandbox/deliver", Some(&mail)).await?;
        let arrived = async {
            loop {
                let (told, at) = arrivals.recv().await.context("the receiver ended")?;
                if told == subject {
                    return anyhow::Ok(at);
                }
            }
        };
        let at =
            tokio::time::timeout(Duration::from_secs(60), arrived).await.context("no webhook within a minute")??;
        durations.push(at.duration_since(begun));
    }
    let durations = Durations::new(durations);
    let mut report = Report::default();
    report.add("new mail to webhook, pushed: p50", durations.percentile(50.0), "ms", Some("100 ms"));
    report.add("p90", durations.percentile(90.0), "ms", None);
    report.add("p99", durations.percentile(99.0), "ms", None);
    report.add("mails", durations.count() as f64, "", None);
    Ok(report)
}
