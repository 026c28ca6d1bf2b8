//! `postroad demo` and `postroad sandbox` from start to end.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::process::{bare, errors, ready, terminate};

pub fn demo(folder: &Path, more: &[&str]) -> (Child, Value) {
    let file = folder.join("ready.json");
    let _ = std::fs::remove_file(&file);
    let mut command = bare();
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--ready-file"])
        .arg(&file)
        .args(more);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let ready = ready(&file);
    (child, ready)
}

fn messages(ready: &Value, grant: usize) -> Vec<String> {
    let url = format!(
        "{}/v3/grants/{}/messages?limit=200&select=id",
        ready["api_url"].as_str().unwrap(),
        ready["grants"][grant]["id"].as_str().unwrap()
    );
    let answer = reqwest_blocking(&url, ready["api_key"].as_str().unwrap());
    answer["data"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect()
}

fn reqwest_blocking(url: &str, key: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(url).bearer_auth(key).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    })
}

#[test]
fn a_demo_comes_back_with_the_same_key_grants_and_mail() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = ["--messages", "40", "--data-dir", data.to_str().unwrap()];
    let (child, first) = demo(folder.path(), &options);
    let mail = messages(&first, 0);
    assert!(mail.len() > 20, "{}", mail.len());
    assert_eq!(terminate(child), Some(0));

    let (child, second) = demo(folder.path(), &options);
    for name in ["api_key", "client_id"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_eq!(first["grants"], second["grants"]);
    assert_eq!(messages(&second, 0), mail);
    assert_eq!(terminate(child), Some(0));
}

#[test]
fn mail_from_disk_stands_alone_in_the_first_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("mail");
    std::fs::create_dir(&mail).unwrap();
    for name in ["one", "two"] {
        let text = format!(
            "From: a@x.test\r\nTo: b@x.test\r\nSubject: {name}\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{name}@x.test>\r\n\r\nText.\r\n"
        );
        std::fs::write(mail.join(format!("{name}.eml")), text).unwrap();
    }
    let (child, ready) = demo(folder.path(), &["--seed-mail", mail.to_str().unwrap(), "--mailbox", "only@x.test"]);
    assert_eq!(ready["grants"].as_array().unwrap().len(), 1);
    assert_eq!(ready["grants"][0]["email"], "only@x.test");
    assert_eq!(messages(&ready, 0).len(), 2);
    assert_eq!(terminate(child), Some(0));
}

#[test]
fn a_place_without_mail_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut command: Command = bare();
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--seed-mail"])
        .arg(folder.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--seed-mail"));
}

#[test]
fn quotas_that_cannot_be_are_refused_with_what_can() {
    for command in ["sandbox", "demo"] {
        let output = bare().args([command, "--quotas", "current:strict"]).output().unwrap();
        assert!(!output.status.success());
        assert!(errors(&output).contains("model: unknown variant `strict`"), "{}", errors(&output));
        assert!(errors(&output).contains("current:sliding"), "{}", errors(&output));
    }
    let output = bare().args(["demo", "--quotas", "current", "--no-quotas"]).output().unwrap();
    assert!(errors(&output).contains("--no-quotas"), "{}", errors(&output));
    let output = bare().args(["sandbox", "--clock-speed", "3601"]).output().unwrap();
    assert!(errors(&output).contains("--clock-speed"), "{}", errors(&output));
}

#[test]
fn a_sandbox_counts_by_the_limits_and_the_clock_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let mut command = bare();
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--messages", "1", "--quotas", "legacy:hidden,concurrency=7"]);
    command.args(["--clock-speed", "60", "--ready-file"]).arg(&file);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let url = ready(&file)["sandbox_url"].as_str().unwrap().to_owned();
    let limits = &reqwest_blocking(&format!("{url}/_sandbox/quotas"), "")["limits"];
    assert_eq!(
        (&limits["regime"], &limits["model"], &limits["concurrency"]),
        (&"legacy".into(), &"hidden".into(), &7.into())
    );
    assert_eq!(reqwest_blocking(&format!("{url}/_sandbox/clock"), "")["speed"], 60);
    assert_eq!(terminate(child), Some(0));
}

#[test]
fn the_sandbox_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let mut command = bare();
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--messages", "5", "--ready-file"]).arg(&file);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let ready = ready(&file);
    assert_eq!(ready["mailboxes"].as_array().unwrap().len(), 3);
    assert!(ready["mailboxes"][0]["refresh_token"].as_str().unwrap().starts_with("1//"));
    assert_eq!(terminate(child), Some(0));
}
