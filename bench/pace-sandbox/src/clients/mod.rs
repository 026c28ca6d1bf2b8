//! Who is compared.

mod backoff;
pub mod google;
mod postroad;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::cell::Cell;
use crate::stage::{SCOPES, Stage};

pub use backoff::Backoff;
pub use postroad::Postroad;

/// A client that lives in this process.
#[async_trait]
pub trait Client: Send + Sync {
    /// Fetches everything; returns when the last message is there.
    async fn backfill(&self) -> anyhow::Result<()>;
    /// Reads one message of the first mailbox because somebody waits for it; whether it came.
    async fn read(&self, id: &str) -> bool;
    /// How many reads it makes at once.
    fn readers(&self) -> usize;
    /// Messages it has by now, each counted once per purpose that took a call.
    async fn fetched(&self) -> anyhow::Result<u64>;
    /// Ends what it does in the background.
    async fn stop(&self);
}

/// An access token for each mailbox.
pub async fn access_tokens(stage: &Stage) -> anyhow::Result<Vec<String>> {
    let http = reqwest::Client::new();
    let mut tokens = Vec::new();
    for email in &stage.mailboxes {
        let wish = json!({ "email": email, "scopes": SCOPES });
        let answer = http.post(format!("{}/_sandbox/token", stage.sandbox.url())).json(&wish).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        tokens.push(answer["access_token"].as_str().unwrap_or_default().to_owned());
    }
    Ok(tokens)
}

/// Makes a client ready.
pub async fn ready(name: &str, cell: &Cell, stage: &Arc<Stage>) -> anyhow::Result<Arc<dyn Client>> {
    Ok(match name {
        "postroad" => Arc::new(Postroad::ready(cell, stage.clone()).await?),
        _ => Arc::new(Backoff::ready(cell, stage.clone()).await?),
    })
}
