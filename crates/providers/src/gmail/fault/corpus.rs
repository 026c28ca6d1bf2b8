//! Other people's collected errors, looked for beside the checkout (`../shared/corpus`) and never copied into it.
#![allow(clippy::disallowed_macros)] // a skipped test has to say so

use std::path::Path;

use model::{Fault, Timestamp};
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{Call, api, token};

fn classify(row: &Value) -> Fault {
    let status = row["http_status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or_default();
    let body = row["body"].as_str().unwrap_or_default().as_bytes();
    let call = match row["operation"].as_str().unwrap_or_default() {
        "history.list" => Call::History,
        "messages.send" | "drafts.send" => Call::Send,
        _ => Call::Write,
    };
    let now: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    if row["provider"] == "google_oauth" {
        token(status, &HeaderMap::new(), body, now)
    } else {
        api(status, &HeaderMap::new(), body, call, now)
    }
}

#[test]
fn collected_errors_are_recognised() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/open.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no corpus at {}", path.display());
        return;
    };
    let rows: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ours: Vec<&Value> =
        rows.iter().filter(|r| r["provider"] == "gmail" || r["provider"] == "google_oauth").collect();
    let (mut kinds, mut scopes) = (0, 0);
    for row in &ours {
        let fault = classify(row);
        let (kind, scope) = (&row["label"]["kind"], &row["label"]["scope"]);
        let said = serde_json::to_value(fault.scope).unwrap();
        kinds += usize::from(*kind == fault.kind.as_str());
        scopes += usize::from(*scope == said);
        if *kind != fault.kind.as_str() || *scope != said {
            println!(
                "{} ambiguous={}: {kind} {scope}, classified {} {said}",
                row["id"],
                row["ambiguous"],
                fault.kind.as_str()
            );
        }
    }
    println!("{} errors: kind {kinds}, scope {scopes}", ours.len());
    assert!(kinds * 10 >= ours.len() * 9, "only {kinds} of {} recognised", ours.len());
}
