//! Sends while the provider fails in every way: what callers are told is what the provider's ledger says.

use model::Provider;
use serde_json::{Value, json};

use crate::harness::Road;
use crate::over_all;
use crate::provider::{address, sends};

over_all!(under_every_fault_each_mail_goes_out_once_and_its_caller_knows);

const SENDS: usize = 24;

/// Every way a write can fail, each at every so many calls; none of it by chance.
fn plan(provider: Provider) -> Value {
    let every = |method: &str, nth: u64, mut rule: Value| {
        rule["method"] = json!(method);
        rule["when"] = json!({ "every": nth });
        rule
    };
    let [create, send] = sends(provider);
    let (unavailable, failed, throttled, seconds) = match provider {
        // Graph's `Retry-After` may be any text, a fraction too.
        Provider::Microsoft => {
            ("graph.service_unavailable", "graph.internal_error", "graph.too_many_requests", json!("1"))
        }
        _ => ("gmail.unavailable", "gmail.backend_error", "gmail.retry_after", json!(1)),
    };
    json!({ "seed": 1, "rule": [
        every(create, 5, json!({ "cut": "after" })),
        every(create, 7, json!({ "name": unavailable })),
        every(send, 4, json!({ "cut": "after" })),
        every(send, 6, json!({ "name": failed, "after_effect": true })),
        every(send, 9, json!({ "cut": "before" })),
        every(send, 11, json!({ "name": throttled, "with": { "seconds": seconds } })),
    ]})
}

/// Sends, again and again, until the answer is 200; whatever else comes says that it was not sent, or is under way.
async fn sent(road: &Road, path: &str, number: usize) -> bool {
    let mail = json!({ "subject": format!("mail {number}"), "body": "Here.", "to": [{ "email": address(road.provider, "ben") }] });
    road.patiently(async || road.post_keyed(path, &mail, &format!("key-{number}")).await == 200).await
}

async fn under_every_fault_each_mail_goes_out_once_and_its_caller_knows(road: Road) {
    let (ada, _) = (road.mailbox("ada"), road.mailbox("ben"));
    let grant = road.connect(&ada).await;
    road.live(&grant).await;
    road.control("faults", Some(&plan(road.provider))).await;
    let path = format!("/v3/grants/{}/messages/send", grant.id);
    let sends = (0..SENDS).map(|number| sent(&road, &path, number));
    assert_eq!(futures_util::future::join_all(sends).await, vec![true; SENDS]);
    let ledger = road.control("ledger", None).await;
    let mut out: Vec<&str> =
        ledger["accepted"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    out.sort_unstable();
    let mut wanted: Vec<String> = (0..SENDS).map(|number| format!("mail {number}")).collect();
    wanted.sort_unstable();
    assert_eq!(out, wanted);
    for rule in road.control("faults", None).await["rules"].as_array().unwrap() {
        assert!(rule["fired"].as_u64() > Some(0), "it was never put to the test: {rule}");
    }
    road.end().await;
}
