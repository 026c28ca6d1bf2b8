//! Units per minute under each model.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

#[test]
fn a_sliding_window_gives_back_each_unit_after_a_minute() {
    let bench = bench(limits(Model::Sliding));
    assert_eq!(bench.burst(300), 300);
    bench.pass(30_000);
    assert_eq!(bench.burst(400), 300);
    bench.pass(29_999);
    assert_eq!(bench.burst(20), 0);
    bench.pass(1);
    assert_eq!(bench.burst(400), 300);
    bench.pass(30_000);
    assert_eq!(bench.burst(400), 300);
    assert_eq!(bench.ada().projects["1"].used, 600);
}

#[test]
fn a_fixed_window_begins_with_the_minute() {
    let bench = bench(limits(Model::Fixed));
    assert_eq!(bench.burst(700), 600);
    bench.pass(29_999);
    assert_eq!(bench.burst(20), 0);
    bench.pass(1);
    assert_eq!(bench.burst(700), 600, "the clock's minute is over after 30 s");
    bench.pass(60_000);
    assert_eq!(bench.ada().projects["1"].used, 0);
}

#[test]
fn the_hidden_bucket_holds_a_third_and_is_refilled_at_eighty_percent() {
    let bench = bench(limits(Model::Hidden));
    assert_eq!(bench.burst(600), 200);
    bench.pass(2_499);
    assert_eq!(bench.burst(20), 0, "8 units per second");
    bench.pass(1);
    assert_eq!(bench.burst(40), 20);
    bench.pass(25_000);
    assert_eq!(bench.burst(600), 200);
    bench.pass(3_600_000);
    assert_eq!(bench.burst(600), 200, "no more than full");
}

#[test]
fn the_hidden_bucket_sustains_its_rate_exactly() {
    let bench = bench(limits(Model::Hidden));
    bench.burst(200);
    let passed: u32 = (0..600)
        .map(|_| {
            bench.pass(100);
            bench.burst(20)
        })
        .sum();
    assert_eq!(passed, 480);
}

#[test]
fn without_a_model_units_are_counted_and_not_refused() {
    let bench = bench(limits(Model::Off));
    assert_eq!(bench.burst(2_000), 2_000);
    let ada = bench.ada();
    assert_eq!((ada.projects["1"].used, ada.calls, ada.refused.total()), (2_000, 100, 0));
}

#[test]
fn the_regime_decides_price_and_limit() {
    let quotas = |regime| Limits { regime, ..Limits::default() };
    let [current, legacy] = [Regime::Current, Regime::Legacy].map(|regime| bench(quotas(regime)));
    let count = |bench: &Bench| (0..4_000).filter(|_| bench.call(20).is_ok()).count();
    assert_eq!((count(&current), count(&legacy)), (300, 3_000));
}

#[test]
fn a_refused_call_uses_units_up_where_the_limits_say_so() {
    let bench = bench(Limits { refused_consume: true, ..limits(Model::Sliding) });
    bench.burst(600);
    bench.pass(30_000);
    assert_eq!(bench.burst(200), 0);
    assert_eq!(bench.ada().projects["1"].used, 800);
    bench.pass(30_000);
    assert_eq!(bench.burst(600), 400);
}

#[test]
fn users_share_the_project_and_nothing_else() {
    let bench = bench(Limits { project_units: 1_000, ..limits(Model::Sliding) });
    assert_eq!(bench.burst(700), 600);
    let ben = |units| bench.call_of("ben@sandbox.test", units);
    assert!(ben(400).is_ok());
    let refused = minute(ben(20).unwrap_err());
    assert_eq!((refused.whose, refused.limit, refused.project.as_str()), (Whose::Project, 1_000, "1"));
    let report = bench.meter.report();
    assert_eq!((report.projects[0].units.used, report.projects[0].units.refused), (1_000, 1));
    assert_eq!(report.mailbox("ben@sandbox.test").unwrap().refused, RefusalCounts { project: 1, ..Default::default() });
    assert_eq!(bench.ada().refused, RefusalCounts { user: 5, ..Default::default() });
}

#[test]
fn waiting_for_the_told_window_is_enough() {
    for model in [Model::Sliding, Model::Fixed] {
        let bench = bench(Limits { window_start_percent: 100, ..limits(model) });
        for step in [1, 999, 1_500] {
            bench.pass(step);
            bench.burst(200);
        }
        let start = minute(bench.call(100).unwrap_err()).window_start_s.unwrap();
        let wait_ms = (start + 60) * 1000 - bench.clock.now_ms();
        assert!((1..=60_000).contains(&wait_ms), "{model:?}: {wait_ms}");
        bench.pass(wait_ms.unsigned_abs());
        assert!(bench.call(100).is_ok(), "{model:?}");
    }
}

#[test]
fn about_a_third_of_the_refusals_tell_the_window_and_the_seed_says_which() {
    let told = || {
        let bench = bench(limits(Model::Sliding));
        bench.burst(600);
        let told = |_| minute(bench.call(20).unwrap_err()).window_start_s.is_some();
        (0..1_000).map(told).collect::<Vec<_>>()
    };
    let first = told();
    assert_eq!(first, told());
    assert!((270..370).contains(&first.iter().filter(|told| **told).count()));
}

#[test]
fn a_thief_takes_its_share_and_no_more_than_there_is() {
    let bench = bench(Limits { thief_per_mailbox: 5, ..limits(Model::Sliding) });
    assert!(bench.call(0).is_ok(), "the thief comes with the mailbox");
    bench.pass(60_000);
    assert_eq!(bench.ada().projects["1"].used, 300);
    assert_eq!(bench.burst(600), 300);
    bench.pass(10_000);
    let key = bench.ada().projects["1"];
    assert_eq!((key.used, key.stolen), (600, 350), "what leaves of its own it takes again");
    bench.meter.set_thief(Some(ADA), 0);
    bench.pass(60_000);
    assert_eq!(bench.burst(700), 600);
}

#[test]
fn a_thief_can_live_on_the_project() {
    let bench = bench(Limits { project_units: 600, ..limits(Model::Fixed) });
    bench.call(0).unwrap();
    bench.meter.set_thief(None, 10);
    bench.pass(20_000);
    assert_eq!(bench.meter.report().projects[0].units.used, 200);
    assert_eq!(bench.burst(600), 400);
}

#[test]
fn a_clock_set_back_begins_a_new_time_and_a_small_step_does_not() {
    let bench = bench(limits(Model::Sliding));
    bench.burst(600);
    bench.clock.freeze(Some(Timestamp::from_millisecond(START_MS - 5_000).unwrap()));
    assert_eq!(bench.burst(20), 0);
    bench.clock.freeze(Some(Timestamp::from_millisecond(START_MS - 3_600_000).unwrap()));
    assert_eq!(bench.burst(700), 600);
}

#[test]
fn other_limits_begin_with_nothing_used_and_the_counts_go_on() {
    let bench = bench(limits(Model::Sliding));
    bench.burst(700);
    bench.meter.set(&Quotas::Enforced(limits(Model::Fixed)));
    assert_eq!(bench.burst(700), 600);
    assert_eq!(bench.ada().calls, 70);
    bench.meter.forget_counts();
    let ada = bench.ada();
    assert_eq!((ada.calls, ada.refused.total(), ada.projects["1"].used), (0, 0, 600));
    bench.meter.forget_all();
    assert_eq!(bench.ada().projects.len(), 0);
    assert_eq!(bench.burst(700), 600);
}

proptest! {
    /// Whatever comes when: no sixty seconds hold more than the limit, and nothing that fits is refused.
    #[test]
    fn a_sliding_window_lets_through_what_fits_and_never_more(
        calls in proptest::collection::vec((0_u64..9_000, 1_u32..120), 1..300),
    ) {
        let bench = bench(limits(Model::Sliding));
        let mut passed: VecDeque<(i64, u32)> = VecDeque::new();
        for (wait, units) in calls {
            bench.pass(wait);
            let now_ms = bench.now_ms();
            passed.retain(|(at_ms, _)| at_ms + 60_000 > now_ms);
            let used: u32 = passed.iter().map(|(_, units)| units).sum();
            let fits = used + units <= 600;
            prop_assert_eq!(bench.call(units).is_ok(), fits, "{} used, {} asked", used, units);
            if fits {
                passed.push_back((now_ms, units));
            }
        }
    }

    /// The bucket in its simplest form, in fractions, agrees with the one in parts.
    #[test]
    fn a_hidden_bucket_never_lets_through_more_than_capacity_and_refill(
        calls in proptest::collection::vec((0_u64..5_000, 1_u32..120), 1..300),
    ) {
        let bench = bench(limits(Model::Hidden));
        // Thousandths of a unit: 200 units at most, 8 per second.
        let (mut level, mut last_ms) = (200_000_u64, 0_u64);
        for (wait, units) in calls {
            bench.pass(wait);
            last_ms += wait;
            level = (level + wait * 8).min(200_000);
            let fits = level >= u64::from(units) * 1_000;
            prop_assert_eq!(bench.call(units).is_ok(), fits, "{} at {}", level, last_ms);
            if fits {
                level -= u64::from(units) * 1_000;
            }
        }
    }
}
