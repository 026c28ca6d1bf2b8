//! Requests per second and latencies of list, get and search over a mirrored mailbox.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::bed::Bed;
use crate::client::Client;
use crate::report::Report;
use crate::statistics::Durations;

/// What to measure with.
#[derive(clap::Args)]
pub struct Api {
    /// Messages in the mailbox.
    #[arg(long, default_value_t = 10_000)]
    messages: u64,
    /// Connections, each with one request at a time.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Seconds per kind of request.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

const SELECT: &str = "id,thread_id,subject,from,to,date,unread,starred,folders,snippet";
const WORDS: [&str; 8] = ["meeting", "invoice", "project", "thanks", "report", "friday", "the", "please"];

pub async fn measure(binary: &Path, asked: Api) -> anyhow::Result<Report> {
    let bed = Bed::start(binary, asked.messages, &["bench@sandbox.test"]).await?;
    let grant = bed.grant(&bed.mailboxes[0].1).await?;
    bed.mirrored(&grant).await?;
    let ids = ids(&bed, &grant).await?;
    let base = format!("/v3/grants/{grant}/messages");
    let list = vec![format!("{base}?limit=50&select={SELECT}")];
    let get: Vec<String> = ids.iter().map(|id| format!("{base}/{id}")).collect();
    let search: Vec<String> =
        WORDS.iter().map(|word| format!("{base}?limit=50&select={SELECT}&search_query={word}")).collect();
    let mut report = Report::default();
    for (name, paths, rate, latency) in [
        ("list 50, header fields", list, Some("3000 /s"), Some("10 ms")),
        ("get one with body", get, Some("5000 /s"), None),
        ("search", search, None, Some("30 ms")),
    ] {
        let (per_second, durations) = load(&bed, &asked, paths).await.with_context(|| name.to_owned())?;
        report.add(format!("{name}: rate"), per_second, "requests/s", rate);
        report.add(format!("{name}: p50"), durations.percentile(50.0), "ms", None);
        report.add(format!("{name}: p99"), durations.percentile(99.0), "ms", latency);
    }
    Ok(report)
}

/// Some hundreds of message ids, spread over the mailbox.
async fn ids(bed: &Bed, grant: &str) -> anyhow::Result<Vec<String>> {
    let mut api = bed.api().await?;
    let (mut ids, mut token) = (Vec::new(), String::new());
    while ids.len() < 2000 {
        let page = api.call("GET", &format!("/v3/grants/{grant}/messages?limit=200&select=id{token}"), None).await?;
        ids.extend(page["data"].as_array().into_iter().flatten().filter_map(|m| m["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next_cursor"].as_str() else { break };
        token = format!("&page_token={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>());
    }
    ensure!(!ids.is_empty(), "the mirror is empty");
    Ok(ids)
}

async fn load(bed: &Bed, asked: &Api, paths: Vec<String>) -> anyhow::Result<(f64, Durations)> {
    let warm_up = run(bed, asked.connections, &paths, Duration::from_secs(1)).await?;
    ensure!(!warm_up.is_empty(), "nothing was answered");
    let span = Duration::from_secs(asked.seconds);
    let begun = Instant::now();
    let durations = run(bed, asked.connections, &paths, span).await?;
    let per_second = durations.len() as f64 / begun.elapsed().as_secs_f64();
    Ok((per_second, Durations::new(durations)))
}

async fn run(bed: &Bed, connections: usize, paths: &[String], span: Duration) -> anyhow::Result<Vec<Duration>> {
    let mut workers = Vec::new();
    for place in 0..connections {
        let client = bed.api().await?;
        let requests: Vec<Vec<u8>> = paths.iter().map(|path| client.request("GET", path, None)).collect();
        workers.push(tokio::spawn(work(client, requests, place, span)));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await??);
    }
    Ok(all)
}

async fn work(
    mut client: Client,
    requests: Vec<Vec<u8>>,
    start: usize,
    span: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let (mut durations, end) = (Vec::new(), Instant::now() + span);
    let mut place = start * 7919;
    while Instant::now() < end {
        let begun = Instant::now();
        let answer = client.send(&requests[place % requests.len()]).await?;
        durations.push(begun.elapsed());
        ensure!(answer.status == 200, "status {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        place += 1;
    }
    Ok(durations)
}
