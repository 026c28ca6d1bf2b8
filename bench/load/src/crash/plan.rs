//! The provider's faults: throttles, errors and cut connections before and after the effect, slow answers, expired tokens,
//! listings that lag.

use serde_json::{Value, json};

use crate::bed::Bed;

/// What writes mail; every way a call can fail is applied to each.
const WRITES: [&str; 3] = ["gmail.messages.send", "gmail.drafts.create", "gmail.drafts.send"];

/// Lays the plan on the sandbox.
pub async fn begin(bed: &Bed, seed: u64, index_delay_ms: u64) -> anyhow::Result<()> {
    let mut sandbox = bed.sandbox().await?;
    sandbox.call("DELETE", "/_sandbox/faults", None).await?;
    sandbox.call("POST", "/_sandbox/faults", Some(&plan(seed))).await?;
    sandbox.call("POST", "/_sandbox/indexing", Some(&json!({ "delay_ms": index_delay_ms }))).await.map(drop)
}

/// Takes it away; returns how many calls it hit.
pub async fn end(bed: &Bed) -> anyhow::Result<u64> {
    let mut sandbox = bed.sandbox().await?;
    let rules = sandbox.call("GET", "/_sandbox/faults", None).await?;
    sandbox.call("DELETE", "/_sandbox/faults", None).await?;
    let rules = rules["rules"].as_array().cloned().unwrap_or_default();
    Ok(rules.iter().filter_map(|rule| rule["fired"].as_u64()).sum())
}

/// Lets every access token expire, if so.
pub async fn expire_tokens(bed: &Bed, so: bool) -> anyhow::Result<()> {
    match so {
        true => bed.sandbox().await?.call("POST", "/_sandbox/tokens/expire", None).await.map(drop),
        false => Ok(()),
    }
}

fn plan(seed: u64) -> Value {
    let mut rules = Vec::new();
    for method in WRITES {
        let faults = [
            (0.015, json!({ "name": "gmail.retry_after", "with": { "seconds": 2 } })),
            (0.010, json!({ "name": "gmail.concurrency" })),
            (0.020, json!({ "name": "gmail.unavailable" })),
            (0.025, json!({ "name": "gmail.backend_error", "after_effect": true })),
            (0.010, json!({ "name": "gmail.bad_gateway_html", "after_effect": true })),
            (0.020, json!({ "cut": "before" })),
            (0.030, json!({ "cut": "after" })),
            (0.010, json!({ "name": "gmail.invalid_credentials" })),
            (0.020, json!({ "delay_ms": 1500 })),
        ];
        rules.extend(faults.map(|(chance, fault)| (method, chance, fault)));
    }
    rules.extend([
        ("gmail.*", 0.005, json!({ "name": "gmail.unavailable" })),
        ("gmail.*", 0.005, json!({ "cut": "before" })),
        ("gmail.*", 0.005, json!({ "delay_ms": 700 })),
        ("oauth.token", 0.03, json!({ "name": "oauth.temporarily_unavailable" })),
    ]);
    let rules: Vec<Value> = rules
        .into_iter()
        .zip(seed.wrapping_mul(1_000)..)
        .map(|((method, chance, mut rule), seed)| {
            rule["method"] = json!(method);
            rule["when"] = json!({ "probability": chance, "seed": seed });
            rule
        })
        .collect();
    json!({ "seed": seed, "rule": rules })
}
