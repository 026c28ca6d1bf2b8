//! The best possible, compared with what can be reckoned by hand.

use super::*;
use crate::regime::{CURRENT, LEGACY, Regime};
use crate::workload::{Reads, Workload, named};

fn setting(model: Model, regime: Regime, workload: Workload) -> Setting {
    Setting { workload, regime, model, seed: 5, latency: 120, charge_refused: false }
}

fn backfill(messages: u32) -> Workload {
    Workload { messages, ..named("backfill", LEGACY).unwrap() }
}

/// Seconds until the last answer, for one who knows everything.
fn best(model: Model, regime: Regime, messages: u32) -> f64 {
    omniscient(&setting(model, regime, backfill(messages))).tally.finish as f64 / 1_000.0
}

fn assert_about(seconds: f64, low: f64, high: f64) {
    assert!((low..=high).contains(&seconds), "{seconds} is not between {low} and {high}");
}

#[test]
fn a_sliding_window_is_filled_and_refilled_as_it_empties() {
    // 5 units for the page and 200 for 10 messages: 6,000 is reached by 299 messages and one page; the rest of 500
    // follows one minute after the first calls went, at the speed of the wire.
    assert_about(best(Model::Sliding, CURRENT, 299), 0.5, 3.0);
    assert_about(best(Model::Sliding, CURRENT, 300), 60.0, 60.5);
    assert_about(best(Model::Sliding, CURRENT, 500), 60.3, 63.0);
    // 100,200 units: six windows of 15,000 are full, 10,200 units are left for the seventh.
    assert_about(best(Model::Sliding, LEGACY, 20_000), 360.0, 370.0);
}

#[test]
fn a_fixed_window_opens_with_its_first_call() {
    assert_about(best(Model::Fixed, CURRENT, 299), 0.5, 3.0);
    assert_about(best(Model::Fixed, CURRENT, 300), 60.0, 60.5);
    assert_about(best(Model::Fixed, LEGACY, 20_000), 360.0, 370.0);
}

#[test]
fn the_hidden_bucket_is_emptied_once_and_then_gives_four_fifths() {
    // 100,200 units less the 5,000 of a full bucket, at 12,000 a minute: 476 seconds.
    assert_about(best(Model::Hidden, LEGACY, 20_000), 475.5, 476.5);
    // The best fixed rate takes as long: it has emptied the bucket when it is done.
    let rate = fixed_rate(&setting(Model::Hidden, LEGACY, backfill(20_000))).unwrap();
    assert_about(rate as f64 / 1_000.0, 475.5, 478.0);
}

#[test]
fn one_who_knows_is_never_refused_and_uses_what_is_there() {
    for model in Model::ALL {
        let outcome = omniscient(&setting(model, CURRENT, backfill(1_500)));
        assert!(outcome.complete);
        assert_eq!((outcome.tally.refusals, outcome.tally.calls), (0, 1_503));
    }
}

#[test]
fn without_limits_the_wire_decides() {
    // 48 at once, about 130 ms each: some 360 a second.
    assert_about(best(Model::Open, LEGACY, 20_000), 50.0, 62.0);
}

#[test]
fn another_clients_half_is_gone() {
    let workload = Workload { messages: 3_000, stolen: 0.5, ..backfill(0) };
    let outcome = omniscient(&setting(Model::Sliding, CURRENT, workload));
    // 60,030 units, 3,000 a window: the twenty-first gives the last of them, 20 minutes after the first.
    assert_about(outcome.tally.finish as f64 / 60_000.0, 19.8, 20.5);
}

#[test]
fn an_hour_with_two_lockouts_has_28_minutes_left() {
    let workload = Workload { reads: Reads::None, ..named("lockouts", CURRENT).unwrap() };
    let outcome = omniscient(&setting(Model::Fixed, CURRENT, workload));
    assert_eq!(outcome.lockouts, 2);
    // 28 minutes and 8 seconds of 300 messages each; a window may begin just before a lockout and its end.
    assert_about(outcome.fetched as f64 / 300.0, 27.5, 31.5);
}

#[test]
fn fixed_backoff_doubles_and_the_python_client_gives_up_after_five_retries() {
    let workload = Workload { messages: 400, ..backfill(0) };
    let setting = setting(Model::Sliding, CURRENT, workload);
    // One worker takes some 40 s for 299 messages. What it is refused then, it tries again 1, 3, 7, 15 and 31 s later.
    let outcome = run(&setting, &mut Retrying::new(Rule::Fixed, 1, 1), false);
    assert!(outcome.complete);
    assert_eq!(outcome.tally.refusals, 5, "{:?}", outcome.tally.finish);
    let outcome = run(&setting, &mut Retrying::new(Rule::GooglePython, 8, 1), false);
    assert!(outcome.complete && outcome.tally.refusals > 30);
}
