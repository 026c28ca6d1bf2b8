//! Reports as mail systems write them: each `reports/NAME.eml` (written by us from what is known of such mail) is read
//! and compared with `reports/NAME.json`.
//!
//! After a wanted change: `cargo test -p postroad-mail --test reports -- --ignored`, then read the difference.
#![allow(clippy::disallowed_macros)] // a skipped test has to say so

use std::fs;
use std::path::{Path, PathBuf};

use mail::report::{self, Outcome, Report};
use serde_json::{Value, json};

fn messages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let mut found: Vec<PathBuf> =
        files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
    found.extend(folders.iter().flat_map(|folder| messages(folder)));
    found.sort();
    found
}

fn ours() -> Vec<PathBuf> {
    messages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports"))
}

fn outcome(outcome: &Outcome) -> Value {
    json!({
        "action": format!("{:?}", outcome.action), "status": outcome.status, "code": outcome.code,
        "diagnostic": outcome.diagnostic, "remote_mta": outcome.remote_mta, "will_retry_until": outcome.will_retry_until,
    })
}

fn told(report: Option<Report>) -> Value {
    let Some(report) = report else { return Value::Null };
    let recipients = report.recipients.iter().map(
        |one| json!({ "address": one.address, "forwarded_to": one.forwarded_to, "outcome": outcome(&one.outcome) }),
    );
    let people = |list: &[model::Address]| list.iter().map(|one| one.email.clone()).collect::<Vec<_>>();
    json!({
        "kind": format!("{:?}", report.kind), "recipients": recipients.collect::<Vec<_>>(),
        "unnamed": report.unnamed.as_ref().map(outcome), "text": report.text,
        "message_ids": report.original.message_ids, "submission": report.original.submission,
        "subject": report.original.subject, "from": people(&report.original.from), "to": people(&report.original.to),
    })
}

fn read(path: &Path) -> Value {
    told(report::read(&fs::read(path).unwrap()))
}

#[test]
fn every_report_is_read_as_written_down() {
    let messages = ours();
    assert!(messages.len() >= 8, "{messages:?}");
    for path in messages {
        let expected: Value = serde_json::from_str(&fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
        assert_eq!(read(&path), expected, "{}", path.display());
    }
}

#[test]
fn a_cut_report_is_survived_at_every_byte() {
    for path in ours() {
        let raw = fs::read(path).unwrap();
        for end in 0..raw.len() {
            let _ = report::read(&raw[..end]);
        }
    }
}

#[test]
#[ignore = "writes the expectations anew"]
fn write_expectations() {
    for path in ours() {
        fs::write(path.with_extension("json"), format!("{:#}\n", read(&path))).unwrap();
    }
}

/// Other people's messages, looked for beside the checkout and never copied into it.
#[test]
fn real_reports_name_their_recipients() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/mail");
    let found = messages(&root);
    if found.is_empty() {
        println!("skipped: no messages under {}", root.display());
        return;
    }
    let mut reports = 0;
    for path in &found {
        let raw = fs::read(path).unwrap();
        let told = report::read(&raw);
        let is_status = String::from_utf8_lossy(&raw).contains("message/delivery-status");
        assert!(told.is_none() || is_status, "{}: taken for a report: {told:?}", path.display());
        reports += usize::from(told.is_some());
    }
    println!("{} messages, {reports} reports", found.len());
}
