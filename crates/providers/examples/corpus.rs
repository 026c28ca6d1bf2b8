//! Classifies a file of errors, one JSON object a line in the format of the collections that the tests read, and prints
//! one JSON object a line: `{"id", "kind", "retry", "scope"}`.

use std::io::Write;

use providers::classify::{Protocol, classify, retry_word};
use serde_json::{Value, json};

#[path = "../tests/corpus/line.rs"]
mod line;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of a JSONL file")?;
    let mut out = std::io::stdout().lock();
    for text in std::fs::read_to_string(path)?.lines().filter(|text| !text.trim().is_empty()) {
        let case: Value = serde_json::from_str(text)?;
        let Some(protocol) = case["provider"].as_str().and_then(Protocol::parse) else { continue };
        let headers = line::headers(&case);
        let seen = line::observation(&case, &headers);
        let fault = classify(protocol, &seen);
        let retry = retry_word(&fault, &seen);
        writeln!(out, "{}", json!({ "id": case["id"], "kind": fault.kind, "retry": retry, "scope": fault.scope }))?;
    }
    Ok(())
}
