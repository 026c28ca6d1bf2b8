//! Properties that hold whatever is asked, in whatever order, however long calls take, and whatever the clock does.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::*;

const PER: i64 = 60_000;
const AMOUNT: u64 = 600;

type Key = (Level, u32);

#[derive(Clone, Debug)]
enum Step {
    Ask {
        mailbox: u32,
        class: Class,
        units: u32,
        most: u32,
        patience: Option<i64>,
        /// So long ago the work began.
        ago: i64,
    },
    Pass(i64),
    Finish {
        which: usize,
        end: End,
    },
    Abandon(usize),
    /// The caller's clock is set back by so much.
    SetBack(i64),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    Failed,
    OverQuota(Option<i64>),
    Crowded,
    LockedOut(i64),
}

fn class() -> impl Strategy<Value = Class> {
    prop::sample::select(Class::ALL.to_vec())
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        12 => Just(End::Done),
        1 => Just(End::Failed),
        1 => prop::option::of(0i64..PER).prop_map(End::OverQuota),
        1 => Just(End::Crowded),
        1 => (1i64..1_000_000).prop_map(End::LockedOut),
    ]
}

fn step(ends: impl Strategy<Value = End>) -> impl Strategy<Value = Step> {
    let patience = prop::option::weighted(0.3, 1i64..200_000);
    prop_oneof![
        6 => (0u32..3, class(), 1u32..120, 1u32..12, patience, prop_oneof![Just(0), 0i64..100_000])
            .prop_map(|(mailbox, class, units, most, patience, ago)| Step::Ask { mailbox, class, units, most, patience, ago }),
        4 => (0i64..3_000).prop_map(Step::Pass),
        1 => (0i64..50_000).prop_map(Step::Pass),
        6 => (any::<usize>(), ends).prop_map(|(which, end)| Step::Finish { which, end }),
        1 => any::<usize>().prop_map(Step::Abandon),
        1 => (0i64..10_000_000).prop_map(Step::SetBack),
    ]
}

fn script(ends: impl Strategy<Value = End>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(ends), 1..120)
}

/// Calls of one mailbox: price of all, and end in true time.
struct Called {
    mailbox: u32,
    price: u64,
    ended: Option<i64>,
}

struct World {
    pacer: Pacer<Key>,
    limits: Arc<Limits>,
    /// True time, and what the caller's clock is ahead of it.
    now: i64,
    ahead: i64,
    out: Vec<(Ticket, usize)>,
    calls: Vec<Called>,
    waiting: HashMap<WaiterId, (u32, u32)>,
    /// No call of a mailbox may go before, in true time.
    closed: HashMap<u32, i64>,
    next: Option<Moment>,
}

impl World {
    fn new(concurrency: Option<Concurrency>) -> Self {
        let units = |level, amount| Allowance {
            level,
            dimension: Dimension::Units,
            amount,
            per: Duration::from_millis(PER as u64),
        };
        let allowances = vec![units(Level::Project, AMOUNT * 2), units(Level::ProjectMailbox, AMOUNT)];
        Self {
            pacer: Pacer::new(7),
            limits: Arc::new(Limits { allowances, concurrency }),
            now: 0,
            ahead: 50_000_000,
            out: Vec::new(),
            calls: Vec::new(),
            waiting: HashMap::new(),
            closed: HashMap::new(),
            next: None,
        }
    }

    fn clock(&self) -> Moment {
        Moment(self.now + self.ahead)
    }

    fn ask(&mut self, (mailbox, ago): (u32, i64), class: Class, units: u32, most: u32, patience: Option<i64>) {
        let keys = Keys::none()
            .with(Level::Project, (Level::Project, 0))
            .with(Level::ProjectMailbox, (Level::ProjectMailbox, mailbox))
            .with(Level::Mailbox, (Level::Mailbox, mailbox));
        let deadline = patience.map_or(Moment::NEVER, |patience| self.clock().plus_millis(patience));
        let (flow, cost) = ((Level::Mailbox, mailbox), Cost::units(units));
        let limits = self.limits.clone();
        let ask = Ask {
            flow,
            keys,
            limits: &limits,
            class,
            cost,
            most,
            begun: self.clock().plus_millis(-ago),
            deadline,
            patience: Duration::MAX,
        };
        match self.pacer.ask(self.clock(), ask) {
            Answer::Go(ticket) => self.go(ticket, mailbox, units, most),
            Answer::Wait(waiter, _) => assert!(self.waiting.insert(waiter, (mailbox, units)).is_none()),
            Answer::Refused(_) => assert!(patience.is_some(), "only who has a deadline is refused"),
        }
    }

    fn go(&mut self, ticket: Ticket, mailbox: u32, units: u32, most: u32) {
        assert!((1..=most).contains(&ticket.granted()));
        assert!(
            self.closed.get(&mailbox).is_none_or(|until| *until <= self.now),
            "before the instant the provider named"
        );
        let price = u64::from(units) * u64::from(ticket.granted());
        self.out.push((ticket, self.calls.len()));
        self.calls.push(Called { mailbox, price, ended: None });
        self.assert_within(|call| call.mailbox == mailbox, AMOUNT);
        self.assert_within(|_| true, AMOUNT * 2);
    }

    /// The provider may have counted each call at any moment between departure and end: with all that may fall into the
    /// window that ends now, no more than the cap.
    fn assert_within(&self, which: impl Fn(&Called) -> bool, cap: u64) {
        let counted = self.calls.iter().filter(|call| which(call));
        let recent = counted.filter(|call| call.ended.is_none_or(|ended| ended > self.now - PER));
        let sum: u64 = recent.map(|call| call.price).sum();
        assert!(sum <= cap, "{sum} of {cap} in the window that ends at {}", self.now);
    }

    fn finish(&mut self, which: usize, end: End) {
        if self.out.is_empty() {
            return;
        }
        let (ticket, call) = self.out.swap_remove(which % self.out.len());
        let granted = ticket.granted();
        let mailbox = self.calls[call].mailbox;
        self.calls[call].ended = Some(self.now);
        let until = |after: Option<i64>| after.map(|after| self.clock().plus_millis(after));
        let refused = |what, after| {
            Outcome::refused(Refusal { level: Level::ProjectMailbox, what, until: until(after), calls: granted })
        };
        let outcome = match end {
            End::Done => Outcome::done(),
            End::Failed => Outcome::failed(),
            End::OverQuota(after) => refused(Limited::By(Dimension::Units), after),
            End::Crowded => refused(Limited::Concurrency, None),
            End::LockedOut(after) => refused(Limited::General, Some(after)),
        };
        if let End::OverQuota(Some(after)) | End::LockedOut(after) = end {
            let until = self.closed.entry(mailbox).or_insert(0);
            *until = (*until).max(self.now + after);
        }
        self.pacer.finish(self.clock(), ticket, outcome);
    }

    fn poll(&mut self) {
        let polled = self.pacer.poll(self.clock());
        for (waiter, ticket) in polled.admitted {
            let (mailbox, units) = self.waiting.remove(&waiter).expect("admitted once, and only who waits");
            self.go(ticket, mailbox, units, u32::MAX);
        }
        for (waiter, _) in polled.refused {
            assert!(self.waiting.remove(&waiter).is_some(), "refused once, and only who waits");
        }
        self.next = polled.next;
    }

    /// Nobody could go although no poll is due, now or within the moment after which whoever holds others up is asked again.
    fn assert_nobody_is_overlooked(&mut self) {
        if self.next.is_some_and(|next| next <= self.clock().plus_millis(crate::line::STEPPED_BACK)) {
            return;
        }
        self.pacer.stir_everyone();
        let polled = self.pacer.poll(self.clock());
        assert!(
            polled.admitted.is_empty(),
            "next was {:?}, and at {:?} they could go: {:?}",
            self.next,
            self.clock(),
            polled.admitted
        );
        self.next = polled.next;
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Ask { mailbox, class, units, most, patience, ago } => {
                self.ask((mailbox, ago), class, units, most, patience);
            }
            Step::Pass(millis) => {
                let end = self.now + millis;
                while let Some(next) = self.next.map(|next| next.0 - self.ahead).filter(|next| *next <= end) {
                    self.now = next.max(self.now + 1).min(end.max(self.now + 1));
                    self.poll();
                }
                self.now = end.max(self.now);
            }
            Step::Finish { which, end } => self.finish(which, end),
            Step::Abandon(which) => {
                let mut all: Vec<_> = self.waiting.keys().copied().collect();
                all.sort_unstable();
                if !all.is_empty() {
                    let waiter = all[which % all.len()];
                    self.waiting.remove(&waiter);
                    self.pacer.abandon(waiter);
                }
            }
            Step::SetBack(by) => self.ahead -= by,
        }
        self.poll();
    }

    /// Everything ends well from now on; tells whether everyone has gone before so much time has passed.
    fn drains_within(&mut self, millis: i64) -> bool {
        let end = self.now + millis;
        while self.now < end {
            while !self.out.is_empty() {
                self.finish(0, End::Done);
            }
            self.poll();
            if self.waiting.is_empty() && self.out.is_empty() {
                return true;
            }
            if self.out.is_empty() {
                let next = self.next.map(|next| next.0 - self.ahead);
                let Some(next) = next else { return false };
                self.now = next.max(self.now + 1);
            }
        }
        false
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_no_window_more_than_the_cap_and_nothing_before_a_named_instant(script in script(end())) {
        let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
        script.into_iter().for_each(|step| world.take(step));
    }

    #[test]
    fn without_concurrency_the_cap_holds_too(script in script(Just(End::Done))) {
        let mut world = World::new(None);
        script.into_iter().for_each(|step| world.take(step));
    }

    #[test]
    fn no_wake_up_is_lost_and_everyone_goes_in_the_end(script in script(end())) {
        let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
        script.into_iter().for_each(|step| world.take(step));
        let closed = world.closed.values().copied().max().unwrap_or(0).max(world.now) - world.now;
        // Lockouts may have climbed to a day; then every waiter needs at most some windows of the slowest pace.
        prop_assert!(world.drains_within(closed + 4 * 86_400_000), "still waiting: {:?}", world.waiting);
    }

    #[test]
    fn next_is_never_later_than_somebody_could_go(
        before in script(end()),
        moments in prop::collection::vec(1i64..5_000, 1..20),
    ) {
        let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
        before.into_iter().for_each(|step| world.take(step));
        for moment in moments {
            world.now += moment;
            world.assert_nobody_is_overlooked();
            world.poll();
        }
    }

    #[test]
    fn a_higher_class_never_gets_less(script in script(end()), units in 1u32..100, most in 1u32..10, low in class(), high in class()) {
        let (low, high) = (low.max(high), low.min(high));
        let granted = |class| {
            let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
            let alone = script.iter().filter(|step| !matches!(step, Step::Ask { mailbox, .. } if *mailbox > 0));
            alone.cloned().for_each(|step| world.take(step));
            let all: Vec<_> = world.waiting.drain().collect();
            all.into_iter().for_each(|(waiter, _)| world.pacer.abandon(waiter));
            let before = world.out.len();
            world.ask((0, 0), class, units, most, None);
            world.out.get(before).map_or(0, |(ticket, _)| ticket.granted())
        };
        prop_assert!(granted(high) >= granted(low));
    }

    #[test]
    fn a_clock_set_forward_opens_throttles_but_never_freezes_anything(script in script(end()), jump in 0i64..1_000_000_000) {
        let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
        script.into_iter().for_each(|step| world.take(step));
        world.ahead += jump;
        world.closed.clear();
        world.calls.clear();
        world.out.drain(..).for_each(|(ticket, _)| world.pacer.finish(Moment(world.now + world.ahead), ticket, Outcome::done()));
        world.now += 2 * PER;
        world.ahead -= jump;
        prop_assert!(world.drains_within(5 * 86_400_000), "still waiting: {:?}", world.waiting);
    }

    #[test]
    fn what_was_learned_survives_a_restart(script in script(end())) {
        let mut world = World::new(Some(Concurrency { start: 4, most: 16, least: 2 }));
        script.into_iter().for_each(|step| world.take(step));
        let snapshot = world.pacer.snapshot(world.clock());
        let mut again = Pacer::new(7);
        again.restore(world.clock(), snapshot.clone());
        let sorted = |snapshot: Snapshot<Key>| {
            let mut keys = snapshot.keys;
            keys.sort_by_key(|(key, _)| *key);
            keys
        };
        prop_assert_eq!(sorted(again.snapshot(world.clock())), sorted(snapshot));
        world.pacer = again;
        (world.out, world.waiting, world.next) = (Vec::new(), HashMap::new(), None);
        // The minute's counters are over after a minute; throttles are not, and hold (asserted in `go`).
        world.calls.clear();
        (0..3).for_each(|mailbox| world.ask((mailbox, 0), Class::Live, 5, 1, None));
    }
}
