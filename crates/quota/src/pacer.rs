//! The pacer: who may go, and when.

use std::hash::Hash;
use std::sync::Arc;

use crate::flight::{Ended, Flights};
use crate::jitter::Jitter;
use crate::key::{Key, UNASKED, Wish};
use crate::keys::{Book, NONE};
use crate::line::{Held, Waiter};
use crate::scheduler::{Scheduler, Turn, needs};
use crate::snapshot::{Saved, Snapshot};
use crate::steady::Steady;
use crate::throttle::Told;
use crate::view::{Activity, Census, is_active, view_of};
use crate::{
    Answer, Ask, Because, Class, Estimate, KeyView, Level, Limited, Limits, Moment, Outcome, Polled, Ticket, WaiterId,
};

/// Paces calls of many flows against many keys. `K` names keys and flows; cheap to clone.
pub struct Pacer<K> {
    time: Steady,
    book: Book<K>,
    scheduler: Scheduler<K>,
    flights: Flights,
    jitter: Jitter,
}

impl<K: Eq + Hash + Clone> Pacer<K> {
    /// A pacer that knows nothing yet. `seed` is for jitter alone.
    pub fn new(seed: u64) -> Self {
        Self {
            time: Steady::default(),
            book: Book::new(),
            scheduler: Scheduler::new(),
            flights: Flights::default(),
            jitter: Jitter(seed),
        }
    }

    /// Asks for leave to call. After [`Answer::Wait`], [`poll`](Self::poll) tells when to poll again.
    pub fn ask(&mut self, now: Moment, ask: Ask<'_, K>) -> Answer {
        let at = self.time.at(now);
        self.book.sweep(at);
        let keys = self.book.name(at, &ask.keys, ask.limits);
        for key in std::mem::take(&mut self.book.adopted) {
            self.scheduler.stir(&mut self.book, key);
        }
        let needs = needs(&keys, &ask.cost);
        let wish = Wish { awaited: ask.class.is_awaited(), cost: ask.cost, want: ask.most.max(1) };
        let behind = self.scheduler.goes_behind(&self.book, &ask.flow, ask.class, &keys, needs);
        let (key, lacks, because, until) = match (behind, self.book.room(at, &keys, wish)) {
            (None, Ok(granted)) => return Answer::Go(self.flights.depart(&mut self.book, at, keys, wish, granted)),
            (Some(key), Ok(_)) => (key, 0, Because::Turn, None),
            (_, Err((key, block))) => (key, block.bit, block.because, block.until),
        };
        let level = self.book.at(key).level;
        let deadline = if ask.deadline == Moment::NEVER { i64::MAX } else { self.time.enter(ask.deadline) };
        let estimate = Estimate { until: until.map(|until| self.time.leave(until)), level, because };
        let patience = i64::try_from(ask.patience.as_millis()).unwrap_or(i64::MAX);
        let waiter = Waiter {
            flow: NONE,
            keys,
            class: ask.class,
            cost: ask.cost,
            want: wish.want,
            begun: self.time.enter(ask.begun).min(at),
            deadline,
            patience,
            since: at,
            needs,
        };
        if waiter.gives_up(at, until.unwrap_or(at), because) {
            return Answer::Refused(estimate);
        }
        let wake = until.unwrap_or(i64::MAX);
        let number = self.scheduler.enqueue(
            &mut self.book,
            ask.flow,
            waiter,
            Held { key, rank: ask.class as u8, lacks, all_lack: lacks, wake },
        );
        Answer::Wait(WaiterId(number), estimate)
    }

    /// Who of those in line may go now. To be called at [`Polled::next`], and after every [`finish`](Self::finish),
    /// [`abandon`](Self::abandon) and answer to wait.
    pub fn poll(&mut self, now: Moment) -> Polled {
        let at = self.time.at(now);
        let mut polled = Polled::default();
        self.book.sweep(at);
        self.pass_deadlines(at, &mut polled);
        self.scheduler.stir_due(&mut self.book, at);
        while let Some(key) = self.scheduler.next_stirred(&mut self.book) {
            let Self { scheduler, book, flights, time, .. } = &mut *self;
            scheduler.look(book, key, at, &mut |book, waiter, turn| match turn {
                Turn::Go { waiter: number, granted, awaited } => {
                    let wish = Wish { awaited, cost: waiter.cost, want: waiter.want };
                    polled.admitted.push((WaiterId(number), flights.depart(book, at, waiter.keys, wish, granted)));
                }
                Turn::TooLate { waiter: number, until, level, because } => {
                    let estimate = Estimate { until: Some(time.leave(until)), level, because };
                    polled.refused.push((WaiterId(number), estimate));
                }
            });
        }
        polled.next = self.scheduler.next().map(|next| self.time.leave(next));
        polled
    }

    /// Turns away those whose deadline has passed.
    fn pass_deadlines(&mut self, now: i64, polled: &mut Polled) {
        while let Some((deadline, number)) = self.scheduler.deadlines.first().copied().filter(|(at, _)| *at < now) {
            let estimate = self.leave_line(number, deadline);
            polled.refused.push((WaiterId(number), estimate));
        }
    }

    /// Takes a waiter out of line; whoever it held up is looked at again.
    fn leave_line(&mut self, number: u64, until: i64) -> Estimate {
        let held_by = self.scheduler.held_by(number);
        let level = held_by.first().map_or(Level::Mailbox, |key| self.book.at(*key).level);
        self.scheduler.remove(&mut self.book, number);
        for key in held_by {
            self.scheduler.stir(&mut self.book, key);
        }
        Estimate { until: Some(self.time.leave(until)), level, because: Because::Turn }
    }

    /// Leaves the line. A waiter that was admitted already is not found; its ticket must be finished.
    pub fn abandon(&mut self, waiter: WaiterId) {
        if self.scheduler.waiters.get(waiter.0).is_some() {
            self.leave_line(waiter.0, 0);
        }
    }

    /// Tells how the calls of a ticket ended. [`poll`](Self::poll) afterwards.
    pub fn finish(&mut self, now: Moment, ticket: Ticket, outcome: Outcome) {
        let at = self.time.at(now);
        let named = |refusal: &crate::Refusal| refusal.until.map(|until| self.time.enter(until));
        let refusals: Vec<_> = outcome.refusals.iter().map(|refusal| (*refusal, named(refusal))).collect();
        let moved = outcome.moved.map(|moved| (moved.up, moved.down));
        let ended = Ended { answered: outcome.answered, moved, refusals };
        let Some(keys) = self.flights.land(&mut self.book, at, ticket.id, &ended, &mut self.jitter) else { return };
        for key in keys.into_iter().filter(|key| *key != NONE) {
            self.scheduler.stir(&mut self.book, key);
        }
    }

    /// Closes a key until an instant: something other than a call of ours learned of a throttle.
    pub fn close(&mut self, now: Moment, key: &K, until: Moment, what: Limited) {
        let at = self.time.at(now);
        let told = Told { what, until: Some(self.time.enter(until)), long: false, window: 0, was_probe: false };
        match self.book.find(key) {
            Some(place) => self.book.at(place).close(at, told, UNASKED, &mut self.jitter),
            None => self.book.restored.entry(key.clone()).or_default().close(at, told, &mut self.jitter),
        }
    }

    /// Forgets what was learned of a key (its grant is gone); all of it unless calls are under way.
    pub fn forget(&mut self, key: &K) {
        self.book.forget(key);
    }

    /// A key as it stands; `None` if it was not used since the start.
    pub fn view(&self, now: Moment, key: &K) -> Option<KeyView> {
        let key = self.book.get(self.book.find(key)?)?;
        Some(view_of(key, self.time.peek(now), self.waiting(key), |instant| self.time.leave(instant)))
    }

    fn waiting(&self, key: &Key<K>) -> [u32; Class::COUNT] {
        let flows = key.line.iter().flat_map(|line| line.flows.iter());
        let waiting = flows.map(|(_, _, flow)| self.scheduler.waiting(*flow));
        waiting.fold([0; Class::COUNT], |sum, flow| std::array::from_fn(|class| sum[class] + flow[class]))
    }

    /// Tells the keys at which something is under way, in line or counted, among so many from a place on; returns the place to
    /// go on from, `None` at the end. In parts, so that a lock around the pacer is never held for all keys: what changes
    /// meanwhile may be told or not.
    pub fn active(&self, now: Moment, from: usize, most: usize, mut tell: impl FnMut(&K, Activity)) -> Option<usize> {
        let (at, end) = (self.time.peek(now), from.saturating_add(most.max(1)).min(self.book.places()));
        let keys = (from..end).filter_map(|place| self.book.get(u32::try_from(place).ok()?));
        for key in keys.filter(|key| is_active(key, at)) {
            let waiting = self.waiting(key).iter().sum();
            tell(&key.name, Activity { waiting, in_flight: key.in_flight, calls: key.calls });
        }
        (end < self.book.places()).then_some(end)
    }

    /// A key as it stands, or as it would begin: fresh under its limits, with what was learned before a restart.
    pub fn look(&self, now: Moment, key: &K, level: Level, limits: &Arc<Limits>) -> KeyView {
        self.view(now, key).unwrap_or_else(|| {
            let at = self.time.peek(now);
            let mut fresh = Key::new(key.clone(), level, limits.clone());
            if let Some(saved) = self.book.restored.get(key) {
                saved.clone().into_key(at, &mut fresh);
            }
            view_of(&fresh, at, [0; 4], |instant| self.time.leave(instant))
        })
    }

    /// All keys in figures. Looks at every key once.
    pub fn census(&self) -> Census {
        let mut census = Census::default();
        self.book.all().for_each(|key| census.count(key));
        for waiter in self.scheduler.waiters.iter() {
            census.waiting[waiter.class as usize] += 1;
        }
        census
    }

    /// The keys used since the start, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.book.all().map(|key| &key.name)
    }

    /// What was learned, to be kept.
    pub fn snapshot(&self, now: Moment) -> Snapshot<K> {
        let at = self.time.peek(now);
        let saved = |key: &Key<K>| Some((key.name.clone(), Saved::of(key, at)?));
        let unused = self.book.restored.iter().map(|(key, saved)| (key.clone(), saved.clone()));
        let keys = self.book.all().filter_map(saved).chain(unused);
        let outside = |instant| self.time.leave(instant).0;
        Snapshot { keys: keys.map(|(key, saved)| (key, saved.shifted(outside))).collect() }
    }

    /// Takes up what was learned before a restart, for keys that have not been used since.
    pub fn restore(&mut self, now: Moment, snapshot: Snapshot<K>) {
        self.time.at(now);
        for (key, saved) in snapshot.keys {
            if self.book.find(&key).is_none() {
                let inside = |instant| self.time.enter(Moment(instant));
                self.book.restored.insert(key, saved.shifted(inside));
            }
        }
    }

    /// Has the next poll look at every line, due or not: that must not change who goes.
    #[cfg(test)]
    pub(crate) fn stir_everyone(&mut self) {
        self.scheduler.stir_lines(&mut self.book);
    }
}
