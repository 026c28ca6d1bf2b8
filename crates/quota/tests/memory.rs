//! What a key weighs and what an admission allocates, as the allocator counts it.

use std::alloc::System;
use std::sync::Arc;
use std::time::Duration;

use quota::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Key = (Level, u64);

/// The limits a Gmail mailbox has, with those of a day.
fn limits() -> Arc<Limits> {
    let of =
        |level, dimension, amount, seconds| Allowance { level, dimension, amount, per: Duration::from_secs(seconds) };
    Arc::new(Limits {
        allowances: vec![
            of(Level::Project, Dimension::Units, 1_200_000, 60),
            of(Level::ProjectMailbox, Dimension::Units, 6_000, 60),
            of(Level::Mailbox, Dimension::Messages, 2_000, 86_400),
            of(Level::Mailbox, Dimension::BytesDown, 2_500_000_000, 86_400),
        ],
        concurrency: Some(Concurrency { start: 10, most: 40, least: 2 }),
    })
}

fn ask(limits: &Arc<Limits>, mailbox: u64) -> Ask<'_, Key> {
    let keys = Keys::none()
        .with(Level::Project, (Level::Project, 0))
        .with(Level::ProjectMailbox, (Level::ProjectMailbox, mailbox))
        .with(Level::Mailbox, (Level::Mailbox, mailbox));
    let (flow, class, cost) = ((Level::Mailbox, mailbox), Class::Live, Cost { bytes_down: 100, ..Cost::units(2) });
    Ask {
        flow,
        keys,
        limits,
        class,
        cost,
        most: 1,
        begun: Moment::NEVER,
        deadline: Moment::NEVER,
        patience: Duration::MAX,
    }
}

fn call(pacer: &mut Pacer<Key>, limits: &Arc<Limits>, mailbox: u64, now: i64) {
    match pacer.ask(Moment(now), ask(limits, mailbox)) {
        Answer::Go(ticket) => pacer.finish(Moment(now), ticket, Outcome::done()),
        other => panic!("{other:?}"),
    }
}

/// Bytes held, as the allocator counts them; what grew in place is among the allocated.
fn held(region: &Region<'_, System>) -> f64 {
    let change = region.change();
    change.bytes_allocated as f64 - change.bytes_deallocated as f64
}

/// Bytes per key of so many mailboxes, two keys each under one project: while all are at work, and idle.
fn bytes_per_key(mailboxes: u64) -> (f64, f64) {
    let (limits, keys) = (limits(), (2 * mailboxes + 1) as f64);
    let region = Region::new(ALLOCATOR);
    let mut pacer = Pacer::new(1);
    (0..mailboxes).for_each(|mailbox| call(&mut pacer, &limits, mailbox, mailbox as i64));
    let at_work = held(&region) / keys;
    // Two days later one mailbox is at work, and the rest is tidied in passing.
    let later = 2 * 86_400_000;
    (0..2 * mailboxes + 10).for_each(|number| call(&mut pacer, &limits, 0, later + 1_000 * number as i64));
    (at_work, held(&region) / keys)
}

/// One test, as the allocator counts for the whole process.
#[test]
fn an_idle_key_weighs_under_300_bytes_and_an_admission_allocates_nothing() {
    // The second number of keys is one more than a power of two: tables have just doubled and are half empty.
    for mailboxes in [50_000, 32_768] {
        let (at_work, idle) = bytes_per_key(mailboxes);
        assert!(idle < 300.0, "{idle:.0} bytes per idle key of {mailboxes} mailboxes");
        assert!(idle > 100.0 && at_work > idle, "{idle:.0} and {at_work:.0} bytes cannot be: a key has more fields");
        // Shown with --nocapture; the figures are kept in docs/PERFORMANCE.md.
        let line =
            format_args!("{mailboxes} mailboxes: {idle:.1} bytes per idle key, {at_work:.1} at work\n").to_string();
        std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()).unwrap();
    }

    let (limits, mut pacer) = (limits(), Pacer::new(1));
    (0..10).for_each(|_| call(&mut pacer, &limits, 0, 0));
    let region = Region::new(ALLOCATOR);
    (0..10).for_each(|_| call(&mut pacer, &limits, 0, 0));
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "an admission and its end allocate nothing");
}
