//! A server on which every promised error is ready to be met, for suites that speak through an SDK.
//!
//! `errors --ready-file FILE` prepares every row of the table and then writes the file: where the server answers, and for
//! each row the key, the grant, the call and the answer. SIGTERM ends it. Other arguments (those of `postroad demo`) are
//! passed over, so that the suites start both alike.

#![allow(dead_code, unused_imports)] // the test uses what is not used here

#[path = "../tests/errors/stage/mod.rs"]
mod stage;
#[path = "../tests/errors/table/mod.rs"]
mod table;

use futures_util::StreamExt as _;
use model::secret::ExposeSecret as _;
use serde_json::{Value, json};
use stage::{Scene, Stage};
use table::Answer;

/// Rows prepared at the same time.
const AT_ONCE: usize = 8;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let named = arguments.windows(2).find(|pair| pair[0] == "--ready-file").map(|pair| pair[1].clone());
    let file = named.ok_or_else(|| anyhow::anyhow!("usage: errors --ready-file FILE"))?;
    postroad::wiring::runtime()?.block_on(serve(&file))
}

async fn serve(file: &str) -> anyhow::Result<()> {
    let stage = Stage::open().await;
    let scenes: Vec<Scene> =
        futures_util::stream::iter(table::rows()).map(|row| stage.prepare(row)).buffered(AT_ONCE).collect().await;
    let rows: Vec<Value> = scenes.iter().map(told).collect();
    let ready = json!({"api_url": stage.url(), "sandbox_url": stage.sandbox.url(), "rows": rows});
    let stop = postroad::wiring::stop_asked()?;
    // Whoever waits for the file reads it whole.
    let unfinished = format!("{file}.unfinished");
    std::fs::write(&unfinished, ready.to_string())?;
    std::fs::rename(unfinished, file)?;
    stop.await;
    stage.close().await;
    Ok(())
}

fn told(scene: &Scene) -> Value {
    let answer = match &scene.row.answer {
        Answer::Success => Value::Null,
        Answer::Refused(refused) => json!(refused),
    };
    json!({"name": scene.row.name, "of": scene.row.of, "key": scene.key.expose_secret(), "grant_id": scene.grant_id(),
           "call": scene.asked, "answer": answer})
}
