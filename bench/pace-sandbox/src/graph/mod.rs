//! The first sync of a mailbox at Microsoft: the engine with its gate, its sync and its Graph client before the sandbox's
//! Exchange Online, whose own counts are what is printed.

mod by_hand;
mod doors;
mod fewest;
mod house;
#[cfg(test)]
mod limits_tests;
#[cfg(test)]
mod tests;

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;

use house::House;

/// What to measure.
#[derive(clap::Args, Clone, Debug)]
pub struct Asked {
    /// Messages in the mailbox.
    #[arg(long, default_value_t = 10_000)]
    pub messages: u32,
    /// Folders besides those every mailbox has; one message in twenty lies in them.
    #[arg(long, default_value_t = 10)]
    pub folders: u32,
    /// How long every call takes, in milliseconds by the sandbox's clock.
    #[arg(long, default_value_t = 120)]
    pub latency_ms: u32,
    /// Requests in ten minutes; Postroad is told of another number than the published one.
    #[arg(long, default_value_t = 10_000)]
    pub requests: u32,
    /// Calls at once that the sandbox bears, of which Postroad is told nothing.
    #[arg(long, default_value_t = 4)]
    pub concurrency: u32,
    /// How many times as fast as the machine's the clock runs.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub speed: u32,
    /// The clock stands still while anything is under way and is moved on when everybody waits for it; calls take no time.
    #[arg(long)]
    pub by_hand: bool,
    /// Decides the mail.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// What to log of Postroad, for example `engine=debug`.
    #[arg(long, default_value = "off")]
    pub log: String,
}

/// What came of it. Everything but the fewest requests is the sandbox's own count.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figures {
    pub messages: u32,
    /// Folders in the mailbox, its own among them.
    pub folders: u64,
    pub requests: u64,
    pub fewest: u64,
    pub ratio: f64,
    /// Refused for too many at once.
    pub crowded: u64,
    /// Refused for the requests of ten minutes.
    pub over_requests: u64,
    pub peak_concurrency: u64,
    /// By the sandbox's clock.
    pub seconds: f64,
}

/// Measures and prints.
pub async fn print(asked: &Asked) -> anyhow::Result<()> {
    let figures = first_sync(asked).await?;
    if asked.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(());
    }
    println!("messages                       {:>8}", figures.messages);
    println!("folders                        {:>8}", figures.folders);
    println!("requests                       {:>8}", figures.requests);
    println!("the fewest possible            {:>8}", figures.fewest);
    println!("ratio                          {:>8.3}", figures.ratio);
    println!("refused: too many at once      {:>8}", figures.crowded);
    println!("refused: too many in 10 min    {:>8}", figures.over_requests);
    println!("most calls at once             {:>8}", figures.peak_concurrency);
    println!("seconds on the sandbox's clock {:>8.0}", figures.seconds);
    Ok(())
}

/// One first sync, to the moment the mailbox is followed live.
pub async fn first_sync(asked: &Asked) -> anyhow::Result<Figures> {
    let house = House::open(asked).await?;
    let begun = house.clock.now_ms();
    house.sync().await?;
    let ended = house.clock.now_ms();
    let counted = counted(&house.sandbox.world().graph_meter().report())?;
    ensure!(house.holds_everything().await?, "the mirror lacks messages");
    let (folders, fewest) = fewest::possible(&house).await?;
    house.close().await;
    let figure = |name: &str| counted[name].as_u64().with_context(|| format!("the sandbox does not count {name}"));
    let refused = |name: &str| counted["refused"][name].as_u64().unwrap_or_default();
    let requests = figure("asked")?;
    Ok(Figures {
        messages: asked.messages,
        folders,
        requests,
        fewest,
        ratio: requests as f64 / fewest as f64,
        crowded: refused("concurrency"),
        over_requests: refused("requests"),
        peak_concurrency: figure("peak_concurrency")?,
        seconds: (ended - begun) as f64 / 1000.0,
    })
}

/// The counts of the one mailbox.
fn counted(report: &Value) -> anyhow::Result<Value> {
    let mailboxes = report["mailboxes"].as_array().context("no mailboxes in the sandbox's report")?;
    ensure!(mailboxes.len() == 1, "{} mailboxes were called", mailboxes.len());
    Ok(mailboxes[0].clone())
}
