//! `postroad quota`, beside a running demo.

use std::path::Path;

use serde_json::Value;

use crate::demo::demo;
use crate::process::{bare, errors, terminate, wait_for};

fn quota(data: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = bare();
    command.env("POSTROAD_STORAGE__DATA_DIR", data).env("TZ", "UTC").arg("quota").args(arguments);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    if output.status.success() { Ok(text) } else { Err(errors(&output)) }
}

#[test]
fn a_mailboxs_quotas_are_charted_beside_the_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (child, ready) = demo(folder.path(), &["--messages", "40", "--data-dir", data.to_str().unwrap()]);
    let grant = ready["grants"][0]["email"].as_str().unwrap().to_owned();
    // All minutes together: one may end between the first calls.
    let units = |told: &Value| -> u64 {
        told["minutes"].as_array().unwrap().iter().map(|minute| minute["units"].as_u64().unwrap()).sum()
    };
    let told = wait_for("the first counts to be written", || {
        let told: Value = serde_json::from_str(&quota(&data, &[&grant, "--json"]).unwrap()).unwrap();
        (units(&told) >= 20).then_some(told)
    });
    assert_eq!((told["regime"].as_str(), told["keys"].as_array().map(Vec::len)), (Some("current"), Some(3)));
    assert_eq!(told["keys"][1]["windows"][0]["limit"], 6000);

    let shown = quota(&data, &[&grant, "--hours", "1"]).unwrap();
    for part in [&grant, "Units a minute, last 1 hour", "█", "of 6,000", "refused", "may go", "as written down"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    assert!(quota(&data, &["nobody@example.com"]).unwrap_err().contains("grant list"));
    assert!(quota(&data, &[&grant, "--hours", "49"]).unwrap_err().contains("1..=48"));
    terminate(child);
}
