//! The core of the pacer, told as small stories.

use std::sync::Arc;
use std::time::Duration;

use quota::*;

type Key = (u8, u32);

fn limits(amount: u64) -> Arc<Limits> {
    let units = |level, amount| Allowance { level, dimension: Dimension::Units, amount, per: Duration::from_secs(60) };
    Arc::new(Limits {
        allowances: vec![units(Level::Project, amount * 100), units(Level::ProjectMailbox, amount)],
        concurrency: Some(Concurrency { start: 10, most: 40, least: 2 }),
    })
}

fn ask(limits: &Arc<Limits>, mailbox: u32, class: Class, units: u32, most: u32) -> Ask<'_, Key> {
    let keys = Keys::none()
        .with(Level::Project, (0, 0))
        .with(Level::ProjectMailbox, (1, mailbox))
        .with(Level::Mailbox, (2, mailbox));
    let (cost, begun, deadline, patience) = (Cost::units(units), Moment::NEVER, Moment::NEVER, Duration::MAX);
    Ask { flow: (2, mailbox), keys, limits, class, cost, most, begun, deadline, patience }
}

fn go(answer: Answer) -> Ticket {
    match answer {
        Answer::Go(ticket) => ticket,
        other => panic!("expected to go, not {other:?}"),
    }
}

fn wait(answer: Answer) -> WaiterId {
    match answer {
        Answer::Wait(waiter, _) => waiter,
        other => panic!("expected to wait, not {other:?}"),
    }
}

fn refused(what: Limited, until: Option<i64>) -> Outcome {
    Outcome::refused(Refusal { level: Level::ProjectMailbox, what, until: until.map(Moment), calls: 1 })
}

/// Lets everyone who may go go, each call taking 100 ms, until an instant; returns when each waiter went.
fn run(pacer: &mut Pacer<Key>, from: i64, to: i64) -> Vec<(i64, WaiterId)> {
    let (mut now, mut went) = (from, Vec::new());
    loop {
        let polled = pacer.poll(Moment(now));
        for (waiter, ticket) in polled.admitted {
            went.push((now, waiter));
            pacer.finish(Moment(now), ticket, Outcome::done());
        }
        match polled.next {
            _ if now > to => return went,
            Some(next) if next.0 <= to => now = next.0.max(now + 1),
            _ => return went,
        }
    }
}

#[test]
fn interactive_work_bursts_through_a_whole_window_and_then_waits_for_it() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    for _ in 0..100 {
        let ticket = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 6, 1)));
        pacer.finish(Moment(0), ticket, Outcome::done());
    }
    wait(pacer.ask(Moment(20), ask(&limits, 1, Class::Interactive, 6, 1)));
    let went = run(&mut pacer, 20, 100_000);
    assert_eq!(went.len(), 1);
    assert!((60_001..=60_250).contains(&went[0].0), "one window after the answer: {went:?}");
}

#[test]
fn background_work_leaves_some_of_the_first_window_to_interactive_calls() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    let mut calls = 0;
    while let Answer::Go(ticket) = pacer.ask(Moment(0), ask(&limits, 1, Class::Backfill, 6, 8)) {
        calls += ticket.granted();
        pacer.finish(Moment(0), ticket, Outcome::done());
    }
    assert!((70..=76).contains(&calls), "three quarters at once: {calls}");
    let _ = go(pacer.ask(Moment(1), ask(&limits, 1, Class::Interactive, 6, 1)));
}

#[test]
fn batches_count_as_their_inner_calls_and_are_cut_to_the_places_there_are() {
    let (limits, mut pacer) = (limits(6000), Pacer::new(1));
    let batch = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Backfill, 20, 50)));
    assert_eq!(batch.granted(), 8, "two of ten places are left to interactive calls");
    let waiter = wait(pacer.ask(Moment(1), ask(&limits, 1, Class::Backfill, 20, 50)));
    let _one = go(pacer.ask(Moment(1), ask(&limits, 1, Class::Interactive, 20, 1)));
    pacer.finish(Moment(100), batch, Outcome::done());
    let polled = pacer.poll(Moment(100));
    assert_eq!(polled.admitted.len(), 1);
    assert_eq!(polled.admitted[0].0, waiter);
}

#[test]
fn the_higher_class_goes_first_whenever_it_came() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    let all = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 600, 1)));
    pacer.finish(Moment(0), all, Outcome::done());
    let backfill = wait(pacer.ask(Moment(1), ask(&limits, 1, Class::Backfill, 6, 1)));
    let live = wait(pacer.ask(Moment(2), ask(&limits, 1, Class::Live, 6, 1)));
    let interactive = wait(pacer.ask(Moment(3), ask(&limits, 1, Class::Interactive, 6, 1)));
    let order: Vec<_> = run(&mut pacer, 3, 70_000).into_iter().map(|(_, waiter)| waiter).collect();
    assert_eq!(order[0], interactive);
    assert_eq!(order.len(), 3);
    assert!(order.contains(&backfill) && order.contains(&live));
}

#[test]
fn a_lockout_lets_nothing_out_before_its_instant_then_one_probe_and_the_rest_after_it() {
    let (limits, mut pacer) = (limits(6000), Pacer::new(1));
    let ticket = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Backfill, 5, 1)));
    pacer.finish(Moment(100), ticket, refused(Limited::General, Some(900_000)));
    for _ in 0..3 {
        wait(pacer.ask(Moment(200), ask(&limits, 1, Class::Backfill, 5, 4)));
    }
    assert!(pacer.poll(Moment(899_999)).admitted.is_empty());
    let next = pacer.poll(Moment(899_999)).next.expect("a next instant");
    let mut now = next.0;
    let probe = loop {
        let mut polled = pacer.poll(Moment(now));
        if let Some((_, ticket)) = polled.admitted.pop() {
            assert!(polled.admitted.is_empty());
            break ticket;
        }
        now = polled.next.expect("a next instant").0;
    };
    assert!((900_000..940_000).contains(&now) && probe.granted() == 1);
    pacer.finish(Moment(now + 50), probe, refused(Limited::General, Some(now + 10)));
    let view = pacer.view(Moment(now + 60), &(1, 1)).unwrap();
    assert!(view.throttles[0].until.0 >= now + 15 * 60_000 && view.throttles[0].times == 2, "escalated: {view:?}");
}

#[test]
fn a_throttle_of_sending_stops_sending_only() {
    let (limits, mut pacer) = (limits(6000), Pacer::new(1));
    let send =
        |class| Ask { cost: Cost { messages: 1, recipients: 3, ..Cost::units(100) }, ..ask(&limits, 1, class, 0, 1) };
    let ticket = go(pacer.ask(Moment(0), send(Class::Send)));
    pacer.finish(Moment(10), ticket, refused(Limited::By(Dimension::Messages), Some(950_000)));
    let waiter = wait(pacer.ask(Moment(20), send(Class::Send)));
    let _ = go(pacer.ask(Moment(20), ask(&limits, 1, Class::Backfill, 5, 1)));
    let early = Ask { deadline: Moment(60_000), ..send(Class::Send) };
    assert!(matches!(pacer.ask(Moment(30), early), Answer::Refused(_)));
    assert_eq!(run(&mut pacer, 30, 1_000_000).last().unwrap().1, waiter);
}

#[test]
fn a_refused_quota_lowers_the_ceiling_once_per_episode_and_paces_the_key() {
    let (limits, mut pacer) = (limits(6000), Pacer::new(1));
    let tickets: Vec<_> = (0..4).map(|_| go(pacer.ask(Moment(0), ask(&limits, 1, Class::Backfill, 20, 1)))).collect();
    for ticket in tickets {
        pacer.finish(Moment(100), ticket, refused(Limited::By(Dimension::Units), None));
    }
    let view = pacer.view(Moment(100), &(1, 1)).unwrap();
    assert!(view.windows[0].tight && (view.windows[0].ceiling - 0.8).abs() < 1e-9, "{view:?}");
    let snapshot = pacer.snapshot(Moment(100));
    let mut again = Pacer::new(2);
    again.restore(Moment(200), snapshot);
    wait(again.ask(Moment(200), ask(&limits, 1, Class::Backfill, 20, 1)));
    assert!((again.view(Moment(200), &(1, 1)).unwrap().windows[0].ceiling - 0.8).abs() < 1e-9);
}

#[test]
fn flows_share_a_project_evenly() {
    let units =
        Allowance { level: Level::Project, dimension: Dimension::Units, amount: 1000, per: Duration::from_secs(60) };
    let limits = Arc::new(Limits { allowances: vec![units], concurrency: None });
    let mut pacer = Pacer::new(1);
    let all = go(pacer.ask(Moment(0), ask(&limits, 9, Class::Interactive, 1000, 1)));
    pacer.finish(Moment(0), all, Outcome::done());
    let mut whose = std::collections::HashMap::new();
    for mailbox in [1, 2, 3] {
        for _ in 0..if mailbox == 1 { 200 } else { 20 } {
            whose.insert(wait(pacer.ask(Moment(1), ask(&limits, mailbox, Class::Backfill, 10, 1))), mailbox);
        }
    }
    let went = run(&mut pacer, 1, 62_000);
    let count = |mailbox| went.iter().take(30).filter(|(_, waiter)| whose[waiter] == mailbox).count();
    assert_eq!([count(1), count(2), count(3)], [10, 10, 10]);
}

#[test]
fn a_throttled_mailbox_holds_up_nobody_in_the_line_of_its_project() {
    let units = |level| Allowance { level, dimension: Dimension::Units, amount: 600, per: Duration::from_secs(60) };
    let allowances = vec![units(Level::Project), units(Level::ProjectMailbox)];
    let (limits, mut pacer) = (Arc::new(Limits { allowances, concurrency: None }), Pacer::new(1));
    let most = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 500, 1)));
    pacer.finish(Moment(100), most, refused(Limited::By(Dimension::Units), Some(20_000)));
    let dear = wait(pacer.ask(Moment(100), ask(&limits, 1, Class::Interactive, 200, 1)));
    let other = go(pacer.ask(Moment(100), ask(&limits, 2, Class::Interactive, 50, 1)));
    pacer.finish(Moment(200), other, Outcome::done());
    assert_eq!(run(&mut pacer, 200, 70_000).into_iter().map(|(_, waiter)| waiter).collect::<Vec<_>>(), [dear]);
}

#[test]
fn a_call_dearer_than_its_window_goes_when_the_window_is_empty() {
    let (limits, mut pacer) = (limits(50), Pacer::new(1));
    let ticket = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Backfill, 80, 3)));
    assert_eq!(ticket.granted(), 1);
    pacer.finish(Moment(0), ticket, Outcome::done());
    wait(pacer.ask(Moment(1), ask(&limits, 1, Class::Backfill, 80, 3)));
    assert_eq!(run(&mut pacer, 1, 70_000).len(), 1);
}

#[test]
fn a_clock_set_back_neither_freezes_a_throttle_nor_opens_it() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    let start = 1_000_000_000;
    let ticket = go(pacer.ask(Moment(start), ask(&limits, 1, Class::Live, 5, 1)));
    pacer.finish(Moment(start), ticket, refused(Limited::General, Some(start + 100_000)));
    wait(pacer.ask(Moment(0), ask(&limits, 1, Class::Live, 5, 1)));
    assert!(pacer.poll(Moment(99_000)).admitted.is_empty());
    assert_eq!(pacer.poll(Moment(103_000)).admitted.len(), 1);
}

#[test]
fn a_look_tells_of_keys_not_used_yet_and_when_the_next_call_may_go() {
    let (limits, mut pacer) = (limits(100), Pacer::new(1));
    let key = (1, 1);
    let fresh = pacer.look(Moment(0), &key, Level::ProjectMailbox, &limits);
    assert_eq!((fresh.windows[0].amount, fresh.windows[0].used, fresh.next), (100, 0, None));
    let ticket = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 100, 1)));
    pacer.finish(Moment(40), ticket, Outcome::done());
    let next = pacer.look(Moment(50), &key, Level::ProjectMailbox, &limits).next.expect("the window is full").0;
    assert!((60_000..=60_300).contains(&next), "{next}");
    wait(pacer.ask(Moment(50), ask(&limits, 1, Class::Live, 1, 1)));
    let census = pacer.census();
    assert_eq!((census.keys, census.throttled, census.waiting), ([1, 1, 1, 0], [0; 4], [0, 0, 1, 0]));

    pacer.close(Moment(60), &key, Moment(950_000), Limited::General);
    let closed = pacer.look(Moment(70), &key, Level::ProjectMailbox, &limits);
    assert!(closed.next >= Some(Moment(950_000)) && closed.throttles.len() == 1, "{closed:?}");
    assert_eq!(pacer.census().throttled, [0, 1, 0, 0]);
    let mut again = Pacer::new(2);
    again.restore(Moment(100), pacer.snapshot(Moment(100)));
    let remembered = again.look(Moment(100), &key, Level::ProjectMailbox, &limits);
    assert_eq!(remembered.throttles, closed.throttles, "told before anybody asks for a call");
}

#[test]
fn higher_limits_let_go_who_waited_for_the_lower_ones() {
    let (low, high, mut pacer) = (limits(600), limits(6000), Pacer::new(1));
    let all = go(pacer.ask(Moment(0), ask(&low, 1, Class::Interactive, 600, 1)));
    pacer.finish(Moment(0), all, Outcome::done());
    let waiter = wait(pacer.ask(Moment(1), ask(&low, 1, Class::Interactive, 300, 1)));
    assert!(pacer.poll(Moment(1)).admitted.is_empty());
    let refused = Ask { deadline: Moment(1), ..ask(&high, 1, Class::Backfill, 6000, 1) };
    assert!(matches!(pacer.ask(Moment(2), refused), Answer::Wait(..) | Answer::Refused(_)));
    let admitted: Vec<_> = pacer.poll(Moment(2)).admitted.into_iter().map(|(waiter, _)| waiter).collect();
    assert_eq!(admitted, [waiter]);
}

#[test]
fn whom_a_throttle_keeps_longer_than_its_patience_hears_at_once_even_in_line() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    let all = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 600, 1)));
    let patience = Duration::from_secs(10);
    let patient = wait(pacer.ask(Moment(1), ask(&limits, 1, Class::Backfill, 6, 1)));
    let hasty = wait(pacer.ask(Moment(1), Ask { patience, ..ask(&limits, 1, Class::Backfill, 6, 1) }));
    // A full window is no throttle, however long it takes.
    assert!(pacer.poll(Moment(1)).refused.is_empty());
    pacer.finish(Moment(100), all, refused(Limited::General, Some(900_000)));
    let polled = pacer.poll(Moment(100));
    let told: Vec<_> = polled.refused.iter().map(|(waiter, _)| *waiter).collect();
    assert_eq!(told, [hasty]);
    assert!(polled.refused[0].1.until.is_some_and(|until| until >= Moment(900_000)));
    let asked = pacer.ask(Moment(200), Ask { patience, ..ask(&limits, 1, Class::Backfill, 6, 1) });
    assert!(matches!(asked, Answer::Refused(_)));
    assert!(run(&mut pacer, 200, 1_000_000).iter().any(|(_, waiter)| *waiter == patient));
}

#[test]
fn the_rest_of_a_batch_keeps_its_place_before_younger_work() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    let all = go(pacer.ask(Moment(0), ask(&limits, 1, Class::Interactive, 600, 1)));
    pacer.finish(Moment(0), all, Outcome::done());
    let asked = |begun| Ask { begun: Moment(begun), ..ask(&limits, 1, Class::Backfill, 6, 1) };
    let young = wait(pacer.ask(Moment(1000), asked(900)));
    let rest = wait(pacer.ask(Moment(1001), asked(10)));
    let youngest = wait(pacer.ask(Moment(1002), asked(950)));
    let order: Vec<_> = run(&mut pacer, 1002, 100_000).into_iter().map(|(_, waiter)| waiter).collect();
    assert_eq!(order, [rest, young, youngest]);
}

#[test]
fn the_active_keys_are_told_in_parts_and_idle_ones_are_not() {
    let (limits, mut pacer) = (limits(600), Pacer::new(1));
    for mailbox in 0..10 {
        let ticket = go(pacer.ask(Moment(0), ask(&limits, mailbox, Class::Live, 6, 1)));
        pacer.finish(Moment(0), ticket, Outcome::done());
    }
    let all = |pacer: &Pacer<Key>, now| {
        let (mut found, mut place) = (Vec::new(), Some(0));
        while let Some(from) = place {
            place = pacer.active(now, from, 3, |key, activity| found.push((*key, activity)));
        }
        found.sort_unstable();
        found
    };
    // The project and ten mailboxes in it; nothing is counted at the mailboxes themselves.
    assert_eq!(all(&pacer, Moment(10)).len(), 11);
    assert_eq!(all(&pacer, Moment(70_000)), []);
    let _under_way = go(pacer.ask(Moment(70_000), ask(&limits, 3, Class::Live, 6, 2)));
    let found = all(&pacer, Moment(70_001));
    let expected = |calls| Activity { waiting: 0, in_flight: 2, calls };
    assert_eq!(found, [((0, 0), expected(12)), ((1, 3), expected(3)), ((2, 3), expected(3))]);
}
