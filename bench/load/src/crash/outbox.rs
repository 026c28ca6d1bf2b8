//! What the outbox says of each mail, once it has come to rest.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bed::Bed;
use crate::client::Client;

/// Looks for lost answers end within 40 seconds; this leaves room for faults that meet them.
const PATIENCE: Duration = Duration::from_secs(180);

/// Of one submission.
#[derive(Clone, Debug)]
pub struct Row {
    pub state: String,
    /// Nothing more happens by itself: it ended, or is reported as uncertain and waits for an operator.
    pub rests: bool,
}

/// By subject. A mail that was withdrawn and asked for again has several.
pub type Rows = HashMap<String, Vec<Row>>;

/// Waits until everything rests. `None`: this server has no outbox.
pub async fn settled(bed: &Bed, grants: &[String]) -> anyhow::Result<Option<Rows>> {
    let end = Instant::now() + PATIENCE;
    loop {
        let mut rows = Rows::new();
        for grant in grants {
            if !read(&mut bed.api().await?, grant, &mut rows).await? {
                return Ok(None);
            }
        }
        if rows.values().flatten().all(|row| row.rests) || Instant::now() > end {
            return Ok(Some(rows));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn read(api: &mut Client, grant: &str, rows: &mut Rows) -> anyhow::Result<bool> {
    let mut token = String::new();
    loop {
        let request = api.request("GET", &format!("/v3/grants/{grant}/outbox?limit=200{token}"), None);
        let answer = api.send(&request).await?;
        if answer.status == 404 {
            return Ok(false);
        }
        anyhow::ensure!(answer.status == 200, "the outbox answered {}", String::from_utf8_lossy(&answer.body));
        let page = answer.json()?;
        for entry in page["data"].as_array().into_iter().flatten() {
            rows.entry(entry["subject"].as_str().unwrap_or_default().to_owned()).or_default().push(row(entry));
        }
        let Some(next) = page["next_cursor"].as_str() else { return Ok(true) };
        token = format!("&page_token={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>());
    }
}

fn row(entry: &Value) -> Row {
    let state = entry["state"].as_str().unwrap_or_default().to_owned();
    let rests = match state.as_str() {
        "uncertain" => entry["waits_for"] == "operator",
        other => ["done", "failed", "cancelled", "discarded"].contains(&other),
    };
    Row { state, rests }
}
