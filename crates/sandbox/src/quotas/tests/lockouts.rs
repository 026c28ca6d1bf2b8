//! Concurrency, and "Retry after".

use super::*;

fn order(seconds: u32) -> LockoutOrder {
    LockoutOrder {
        mailbox: ADA.to_owned(),
        until: None,
        seconds: Some(seconds),
        tag: String::new(),
        early: None,
        refused_probes: 0,
        again_seconds: None,
    }
}

/// Until when, in milliseconds from the start.
fn locked(refused: Refused) -> i64 {
    match refused {
        Refused::Locked { until_ms, .. } => until_ms - START_MS,
        other => panic!("{other:?}"),
    }
}

#[test]
fn places_are_given_back_when_calls_end() {
    let bench = bench(Limits { concurrency: 3, ..limits(Model::Off) });
    let mut under_way: Vec<_> = (0..3).map(|_| bench.call(1).unwrap()).collect();
    assert_eq!(bench.call(1).unwrap_err(), Refused::Crowded);
    bench.call_of("ben@sandbox.test", 1).unwrap();
    under_way.pop();
    under_way.push(bench.call(1).unwrap());
    let ada = bench.ada();
    assert_eq!((ada.in_flight, ada.peak_concurrency, ada.refused.concurrency), (3, 3, 1));
    bench.meter.forget_all();
    assert_eq!(bench.ada().in_flight, 3, "what is under way stays so");
    drop(under_way);
    assert_eq!(bench.ada().in_flight, 0);
}

#[test]
fn a_call_too_early_is_a_violation_and_moves_the_instant() {
    let bench = bench(limits(Model::Off));
    bench.meter.lock_out(LockoutOrder { again_seconds: Some(900), ..order(100) });
    bench.pass(99_999);
    assert_eq!(locked(bench.call(1).unwrap_err()), 99_999 + 900_000);
    bench.pass(899_999);
    assert_eq!(bench.ada().lockout_violations, 1);
    assert_eq!(bench.meter.lockouts().len(), 1);
    bench.pass(1);
    bench.call(1).unwrap();
    assert_eq!((bench.ada().lockout_violations, bench.meter.lockouts().len()), (1, 0));
}

#[test]
fn a_call_too_early_can_be_left_without_effect() {
    let bench = bench(limits(Model::Off));
    bench.meter.lock_out(LockoutOrder { early: Some(Early::Keep), ..order(100) });
    bench.pass(50_000);
    assert_eq!(locked(bench.call(1).unwrap_err()), 100_000);
    bench.pass(50_000);
    bench.call(1).unwrap();
    assert_eq!(bench.ada().refused, RefusalCounts { lockout: 1, ..Default::default() });
}

#[test]
fn a_short_rearming_never_brings_the_instant_nearer() {
    let bench = bench(limits(Model::Off));
    bench.meter.lock_out(LockoutOrder { again_seconds: Some(1), ..order(100) });
    assert_eq!(locked(bench.call(1).unwrap_err()), 100_000);
}

#[test]
fn probes_after_the_instant_can_arm_fresh_windows_without_being_violations() {
    let bench = bench(limits(Model::Off));
    bench.meter.lock_out(LockoutOrder { refused_probes: 2, again_seconds: Some(60), ..order(10) });
    bench.pass(10_000);
    assert_eq!(locked(bench.call(1).unwrap_err()), 70_000);
    bench.pass(60_000);
    assert_eq!(locked(bench.call(1).unwrap_err()), 130_000);
    bench.pass(60_000);
    bench.call(1).unwrap();
    let ada = bench.ada();
    assert_eq!((ada.lockout_violations, ada.refused.lockout), (0, 2));
}

#[test]
fn a_lockout_works_while_quotas_are_off_and_can_be_lifted() {
    let clock = Clock::frozen(Timestamp::from_millisecond(START_MS).unwrap());
    let meter = Arc::new(Meter::new(&Quotas::Off, 1, clock.clone()));
    assert!(!meter.is_on());
    meter.lock_out(order(100));
    let bench = Bench { clock, meter };
    assert!(bench.meter.is_on());
    bench.call(1).unwrap_err();
    bench.call_of("ben@sandbox.test", 1_000_000).unwrap();
    assert_eq!(bench.meter.lift_lockouts(Some("ADA@sandbox.test")), 1);
    bench.call(1_000_000).unwrap();
}
