//! The provider's faults: throttles, errors and cut connections before and after the effect, slow answers, expired tokens,
//! listings that lag.

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::provider::Provider;

/// Lays the plan on the sandbox.
pub async fn begin(bed: &Bed, seed: u64, index_delay_ms: u64) -> anyhow::Result<()> {
    let mut sandbox = bed.sandbox().await?;
    sandbox.call("DELETE", "/_sandbox/faults", None).await?;
    sandbox.call("POST", "/_sandbox/faults", Some(&plan(bed.provider, seed))).await?;
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

/// How one provider's calls fail.
struct Ways {
    /// What writes mail; every way a call can fail is applied to each, with its chance.
    writes: &'static [&'static str],
    faults: Vec<(f64, Value)>,
    /// All else.
    others: Vec<(&'static str, f64, Value)>,
}

fn google() -> Ways {
    Ways {
        writes: &["gmail.messages.send", "gmail.drafts.create", "gmail.drafts.send"],
        faults: vec![
            (0.015, json!({ "name": "gmail.retry_after", "with": { "seconds": 2 } })),
            (0.010, json!({ "name": "gmail.concurrency" })),
            (0.020, json!({ "name": "gmail.unavailable" })),
            (0.025, json!({ "name": "gmail.backend_error", "after_effect": true })),
            (0.010, json!({ "name": "gmail.bad_gateway_html", "after_effect": true })),
            (0.020, json!({ "cut": "before" })),
            (0.030, json!({ "cut": "after" })),
            (0.010, json!({ "name": "gmail.invalid_credentials" })),
            (0.020, json!({ "delay_ms": 1500 })),
            (0.005, json!({ "delay_ms": 9000 })),
        ],
        others: vec![
            ("gmail.*", 0.005, json!({ "name": "gmail.unavailable" })),
            ("gmail.*", 0.005, json!({ "cut": "before" })),
            ("gmail.*", 0.005, json!({ "delay_ms": 700 })),
            ("oauth.token", 0.03, json!({ "name": "oauth.temporarily_unavailable" })),
        ],
    }
}

fn microsoft() -> Ways {
    Ways {
        writes: &["graph.sendMail", "graph.messages.create", "graph.messages.send"],
        faults: vec![
            (0.015, json!({ "name": "graph.too_many_requests" })),
            (0.010, json!({ "name": "graph.mailbox_concurrency" })),
            (0.010, json!({ "name": "graph.service_unavailable" })),
            (0.010, json!({ "name": "graph.unavailable_empty" })),
            (0.025, json!({ "name": "graph.internal_error", "after_effect": true })),
            (0.010, json!({ "name": "graph.bad_gateway", "after_effect": true })),
            (0.010, json!({ "name": "graph.unavailable_empty", "after_effect": true })),
            (0.020, json!({ "cut": "before" })),
            (0.030, json!({ "cut": "after" })),
            (0.010, json!({ "name": "graph.token_expired" })),
            (0.020, json!({ "delay_ms": 1500 })),
            (0.005, json!({ "delay_ms": 9000 })),
        ],
        others: vec![
            ("graph.*", 0.005, json!({ "name": "graph.store_unavailable" })),
            ("graph.*", 0.003, json!({ "name": "graph.too_many_requests" })),
            ("graph.*", 0.005, json!({ "cut": "before" })),
            ("graph.*", 0.005, json!({ "delay_ms": 700 })),
            ("identity.token", 0.03, json!({ "name": "aadsts.90033" })),
        ],
    }
}

fn plan(provider: Provider, seed: u64) -> Value {
    let ways = match provider {
        Provider::Google => google(),
        Provider::Microsoft => microsoft(),
    };
    let every =
        |method: &'static &str| ways.faults.iter().map(move |(chance, fault)| (*method, *chance, fault.clone()));
    let mut rules: Vec<(&str, f64, Value)> = ways.writes.iter().flat_map(every).collect();
    rules.extend(ways.others.iter().cloned());
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
