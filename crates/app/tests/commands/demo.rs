//! `postroad demo` and `postroad sandbox` from start to end.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::process::{bare, errors, ready, terminate, wait_for};

pub fn demo(folder: &Path, more: &[&str]) -> (Child, Value) {
    demo_at("127.0.0.1:0", folder, more)
}

fn demo_at(address: &str, folder: &Path, more: &[&str]) -> (Child, Value) {
    let file = folder.join("ready.json");
    let _ = std::fs::remove_file(&file);
    let mut command = bare();
    command
        .args(["demo", "--listen", address, "--sandbox-listen", "127.0.0.1:0", "--ready-file"])
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

/// Waits until every mailbox is wholly mirrored.
fn mirrored(ready: &Value) {
    for grant in ready["grants"].as_array().unwrap() {
        let (api, id) = (ready["api_url"].as_str().unwrap(), grant["id"].as_str().unwrap());
        let url = format!("{api}/v3/grants/{id}/messages?limit=1&select=id");
        wait_for("the mirror to be complete", || {
            let phase = answer(&url, ready["api_key"].as_str().unwrap()).0?;
            (phase == "live").then_some(())
        });
    }
}

fn reqwest_blocking(url: &str, key: &str) -> Value {
    answer(url, key).1
}

/// The phase of the mirror, where it is told, and the body.
fn answer(url: &str, key: &str) -> (Option<String>, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).bearer_auth(key).send().await.unwrap().error_for_status().unwrap();
        let phase = answer.headers().get("postroad-mirror-phase").map(|phase| phase.to_str().unwrap().to_owned());
        (phase, answer.json().await.unwrap())
    })
}

#[test]
fn a_demo_comes_back_with_the_same_key_grants_and_mail() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = ["--messages", "40", "--data-dir", data.to_str().unwrap()];
    let (child, first) = demo(folder.path(), &options);
    let providers: Vec<_> = first["grants"].as_array().unwrap().iter().map(|grant| &grant["provider"]).collect();
    assert_eq!(providers, ["google", "google", "google", "microsoft", "microsoft"]);
    mirrored(&first);
    // One mailbox of each provider.
    let mail = [messages(&first, 0), messages(&first, 3)];
    assert!(mail[0].len() > 20 && mail[1].len() > 5, "{mail:?}");
    assert_eq!(terminate(child), Some(0));

    let (child, second) = demo(folder.path(), &options);
    for name in ["api_key", "client_id"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_eq!(first["grants"], second["grants"]);
    mirrored(&second);
    assert_eq!([messages(&second, 0), messages(&second, 3)], mail);
    assert_eq!(terminate(child), Some(0));
}

#[test]
fn a_demo_that_comes_back_is_told_of_new_mail_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = ["--messages", "3", "--data-dir", data.to_str().unwrap()];
    // The same address both times, for what is subscribed to another address is given up in any case.
    let mut address = "127.0.0.1:0".to_owned();
    for subject in ["first", "second"] {
        let (child, ready) = demo_at(&address, folder.path(), &options);
        address = ready["api_url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        mirrored(&ready);
        for place in [0, 3] {
            arrive(&ready, place, subject);
        }
        assert_eq!(terminate(child), Some(0));
    }
}

/// Lets a mail arrive, and waits for it; nobody would have asked for it within that time.
fn arrive(ready: &Value, place: usize, subject: &str) {
    let grant = &ready["grants"][place];
    let raw = format!("From: a@x.test\r\nSubject: {subject}\r\n\r\nText.\r\n");
    let sandbox = ready["sandbox_url"].as_str().unwrap();
    let to = grant["email"].as_str().unwrap();
    posted(&format!("{sandbox}/_sandbox/deliver?from=a@x.test&to={to}"), raw);
    let (api, id) = (ready["api_url"].as_str().unwrap(), grant["id"].as_str().unwrap());
    let url = format!("{api}/v3/grants/{id}/messages?subject={subject}&select=subject");
    wait_for(&format!("{subject} in {to}"), || {
        let found = answer(&url, ready["api_key"].as_str().unwrap()).1;
        found["data"].as_array().unwrap().iter().any(|message| message["subject"] == subject).then_some(())
    });
}

fn posted(url: &str, body: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.post(url).body(body).send().await.unwrap().error_for_status().unwrap();
    });
}

#[test]
fn mailboxes_are_at_the_provider_they_were_asked_for_at() {
    let folder = tempfile::tempdir().unwrap();
    let asked = ["--messages", "9", "--microsoft-mailbox", "me@contoso.test", "--mailbox", "you@x.test"];
    let (child, ready) = demo(folder.path(), &asked);
    let told = |place: usize| (ready["grants"][place]["email"].as_str(), ready["grants"][place]["provider"].as_str());
    assert_eq!(
        [told(0), told(1)],
        [(Some("you@x.test"), Some("google")), (Some("me@contoso.test"), Some("microsoft"))]
    );
    assert_eq!(ready["grants"].as_array().unwrap().len(), 2);
    mirrored(&ready);
    assert!(!messages(&ready, 0).is_empty() && !messages(&ready, 1).is_empty());
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
    mirrored(&ready);
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
    let output = bare().args(["sandbox", "--graph-quotas", "concurrency=many"]).output().unwrap();
    assert!(errors(&output).contains("concurrency: invalid type"), "{}", errors(&output));
    assert!(errors(&output).contains("`published`"), "{}", errors(&output));
    let output = bare().args(["demo", "--graph-quotas", "published", "--no-quotas"]).output().unwrap();
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
    command.args(["--graph-quotas", "concurrency=2", "--clock-speed", "60", "--ready-file"]).arg(&file);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let url = ready(&file)["sandbox_url"].as_str().unwrap().to_owned();
    let limits = &reqwest_blocking(&format!("{url}/_sandbox/quotas"), "")["limits"];
    assert_eq!(
        (&limits["regime"], &limits["model"], &limits["concurrency"]),
        (&"legacy".into(), &"hidden".into(), &7.into())
    );
    let graph = &reqwest_blocking(&format!("{url}/_sandbox/graph/quotas"), "")["limits"];
    assert_eq!((&graph["concurrency"], &graph["requests"]), (&2.into(), &10_000.into()));
    assert_eq!(reqwest_blocking(&format!("{url}/_sandbox/clock"), "")["speed"], 60);
    assert_eq!(terminate(child), Some(0));
}

#[test]
fn the_sandbox_stands_alone_and_says_where_it_is_whom() {
    let folder = tempfile::tempdir().unwrap();
    let (file, authority) = (folder.path().join("sandbox.json"), folder.path().join("ca.pem"));
    let mut command = bare();
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--messages", "5", "--tls", "127.0.0.1:0", "--ca-file"]);
    command.arg(&authority).arg("--ready-file").arg(&file);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let ready = ready(&file);
    let token = |place: usize| ready["mailboxes"][place]["refresh_token"].as_str().unwrap();
    assert_eq!(ready["mailboxes"].as_array().unwrap().len(), 5);
    assert!(token(0).starts_with("1//") && token(3).starts_with("0.A"), "each provider's own tokens");
    let mut printed = child.stdout.take().unwrap();
    assert_eq!(terminate(child), Some(0));
    let mut page = String::new();
    std::io::Read::read_to_string(&mut printed, &mut page).unwrap();
    for told in [
        &ready["google"]["gmail_url"],
        &ready["microsoft"]["graph_url"],
        &ready["microsoft"]["client_id"],
        &ready["tls_url"],
        &ready["ca_file"],
    ] {
        assert!(page.contains(told.as_str().unwrap()), "{told}: {page}");
    }
    assert!(std::fs::read_to_string(authority).unwrap().contains("BEGIN CERTIFICATE"));
}
