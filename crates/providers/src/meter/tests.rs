use std::sync::{Arc, Mutex};

use model::quota::{Dimension, Level, Limited, QuotaRefusal};
use model::{FaultKind, Verdict};

use super::*;

fn refusal(what: Limited) -> Fault {
    Fault { quota: Some(QuotaRefusal::new(Level::ProjectMailbox, what)), ..Fault::new(FaultKind::RateLimitedUser, "x") }
}

/// A pass whose end can be looked at.
fn watched(granted: u32) -> (Pass, Arc<Mutex<Vec<Outcome>>>) {
    let ends: Arc<Mutex<Vec<Outcome>>> = Arc::default();
    let heard = ends.clone();
    (Pass::new(granted, move |outcome| heard.lock().unwrap().push(outcome)), ends)
}

#[test]
fn a_pass_ends_once_however_it_ends() {
    let (pass, ends) = watched(3);
    pass.end(Outcome { answered: 3, ..Outcome::default() });
    assert_eq!(*ends.lock().unwrap(), [Outcome { answered: 3, ..Outcome::default() }]);
    let (pass, ends) = watched(3);
    drop(pass);
    assert_eq!(*ends.lock().unwrap(), [Outcome { failed: 3, ..Outcome::default() }]);
}

#[test]
fn a_pass_is_for_one_call_at_least() {
    assert_eq!(watched(0).0.granted(), 1);
}

#[test]
fn calls_are_told_apart_by_what_became_of_them() {
    let mut outcome = Outcome::default();
    outcome.add(1, None);
    outcome.add(1, Some(&Fault::not_found("x")));
    outcome.add(2, Some(&Fault::new(FaultKind::TransientBackend, "x")));
    outcome.add(1, Some(&refusal(Limited::By(Dimension::Units))));
    outcome.add(4, Some(&refusal(Limited::Concurrency)));
    outcome.add(1, Some(&refusal(Limited::By(Dimension::Units))));
    assert_eq!((outcome.answered, outcome.failed), (2, 2));
    let refused: Vec<_> = outcome.refused.iter().map(|r| (r.calls, r.fault.quota.unwrap().what)).collect();
    assert_eq!(refused, [(2, Limited::By(Dimension::Units)), (4, Limited::Concurrency)]);
}

#[test]
fn the_latest_instant_of_like_refusals_is_kept() {
    let at = |text: &str| Verdict::At(text.parse().unwrap());
    let (early, late) = (at("2026-11-01T12:00:00Z"), at("2026-11-01T12:15:00Z"));
    let mut outcome = Outcome::default();
    for verdict in [Verdict::Backoff, late.clone(), early, Verdict::Backoff] {
        outcome.add(1, Some(&refusal(Limited::General).with_verdict(verdict)));
    }
    assert_eq!((outcome.refused.len(), outcome.refused[0].calls), (1, 4));
    assert_eq!(outcome.refused[0].fault.verdict, late);
}
