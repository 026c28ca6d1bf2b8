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
    Ask { flow, keys, limits, class, cost, most: 1, deadline: Moment::NEVER }
}

fn call(pacer: &mut Pacer<Key>, limits: &Arc<Limits>, mailbox: u64, now: i64) {
    match pacer.ask(Moment(now), ask(limits, mailbox)) {
        Answer::Go(ticket) => pacer.finish(Moment(now), ticket, Outcome::done()),
        other => panic!("{other:?}"),
    }
}

/// One test, as the allocator counts for the whole process.
#[test]
fn an_idle_key_weighs_under_300_bytes_and_an_admission_allocates_nothing() {
    const MAILBOXES: u64 = 50_000;
    let limits = limits();
    let region = Region::new(ALLOCATOR);
    let mut pacer = Pacer::new(1);
    (0..MAILBOXES).for_each(|mailbox| call(&mut pacer, &limits, mailbox, mailbox as i64));
    // Two days later one mailbox is at work, and the rest is tidied in passing.
    let later = 2 * 86_400_000;
    (0..2 * MAILBOXES + 10).for_each(|call_number| call(&mut pacer, &limits, 0, later + 1_000 * call_number as i64));
    let change = region.change();
    let held = change.bytes_allocated as i64 - change.bytes_deallocated as i64 + change.bytes_reallocated as i64;
    let per_key = held as f64 / (2 * MAILBOXES + 1) as f64;
    assert!(per_key < 300.0, "{per_key:.0} bytes per idle key");
    assert!(per_key > 50.0, "{per_key:.0} bytes per idle key cannot be");

    let at = later + 1_000 * (2 * MAILBOXES as i64 + 10);
    call(&mut pacer, &limits, 0, at);
    let region = Region::new(ALLOCATOR);
    (0..10).for_each(|_| call(&mut pacer, &limits, 0, at));
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "an admission and its end allocate nothing");
    // Shown with --nocapture; the figure is kept in docs/PERFORMANCE.md.
    std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{per_key:.1} bytes per idle key\n")).unwrap();
}
