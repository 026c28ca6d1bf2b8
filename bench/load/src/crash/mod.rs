//! No mail lost, none sent twice: sends from several clients while the provider fails in every way and the server is
//! killed at random moments, then the sandbox's ledger against what the clients were told. The same against a plain
//! client that retries on errors.

mod booking;
mod moments;
mod outbox;
mod plain;
mod plan;
mod senders;
mod told;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::ensure;
use serde_json::{Value, json};

use crate::bed::Bed;
use crate::provider::Provider;
use moments::Moments;
use told::Progress;

/// What to do.
#[derive(Clone, clap::Args)]
pub struct Crash {
    /// Where the mailboxes are.
    #[arg(long, value_enum, default_value_t)]
    provider: Provider,
    /// Decides the faults, the moments of the kills and who sends from where.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Mails to send.
    #[arg(long, default_value_t = 2_000)]
    sends: usize,
    /// How often the server is killed.
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// Clients, each with one send at a time.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Mailboxes they send from.
    #[arg(long, default_value_t = 16)]
    mailboxes: usize,
    /// How far the provider's listings lag behind what was sent, in milliseconds.
    #[arg(long, default_value_t = 3_000)]
    index_delay_ms: u64,
    /// The form of the test suite: 60 sends, 4 kills, 8 mailboxes, listings that lag one second.
    #[arg(long)]
    short: bool,
}

/// The plan's longest calls take effect after the server gave them up.
const PROVIDER_TIMEOUT: (&str, &str) = ("SYNC__PROVIDER_TIMEOUT", "5s");

impl Crash {
    fn settled(self) -> Self {
        match self.short {
            true => Self { sends: 60, kills: 4, mailboxes: 8, index_delay_ms: 1_000, ..self },
            false => self,
        }
    }
}

/// Runs both and prints them.
///
/// # Errors
/// When anything was lost, doubled, or acknowledged and is unknown now.
pub async fn run(binary: &Path, asked: Crash, as_json: bool) -> anyhow::Result<()> {
    let asked = asked.settled();
    let emails: Vec<String> =
        (0..asked.mailboxes).map(|n| format!("crash{n:02}@{}", asked.provider.domain())).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let mut bed = Bed::start_at(asked.provider, binary, 2, &emails, &[PROVIDER_TIMEOUT]).await?;
    let mut found = postroad(&mut bed, &asked).await?;
    let good = ["lost", "doubled", "unknown"].iter().all(|name| found[*name] == 0);
    found["plain_client"] = plain_client(&bed, &asked).await?;
    print(&found, as_json);
    ensure!(good, "mail was lost, doubled, or acknowledged and is unknown now");
    Ok(())
}

async fn postroad(bed: &mut Bed, asked: &Crash) -> anyhow::Result<Value> {
    let mut grants = Vec::new();
    for (_, token) in bed.mailboxes.clone() {
        grants.push(bed.grant(&token).await?);
    }
    for grant in &grants {
        bed.mirrored(grant).await?;
    }
    let begun = Instant::now();
    plan::begin(bed, asked.seed, asked.index_delay_ms).await?;
    let progress = Arc::new(Progress::new(asked.seed, asked.sends, grants.len()));
    let clients: Vec<_> = (0..asked.clients)
        .map(|_| {
            tokio::spawn(senders::send(bed.api_url.clone(), bed.api_key.clone(), grants.clone(), progress.clone()))
        })
        .collect();
    let mut moments = Moments::new(asked.seed, asked.sends, asked.kills, 400);
    while moments.next(&progress).await {
        bed.kill_and_restart().await?;
        plan::expire_tokens(bed, moments.coin()).await?;
    }
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await??);
    }
    let rows = outbox::settled(bed, &grants).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let faults = plan::end(bed).await?;
    let ledger = booking::Ledger::read(bed, asked.index_delay_ms).await?;
    let mut found = booking::compare(&told, rows.as_ref(), &ledger);
    describe(&mut found, asked, seconds, moments.done(), faults);
    Ok(found)
}

async fn plain_client(bed: &Bed, asked: &Crash) -> anyhow::Result<Value> {
    bed.sandbox().await?.call("DELETE", "/_sandbox/ledger", None).await?;
    let begun = Instant::now();
    plan::begin(bed, asked.seed, asked.index_delay_ms).await?;
    let emails: Vec<String> = bed.mailboxes.iter().map(|(email, _)| email.clone()).collect();
    let progress = Arc::new(Progress::new(asked.seed, asked.sends, emails.len()));
    let (killer, killed) = tokio::sync::watch::channel(0_usize);
    let clients: Vec<_> = (0..asked.clients)
        .map(|_| {
            tokio::spawn(plain::send(
                bed.provider,
                bed.sandbox_url.clone(),
                emails.clone(),
                progress.clone(),
                killed.clone(),
            ))
        })
        .collect();
    let mut moments = Moments::new(asked.seed, asked.sends, asked.kills, 20);
    while moments.next(&progress).await {
        killer.send_modify(|kills| *kills += 1);
        plan::expire_tokens(bed, moments.coin()).await?;
    }
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let faults = plan::end(bed).await?;
    let ledger = booking::Ledger::read(bed, asked.index_delay_ms).await?;
    let mut found = booking::compare(&told, None, &ledger);
    describe(&mut found, asked, seconds, moments.done(), faults);
    Ok(found)
}

fn describe(found: &mut Value, asked: &Crash, seconds: f64, kills: usize, faults: u64) {
    found["provider"] = json!(asked.provider.name());
    found["seed"] = json!(asked.seed);
    found["sends"] = json!(asked.sends);
    found["kills"] = json!(kills);
    found["faults"] = json!(faults);
    found["seconds"] = json!((seconds * 10.0).round() / 10.0);
}

fn print(found: &Value, as_json: bool) {
    if as_json {
        return println!("{found:#}");
    }
    println!("{:<28} {:>12} {:>14}", "", "Postroad", "plain client");
    for (name, value) in found.as_object().into_iter().flatten() {
        if value.is_number() {
            println!("{name:<28} {value:>12} {:>14}", found["plain_client"][name]);
        }
    }
}
