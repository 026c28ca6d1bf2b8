//! Mailboxes that bear few calls at once and count requests over ten minutes, as Outlook's do behind Graph.

use std::sync::Arc;
use std::time::Duration;

use quota::*;

fn limits() -> Arc<Limits> {
    let allow = |dimension, amount, seconds| Allowance {
        level: Level::ProjectMailbox,
        dimension,
        amount,
        per: Duration::from_secs(seconds),
    };
    Arc::new(Limits {
        allowances: vec![allow(Dimension::Requests, 100_000, 600), allow(Dimension::BytesUp, 150_000_000, 300)],
        concurrency: Some(Concurrency { start: 4, most: 4, least: 1 }),
    })
}

fn ask(limits: &Arc<Limits>, class: Class, most: u32) -> Ask<'_, u8> {
    let keys = Keys::none().with(Level::ProjectMailbox, 1).with(Level::Mailbox, 2);
    let (begun, deadline, patience) = (Moment::NEVER, Moment::NEVER, Duration::MAX);
    Ask { flow: 1, keys, limits, class, cost: Cost::units(0), most, begun, deadline, patience }
}

/// What came of asking again and again for one call more while the mailbox bears `places` at once.
#[derive(Default, Debug)]
struct Seen {
    refused: usize,
    most: usize,
}

/// Calls of 100 ms, one begun whenever leave is given, for so many seconds.
fn busy(pacer: &mut Pacer<u8>, limits: &Arc<Limits>, now: &mut i64, places: usize, seconds: i64) -> Seen {
    let (mut flying, mut seen, end) = (Vec::new(), Seen::default(), *now + seconds * 1000);
    while *now < end {
        loop {
            match pacer.ask(Moment(*now), ask(limits, Class::Interactive, 1)) {
                Answer::Go(ticket) => flying.push((*now + 100, ticket, flying.len() >= places)),
                Answer::Wait(waiter, _) => break pacer.abandon(waiter),
                Answer::Refused(estimate) => panic!("{estimate:?}"),
            }
        }
        seen.most = seen.most.max(flying.len());
        *now += 10;
        let (landed, still): (Vec<_>, Vec<_>) = flying.into_iter().partition(|(at, ..)| at <= now);
        flying = still;
        for (_, ticket, too_many) in landed {
            let refusal =
                Refusal { level: Level::Mailbox, what: Limited::Concurrency, until: None, calls: ticket.granted() };
            seen.refused += usize::from(too_many);
            let outcome = if too_many { Outcome::refused(refusal) } else { Outcome::done() };
            pacer.finish(Moment(*now), ticket, outcome);
        }
    }
    for (_, ticket, _) in flying {
        pacer.finish(Moment(*now), ticket, Outcome::done());
    }
    seen
}

#[test]
fn refused_at_four_it_settles_below_and_comes_back_carefully() {
    let (limits, mut pacer, mut now) = (limits(), Pacer::new(1), 0);
    let alone = busy(&mut pacer, &limits, &mut now, 4, 20);
    assert_eq!((alone.refused, alone.most), (0, 4));
    // Another client of the same mailbox takes two of the four.
    let first = busy(&mut pacer, &limits, &mut now, 2, 20);
    assert!((1..=12).contains(&first.refused), "{first:?}");
    let settled = busy(&mut pacer, &limits, &mut now, 2, 120);
    assert!(settled.most <= 3 && settled.refused <= 15, "{settled:?}");
    let later = busy(&mut pacer, &limits, &mut now, 2, 120);
    assert!(later.refused <= settled.refused, "each attempt is put off longer: {settled:?}, then {later:?}");
    // It leaves again.
    let back = busy(&mut pacer, &limits, &mut now, 4, 240);
    assert_eq!((back.refused, back.most), (0, 4));
}

#[test]
fn a_wait_named_for_the_rest_of_the_window_is_no_lockout_however_often() {
    let (limits, mut pacer) = (limits(), Pacer::<u8>::new(1));
    let mut now = 0;
    for _ in 0..5 {
        let Answer::Go(ticket) = pacer.ask(Moment(now), ask(&limits, Class::Backfill, 1)) else {
            panic!("it should be open at {now}");
        };
        let until = now + 600_000;
        let refusal =
            Refusal { level: Level::ProjectMailbox, what: Limited::General, until: Some(Moment(until)), calls: 1 };
        pacer.finish(Moment(now + 100), ticket, Outcome::refused(refusal));
        let Answer::Wait(waiter, estimate) = pacer.ask(Moment(now + 200), ask(&limits, Class::Backfill, 1)) else {
            panic!("it should be closed at {now}");
        };
        let opens = estimate.until.expect("an instant").0;
        assert!((until..=until + 10_000).contains(&opens), "named {until}, opens {opens}");
        pacer.abandon(waiter);
        now = opens;
    }
}

#[test]
fn bytes_up_have_a_window_of_their_own_and_reads_pass() {
    let (limits, mut pacer) = (limits(), Pacer::<u8>::new(1));
    let upload = Cost { bytes_up: 3_000_000, ..Cost::units(0) };
    for _ in 0..50 {
        let Answer::Go(ticket) = pacer.ask(Moment(0), Ask { cost: upload, ..ask(&limits, Class::Send, 1) }) else {
            panic!("150 MB are allowed");
        };
        let moved = Some(Moved { up: 3_000_000, down: 0 });
        pacer.finish(Moment(0), ticket, Outcome { moved, ..Outcome::done() });
    }
    let Answer::Wait(_, estimate) = pacer.ask(Moment(1), Ask { cost: upload, ..ask(&limits, Class::Send, 1) }) else {
        panic!("one more is too many");
    };
    assert_eq!(estimate.because, Because::Window(Dimension::BytesUp));
    assert!((300_000..=301_000).contains(&estimate.until.expect("an instant").0), "{estimate:?}");
    assert!(matches!(pacer.ask(Moment(1), ask(&limits, Class::Interactive, 1)), Answer::Go(_)), "reads pass");
}
