//! The crash bench in its short form: while the provider fails and the server is killed, nothing is lost or doubled.
//! Needs the server's binary beside this one; `cargo test --workspace` builds it, `cargo build -p postroad` does alone.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn no_mail_is_lost_and_none_is_sent_twice() {
    let bench = Path::new(env!("CARGO_BIN_EXE_postroad-bench"));
    let binary = bench.with_file_name("postroad");
    assert!(binary.exists(), "{} is missing; build it first: cargo build -p postroad", binary.display());
    let output =
        Command::new(bench).arg("--binary").arg(&binary).args(["crash", "--short", "--json"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let found: Value = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr));
    });
    let count = |name: &str| found[name].as_u64().unwrap_or_else(|| panic!("no `{name}` in {text}"));
    assert_eq!((count("lost"), count("doubled"), count("unknown")), (0, 0, 0), "{text}");
    assert!(
        count("kills") > 0 && count("faults") > 0 && count("acknowledged") > 50,
        "nothing was put to the test: {text}"
    );
    assert!(output.status.success(), "{text}");
    let plain = &found["plain_client"];
    assert!(plain["doubled"].as_u64() > Some(0), "the plan hurts nobody: {plain:#}");
}
