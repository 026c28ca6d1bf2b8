//! Resident memory of an idle server: with one mirrored mailbox, and what each further idle grant adds.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;

use crate::bed::Bed;
use crate::memory::{megabytes, resident};
use crate::report::Report;

/// What to measure with.
#[derive(clap::Args)]
pub struct Idle {
    /// Messages in the one large mailbox.
    #[arg(long, default_value_t = 10_000)]
    messages: u64,
    /// Idle grants beside it.
    #[arg(long, default_value_t = 10_000)]
    grants: u64,
    /// Seconds to let the server come to rest before memory is read.
    #[arg(long, default_value_t = 30)]
    rest: u64,
}

pub async fn measure(binary: &Path, asked: Idle) -> anyhow::Result<Report> {
    let bed = Bed::start(binary, asked.messages, &["bench@sandbox.test"]).await?;
    let grant = bed.grant(&bed.mailboxes[0].1).await?;
    bed.mirrored(&grant).await?;
    let rest = Duration::from_secs(asked.rest);
    tokio::time::sleep(rest).await;
    let (one, _) = resident(bed.server_pid)?;
    let last = add_grants(&bed, asked.grants).await?;
    if let Some(last) = last {
        bed.mirrored(&last).await?;
    }
    tokio::time::sleep(rest).await;
    let (many, peak) = resident(bed.server_pid)?;
    let mut report = Report::default();
    report.add("memory, one mailbox idle", megabytes(one), "MB", Some("60 MB"));
    report.add(format!("memory, {} more grants idle", asked.grants), megabytes(many), "MB", None);
    let each = many.saturating_sub(one) as f64 / asked.grants.max(1) as f64 / 1000.0;
    report.add("each further idle grant", each, "KB", Some("10 KB"));
    report.add("memory at its peak", megabytes(peak), "MB", None);
    Ok(report)
}

/// Empty mailboxes, each with a grant.
async fn add_grants(bed: &Bed, count: u64) -> anyhow::Result<Option<String>> {
    let (mut sandbox, mut last) = (bed.sandbox().await?, None);
    let scopes = ["openid", "email", "profile", "https://mail.google.com/"];
    for place in 0..count {
        let email = format!("idle{place}@sandbox.test");
        sandbox.call("POST", "/_sandbox/mailboxes", Some(&json!({ "email": email }))).await?;
        let token = sandbox.call("POST", "/_sandbox/token", Some(&json!({ "email": email, "scopes": scopes }))).await?;
        let token = token["refresh_token"].as_str().context("the sandbox gave no refresh token")?;
        last = Some(bed.grant(token).await?);
    }
    Ok(last)
}
