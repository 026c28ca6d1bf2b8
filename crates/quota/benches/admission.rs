//! What an admission costs, with 100,000 keys: `cargo bench -p postroad-quota`.

use std::cell::{Cell, RefCell};
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
            of(Level::ProjectMailbox, Dimension::Units, u64::MAX / 8, 60),
            of(Level::Mailbox, Dimension::Messages, 2_000, 86_400),
        ],
        concurrency: Some(Concurrency { start: 10, most: 40, least: 2 }),
    })
}

fn leave(pacer: &mut Pacer<Key>, limits: &Arc<Limits>, mailbox: u64, now: i64) -> Ticket {
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
        Answer::Go(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn admit(pacer: &mut Pacer<Key>, limits: &Arc<Limits>, mailbox: u64, now: i64) {
    let ticket = leave(pacer, limits, mailbox, now);
    pacer.finish(Moment(now), ticket, Outcome::done());
}

/// A mailbox in no order.
fn any_mailbox(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % MAILBOXES
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
    measured(bencher, any_mailbox);
}

#[divan::bench(sample_count = 300)]
fn ask_and_finish_of_one_mailbox_beside_100_000_keys(bencher: Bencher<'_, '_>) {
    measured(bencher, |_| 7);
}

/// The admission alone; calls end between two rounds.
#[divan::bench(sample_count = 300)]
fn ask_spread_over_100_000_keys(bencher: Bencher<'_, '_>) {
    const CALLS: u64 = 1_000;
    let limits = limits();
    let pacer = RefCell::new(Pacer::new(1));
    (0..MAILBOXES).for_each(|mailbox| admit(&mut pacer.borrow_mut(), &limits, mailbox, 0));
    let (number, out) = (Cell::new(0), RefCell::new(Vec::<Ticket>::new()));
    let now = || number.get() as i64 / 100;
    let end_all = || {
        let ended = out.take().into_iter();
        ended.for_each(|ticket| pacer.borrow_mut().finish(Moment(now()), ticket, Outcome::done()));
        Vec::with_capacity(CALLS as usize)
    };
    bencher.counter(ItemsCount::new(CALLS)).with_inputs(end_all).bench_local_values(|mut tickets| {
        let mut pacer = pacer.borrow_mut();
        for _ in 0..CALLS {
            number.set(number.get() + 1);
            tickets.push(leave(&mut pacer, &limits, any_mailbox(number.get()), now()));
        }
        out.replace(tickets);
    });
}

/// As operators' commands want them: all keys, looked at in parts.
#[divan::bench(sample_count = 100)]
fn the_active_keys_among_100_000(bencher: Bencher<'_, '_>) {
    let (limits, mut pacer) = (limits(), Pacer::new(1));
    (0..MAILBOXES).for_each(|mailbox| admit(&mut pacer, &limits, mailbox, 0));
    bencher.bench_local(|| {
        let (mut place, mut found) = (Some(0), 0);
        while let Some(from) = place {
            place = pacer.active(Moment(10), from, 2_000, |_, activity| found += activity.calls);
        }
        assert_eq!(black_box(found), 2 * MAILBOXES);
    });
}

#[divan::bench(sample_count = 100)]
fn a_snapshot_of_100_000_keys(bencher: Bencher<'_, '_>) {
    let (limits, mut pacer) = (limits(), Pacer::new(1));
    (0..MAILBOXES).for_each(|mailbox| admit(&mut pacer, &limits, mailbox, 0));
    bencher.bench_local(|| black_box(pacer.snapshot(Moment(10))).len());
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
