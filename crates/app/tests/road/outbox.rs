//! Sends while the provider fails in every way: what callers are told is what the provider's ledger says.

use serde_json::{Value, json};

use crate::harness::Road;

const SENDS: usize = 24;

/// Every way a write can fail, each at every so many calls; none of it by chance.
fn plan() -> Value {
    let every = |method: &str, nth: u64, mut rule: Value| {
        rule["method"] = json!(method);
        rule["when"] = json!({ "every": nth });
        rule
    };
    json!({ "seed": 1, "rule": [
        every("gmail.drafts.create", 5, json!({ "cut": "after" })),
        every("gmail.drafts.create", 7, json!({ "name": "gmail.unavailable" })),
        every("gmail.drafts.send", 4, json!({ "cut": "after" })),
        every("gmail.drafts.send", 6, json!({ "name": "gmail.backend_error", "after_effect": true })),
        every("gmail.drafts.send", 9, json!({ "cut": "before" })),
        every("gmail.drafts.send", 11, json!({ "name": "gmail.retry_after", "with": { "seconds": 1 } })),
    ]})
}

/// Sends, again and again, until the answer is 200; whatever else comes says that it was not sent, or is under way.
async fn sent(road: &Road, path: &str, number: usize) -> bool {
    let mail = json!({ "subject": format!("mail {number}"), "body": "Here.", "to": [{ "email": "ben@sandbox.test" }] });
    road.patiently(async || road.post_keyed(path, &mail, &format!("key-{number}")).await == 200).await
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_each_mail_goes_out_once_and_its_caller_knows() {
    let road = Road::start().await;
    for who in ["ada", "ben"] {
        road.sandbox.world().add_mailbox(&format!("{who}@sandbox.test"), who);
    }
    let grant = road.connect("ada@sandbox.test").await;
    road.live(&grant).await;
    let control = reqwest::Client::new();
    let url = |path: &str| format!("{}/_sandbox/{path}", road.sandbox.url());
    let laid = control.post(url("faults")).json(&plan()).send().await.unwrap();
    assert!(laid.status().is_success(), "{}", laid.text().await.unwrap());
    let path = format!("/v3/grants/{}/messages/send", grant.id);
    let sends = (0..SENDS).map(|number| sent(&road, &path, number));
    assert_eq!(futures_util::future::join_all(sends).await, vec![true; SENDS]);
    let ledger: Value = control.get(url("ledger")).send().await.unwrap().json().await.unwrap();
    let mut out: Vec<&str> =
        ledger["accepted"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    out.sort_unstable();
    let mut wanted: Vec<String> = (0..SENDS).map(|number| format!("mail {number}")).collect();
    wanted.sort_unstable();
    assert_eq!(out, wanted);
    let fired: Value = control.get(url("faults")).send().await.unwrap().json().await.unwrap();
    for rule in fired["rules"].as_array().unwrap() {
        assert!(rule["fired"].as_u64() > Some(0), "it was never put to the test: {rule}");
    }
    road.end().await;
}
