//! `--corpus`: a file of errors, a JSON line for each.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use model::Fault;
use providers::classify::{Labelled, Observation, classify, retry_word};
use serde_json::{Value, json};

use super::reading::guessed;
use super::report::{Case, Report};
use crate::commands::output;

pub(super) fn run(path: &Path, confusion: bool) -> anyhow::Result<ExitCode> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut report = Report::default();
    for (number, line) in String::from_utf8_lossy(&text).lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        match Labelled::read(line) {
            Ok(case) => {
                let (answer, told) = classified(&case);
                output::line(&answer.to_string());
                report.add(told);
            }
            Err(error) => {
                output::note(&format!("{}:{}: {error}", path.display(), number + 1));
                report.unreadable += 1;
            }
        }
    }
    report.totals().iter().for_each(|line| output::note(line));
    if confusion {
        report.confusion().iter().for_each(|line| output::note(line));
    }
    Ok(if report.unreadable > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The line to print, and the same for the report.
fn classified(case: &Labelled) -> (Value, Case) {
    case.observed(|seen| {
        let fault = read(case, seen);
        let (kind, retry, scope) = (fault.kind.as_str(), retry_word(&fault, seen), fault.scope.as_str());
        let answer = json!({ "id": case.text("id"), "kind": kind, "retry": retry, "scope": scope });
        (answer, Case::of(case, kind, &retry, scope))
    })
}

/// Without a known protocol it is guessed, as for a paste.
fn read(case: &Labelled, seen: &Observation<'_>) -> Fault {
    match case.protocol() {
        Some(protocol) => classify(protocol, seen),
        None => guessed(seen).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_answered_in_the_words_of_its_collection() {
        let line = r#"{"id":"x-1","provider":"graph","http_status":429,"headers":{"Retry-After":"10"},"body":"{}",
            "label":{"kind":"account_throttled","retry":"after:10","scope":"mailbox"},"real":"strong"}"#;
        let (answer, case) = classified(&Labelled::read(line).unwrap());
        let expected = json!({"id": "x-1", "kind": "account_throttled", "retry": "after:10", "scope": "mailbox"});
        assert_eq!(answer, expected);
        assert!(case.kind_is_right() && case.retry_is_right() && case.is_clear() && case.is_strong());
    }

    #[test]
    fn a_line_without_a_provider_is_guessed() {
        let (answer, _) = classified(&Labelled::read(r#"{"body":"550 5.1.1 no such user"}"#).unwrap());
        assert_eq!((&answer["kind"], &answer["id"]), (&json!("recipient_rejected"), &Value::Null));
    }
}
