//! The ledger of what went out against what the senders were told.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::{Value, json};

use super::outbox::{Row, Rows};
use super::told::{Outcome, Told};
use crate::bed::Bed;

/// How many cases are named.
const NAMED: usize = 20;

/// What the sandbox accepted for sending.
#[derive(Default)]
pub struct Ledger {
    by_subject: HashMap<String, u64>,
    by_method: BTreeMap<String, u64>,
}

impl Ledger {
    /// Once what was accepted last has left: Exchange accepts first and sends afterwards, by the lag of its listings.
    pub async fn read(bed: &Bed, lag_ms: u64) -> anyhow::Result<Self> {
        tokio::time::sleep(Duration::from_millis(lag_ms + 500)).await;
        let book = bed.sandbox().await?.call("GET", "/_sandbox/ledger", None).await?;
        let mut ledger = Self::default();
        for entry in book["accepted"].as_array().into_iter().flatten() {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            ledger.enter(text("subject"), text("method"));
        }
        Ok(ledger)
    }

    fn enter(&mut self, subject: String, method: String) {
        *self.by_subject.entry(subject).or_default() += 1;
        *self.by_method.entry(method).or_default() += 1;
    }

    fn count(&self, subject: &str) -> u64 {
        self.by_subject.get(subject).copied().unwrap_or_default()
    }
}

/// What is wrong about one mail, if anything is.
fn wrong(told: &Told, rows: Option<&[Row]>, booked: u64) -> Option<&'static str> {
    let says = |state: &str| rows.is_some_and(|rows| rows.iter().any(|row| row.state == state));
    let rests = rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(|row| row.rests));
    match told.outcome {
        _ if booked > 1 => Some("doubled"),
        // Reported, which is allowed; named all the same.
        Outcome::Nothing | Outcome::Accepted if rests && says("uncertain") => Some("reported"),
        Outcome::Sent if booked == 0 => Some("lost"),
        // Whatever the sender was told: the outbox says it is sent.
        _ if says("done") && booked == 0 => Some("lost"),
        Outcome::Refused(_) if booked > 0 => Some("unknown"),
        Outcome::Accepted | Outcome::Nothing if !rests => Some("unknown"),
        _ => None,
    }
}

/// Compares. `rows`: what the outbox says, where there is one.
pub fn compare(told: &[Told], rows: Option<&Rows>, ledger: &Ledger) -> Value {
    let mut cases: BTreeMap<&str, u64> = BTreeMap::new();
    let mut named = Vec::new();
    for one in told {
        let of_it = rows.and_then(|rows| rows.get(&one.token)).map(Vec::as_slice);
        let booked = ledger.count(&one.token);
        if let Some(what) = wrong(one, of_it, booked) {
            *cases.entry(what).or_default() += 1;
            named.push(json!({
                "subject": one.token, "what": what, "told": format!("{:?}", one.outcome), "asked": one.asked, "booked": booked,
                "outbox": of_it.unwrap_or_default().iter().map(|row| row.state.as_str()).collect::<Vec<_>>(),
            }));
        }
    }
    named.truncate(NAMED);
    let case = |what: &str| cases.get(what).copied().unwrap_or_default();
    let told_of = |wanted: fn(Outcome) -> bool| told.iter().filter(|one| wanted(one.outcome)).count();
    let all_rows = || rows.into_iter().flat_map(|rows| rows.values().flatten());
    let uncertain = |rests: bool| all_rows().filter(|row| row.state == "uncertain" && row.rests == rests).count();
    json!({
        "acknowledged": told_of(|outcome| outcome == Outcome::Sent),
        "lost": case("lost"),
        "doubled": case("doubled"),
        "unknown": case("unknown") + uncertain(false) as u64,
        "uncertain_reported": uncertain(true),
        "accepted_for_later": told_of(|outcome| outcome == Outcome::Accepted),
        "refused": told_of(|outcome| matches!(outcome, Outcome::Refused(_))),
        "no_final_answer": told_of(|outcome| outcome == Outcome::Nothing),
        "requests": told.iter().map(|one| one.asked).sum::<u64>(),
        "ledger": {
            "accepted": ledger.by_subject.values().sum::<u64>(),
            "distinct": ledger.by_subject.len(),
            "more_than_once": ledger.by_subject.values().filter(|count| **count > 1).count(),
            "by_method": ledger.by_method,
        },
        "cases": named,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(token: &str, outcome: Outcome) -> Told {
        Told { token: token.to_owned(), outcome, asked: 1 }
    }

    fn rows(token: &str, state: &str, rests: bool) -> Rows {
        Rows::from([(token.to_owned(), vec![Row { state: state.to_owned(), rests }])])
    }

    fn ledger(subjects: &[&str]) -> Ledger {
        let mut ledger = Ledger::default();
        subjects.iter().for_each(|subject| ledger.enter((*subject).to_owned(), "m".to_owned()));
        ledger
    }

    fn counts(told: &[Told], rows: Option<&Rows>, booked: &[&str]) -> (u64, u64, u64, u64) {
        let found = compare(told, rows, &ledger(booked));
        let count = |name: &str| found[name].as_u64().unwrap();
        (count("lost"), count("doubled"), count("unknown"), count("uncertain_reported"))
    }

    #[test]
    fn what_was_told_and_booked_once_is_right() {
        let done = rows("a", "done", true);
        assert_eq!(counts(&[told("a", Outcome::Sent)], Some(&done), &["a"]), (0, 0, 0, 0));
        assert_eq!(counts(&[told("a", Outcome::Accepted)], Some(&done), &["a"]), (0, 0, 0, 0));
        assert_eq!(counts(&[told("a", Outcome::Refused(400))], None, &[]), (0, 0, 0, 0));
    }

    #[test]
    fn what_is_missing_doubled_or_unknown_is_counted() {
        assert_eq!(counts(&[told("a", Outcome::Sent)], None, &[]), (1, 0, 0, 0));
        assert_eq!(counts(&[told("a", Outcome::Nothing)], Some(&rows("a", "done", true)), &[]), (1, 0, 0, 0));
        assert_eq!(counts(&[told("a", Outcome::Sent)], None, &["a", "a"]), (0, 1, 0, 0));
        assert_eq!(counts(&[told("a", Outcome::Accepted)], None, &["a"]), (0, 0, 1, 0));
        assert_eq!(counts(&[told("a", Outcome::Refused(400))], None, &["a"]), (0, 0, 1, 0));
        let open = rows("a", "uncertain", false);
        assert_eq!(counts(&[told("a", Outcome::Sent)], Some(&open), &["a"]), (0, 0, 1, 0));
        let reported = rows("a", "uncertain", true);
        assert_eq!(counts(&[told("a", Outcome::Nothing)], Some(&reported), &[]), (0, 0, 0, 1));
    }
}
