//! What an admission costs, with 100,000 keys: `cargo bench -p postroad-quota`.

use std::sync::Arc;
use std::time::Duration;

use divan::{Bencher, black_box, counter::ItemsCount};
use quota::*;

type Key = (Level, u64);

/// Of two keys each, under one project: 100,001 keys.
const MAILBOXES: u64 = 50_000;

fn main() {
    divan::main();
}

fn limits() -> Arc<Limits> {
    let of =
        |level, dimension, amount, seconds| Allowance { level, dimension, amount, per: Duration::from_secs(seconds) };
    Arc::new(Limits {
        allowances: vec![
            of(Level::Project, Dimension::Units, u64::MAX / 8, 60),
            of(Level::ProjectMailbox, Dimension::Units, 1_000_000, 60),
            of(Level::Mailbox, Dimension::Messages, 2_000, 86_400),
        ],
        concurrency: Some(Concurrency { start: 10, most: 40, least: 2 }),
    })
}

fn admit(pacer: &mut Pacer<Key>, limits: &Arc<Limits>, mailbox: u64, now: i64) {
    let keys = Keys::none()
        .with(Level::Project, (Level::Project, 0))
        .with(Level::ProjectMailbox, (Level::ProjectMailbox, mailbox))
        .with(Level::Mailbox, (Level::Mailbox, mailbox));
    let (flow, cost) = ((Level::Mailbox, mailbox), Cost::units(5));
    let ask = Ask {
        flow,
        keys,
        limits,
        class: Class::Live,
        cost,
        most: 1,
        begun: Moment(now),
        deadline: Moment::NEVER,
        patience: Duration::MAX,
    };
    match black_box(pacer.ask(Moment(now), ask)) {
        Answer::Go(ticket) => pacer.finish(Moment(now), ticket, Outcome::done()),
        other => panic!("{other:?}"),
    }
}

/// Ask and finish of one call, over mailboxes in a random order (`spread`) or of one mailbox (`one`).
fn measured(bencher: Bencher<'_, '_>, place: impl Fn(u64) -> u64) {
    const CALLS: u64 = 1_000;
    let limits = limits();
    let mut pacer = Pacer::new(1);
    (0..MAILBOXES).for_each(|mailbox| admit(&mut pacer, &limits, mailbox, 0));
    let mut number = 0;
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        for _ in 0..CALLS {
            number += 1;
            admit(&mut pacer, &limits, place(number), number as i64 / 100);
        }
    });
}

#[divan::bench(sample_count = 300)]
fn ask_and_finish_spread_over_100_000_keys(bencher: Bencher<'_, '_>) {
    measured(bencher, |number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % MAILBOXES);
}

#[divan::bench(sample_count = 300)]
fn ask_and_finish_of_one_mailbox_beside_100_000_keys(bencher: Bencher<'_, '_>) {
    measured(bencher, |_| 7);
}

#[divan::bench(sample_count = 300)]
fn a_key_that_is_full_says_no(bencher: Bencher<'_, '_>) {
    let limits = limits();
    let mut pacer = Pacer::new(1);
    (0..MAILBOXES).for_each(|mailbox| admit(&mut pacer, &limits, mailbox, 0));
    let closed = (Level::Mailbox, 7);
    pacer.close(Moment(0), &closed, Moment(3_600_000), Limited::General);
    bencher.bench_local(|| {
        let keys = Keys::none().with(Level::Project, (Level::Project, 0)).with(Level::Mailbox, closed);
        let (cost, deadline) = (Cost::units(5), Moment(10_000));
        let ask = Ask {
            flow: closed,
            keys,
            limits: &limits,
            class: Class::Live,
            cost,
            most: 1,
            begun: Moment(1),
            deadline,
            patience: Duration::MAX,
        };
        black_box(pacer.ask(Moment(1), ask))
    });
}
