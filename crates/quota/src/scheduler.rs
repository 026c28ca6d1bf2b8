//! Whose turn it is.
//!
//! Within a flow the order is strict: a higher class goes first, within a class whoever came first; but whoever does not
//! need what is lacking passes by (reading goes on while sending is closed). Among flows under one key the higher
//! class goes first, then the flow that has been served least. Every flow that waits stands in the line of each key that holds
//! it up; a line is looked at when a call under its key ends or when its time has come, and only as far as it moves.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use crate::key::{BIT_CLOSED, BIT_CONCURRENCY, BITS, Wish};
use crate::keys::{Book, NONE, Named, bit_at, bits_of};
use crate::line::{AGING, Flow, Line, Waiter, rank};
use crate::slots::Slots;
use crate::{Because, Class, Cost, Dimension, Level};

/// Waiters of a queue that are looked at beyond one that cannot go.
const DEPTH: usize = 32;

/// What everybody needs: a key that lacks it lets nobody pass.
const UNAVOIDABLE: u64 =
    (1 << Dimension::Units as u64) | (1 << Dimension::Requests as u64) | BIT_CONCURRENCY | BIT_CLOSED;

/// A waiter's turn has come, or will not come in time.
pub(crate) enum Turn {
    Go { waiter: u64, granted: u32, awaited: bool },
    TooLate { waiter: u64, until: i64, level: Level, because: Because },
}

pub(crate) struct Scheduler<K> {
    pub(crate) waiters: Slots<Waiter>,
    flows: Vec<Option<Flow<K>>>,
    places: HashMap<K, u32>,
    free: Vec<u32>,
    /// Looks at lines that are due, by time.
    timers: BTreeSet<(i64, u32)>,
    dirty: Vec<u32>,
    pub(crate) deadlines: BTreeSet<(i64, u64)>,
    /// How much the flow served last had been served: where a flow begins that comes anew.
    served: u64,
}

/// The bits a call needs of its keys.
pub(crate) fn needs(named: &Named, cost: &Cost) -> u64 {
    let mut own = BIT_CONCURRENCY | BIT_CLOSED;
    for dimension in Dimension::ALL {
        own |= u64::from(cost.of(dimension) > 0) << dimension as u64;
    }
    if cost.is_sending() {
        own |= crate::key::BIT_SENDING_CLOSED;
    }
    let levels = named.iter().enumerate().filter(|(_, place)| **place != NONE);
    levels.fold(0, |bits, (level, _)| bits | own << (level * BITS))
}

impl<K: Eq + Hash + Clone> Scheduler<K> {
    pub(crate) fn new() -> Self {
        Self {
            waiters: Slots::default(),
            flows: Vec::new(),
            places: HashMap::new(),
            free: Vec::new(),
            timers: BTreeSet::new(),
            dirty: Vec::new(),
            deadlines: BTreeSet::new(),
            served: 0,
        }
    }

    /// Whether others go before a call that has just come, and the key in whose line it should stand.
    pub(crate) fn goes_behind(&self, book: &Book<K>, flow: &K, class: Class, named: &Named, needs: u64) -> Option<u32> {
        let own = self.places.get(flow).and_then(|place| self.flows[*place as usize].as_ref());
        if let Some(own) = own
            && own.has_before(class)
            && own.mask & needs != 0
        {
            return own.held_by.first().copied();
        }
        let shared = named.iter().copied().filter(|place| *place != NONE);
        let mut lines = shared.filter_map(|place| Some((place, book.get(place)?)));
        let ahead = lines.find(|(place, key)| {
            key.line.as_ref().is_some_and(|line| {
                let others = line.flows.first().is_some_and(|(rank, ..)| *rank <= class as u8);
                let not_own_alone = own.is_none_or(|own| line.flows.len() > 1 || !own.held_by.contains(place));
                others && not_own_alone && line.mask & bits_of(key.level, needs) != 0
            })
        });
        ahead.map(|(place, _)| place)
    }

    /// Puts a waiter in line behind a key; looked at again at `wake`.
    pub(crate) fn enqueue(
        &mut self,
        book: &mut Book<K>,
        name: K,
        mut waiter: Waiter,
        held: (u32, u64),
        wake: i64,
    ) -> u64 {
        let place = self.flow(name, waiter.since);
        waiter.flow = place;
        let (class, deadline) = (waiter.class, waiter.deadline);
        for key in waiter.keys.into_iter().filter(|key| *key != NONE) {
            book.at(key).refs += 1;
        }
        let number = self.waiters.put(waiter);
        if deadline < i64::MAX {
            self.deadlines.insert((deadline, number));
        }
        let flow = self.flows[place as usize].as_mut().expect("just found");
        flow.queues[class as usize].push_back(number);
        flow.mask |= held.1;
        let best = if flow.held_by.is_empty() { class as u8 } else { flow.rank.min(class as u8) };
        let mut held_by = std::mem::take(&mut flow.held_by);
        if !held_by.contains(&held.0) {
            held_by.push(held.0);
        }
        self.stand(book, place, best, held_by);
        let level = book.at(held.0).level;
        self.wake_at(book, held.0, wake);
        book.at(held.0).line.get_or_insert_default().mask |= bits_of(level, held.1);
        number
    }

    fn flow(&mut self, name: K, now: i64) -> u32 {
        if let Some(place) = self.places.get(&name) {
            return *place;
        }
        let flow = Some(Flow::new(name.clone(), self.served, now));
        let place = match self.free.pop() {
            Some(place) => {
                self.flows[place as usize] = flow;
                place
            }
            None => {
                self.flows.push(flow);
                (self.flows.len() - 1) as u32
            }
        };
        self.places.insert(name, place);
        place
    }

    /// Takes a flow out of all lines and puts it into these.
    fn stand(&mut self, book: &mut Book<K>, place: u32, rank: u8, held_by: Vec<u32>) {
        let flow = self.flows[place as usize].as_mut().expect("a flow with waiters");
        let entry = (flow.rank, flow.served, place);
        // Lines may hold the flow under its old rank in any key it was held by before or is now.
        for key in held_by.iter().chain(&flow.held_by) {
            if let Some(line) = &mut book.at(*key).line {
                line.flows.remove(&entry);
            }
        }
        flow.rank = rank;
        for key in &held_by {
            book.at(*key).line.get_or_insert_default().flows.insert((rank, flow.served, place));
        }
        flow.held_by = held_by;
    }

    /// The line of a key is to be looked at no later than then.
    fn wake_at(&mut self, book: &mut Book<K>, key: u32, wake: i64) {
        let line = book.at(key).line.get_or_insert_default();
        if line.wake != i64::MAX && line.wake <= wake && self.timers.contains(&(line.wake, key)) {
            return;
        }
        self.timers.remove(&(line.wake, key));
        line.wake = wake;
        if wake < i64::MAX {
            self.timers.insert((wake, key));
        }
    }

    /// The line of a key is to be looked at by the next poll.
    pub(crate) fn stir(&mut self, book: &mut Book<K>, key: u32) {
        if let Some(line) = book.at(key).line.as_mut().filter(|line| !line.dirty) {
            line.dirty = true;
            self.dirty.push(key);
        }
    }

    /// Stirs what is due by the clock.
    pub(crate) fn stir_due(&mut self, book: &mut Book<K>, now: i64) {
        while let Some((_, key)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.pop_first();
            self.stir(book, key);
        }
    }

    pub(crate) fn next_stirred(&mut self, book: &mut Book<K>) -> Option<u32> {
        let key = self.dirty.pop()?;
        if let Some(line) = &mut book.at(key).line {
            line.dirty = false;
        }
        Some(key)
    }

    /// When to look again.
    pub(crate) fn next(&self) -> Option<i64> {
        let deadline = self.deadlines.first().map(|(at, _)| *at);
        let timer = self.timers.first().map(|(at, _)| *at);
        timer.into_iter().chain(deadline).min()
    }

    /// Looks along the line of a key, and calls `turn` for everyone whose turn it is.
    pub(crate) fn look(
        &mut self,
        book: &mut Book<K>,
        key: u32,
        now: i64,
        turn: &mut impl FnMut(&mut Book<K>, &Waiter, Turn),
    ) {
        let Some(line) = &mut book.at(key).line else { return };
        self.timers.remove(&(line.wake, key));
        (line.wake, line.mask) = (i64::MAX, 0);
        // Now and then everybody is looked at, so that who has aged is seen.
        let all = now >= line.all_at;
        if all {
            line.all_at = now + AGING;
        }
        let all_at = line.all_at;
        let mut after = None;
        loop {
            let Some(line) = &book.at(key).line else { return };
            let entry = match after {
                None => line.flows.first(),
                Some(after) => line.flows.range((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded)).next(),
            };
            let Some(entry) = entry.copied() else { break };
            after = Some(entry);
            let went = self.serve(book, entry.2, now, turn);
            let shut = |line: &Line| line.mask & UNAVOIDABLE != 0;
            if !all && !went && book.at(key).line.as_deref().is_some_and(shut) {
                self.wake_at(book, key, all_at);
                break;
            }
        }
        self.leave_line(book, key);
    }

    /// A line in which nobody stands is no line.
    fn leave_line(&mut self, book: &mut Book<K>, key: u32) {
        if let Some(line) = book.at(key).line.take_if(|line| line.flows.is_empty() && !line.dirty) {
            self.timers.remove(&(line.wake, key));
        }
    }

    /// Lets one waiter of a flow go, if one can. The flow then stands in line again, behind those served less.
    fn serve(
        &mut self,
        book: &mut Book<K>,
        place: u32,
        now: i64,
        turn: &mut impl FnMut(&mut Book<K>, &Waiter, Turn),
    ) -> bool {
        let looked = self.first_who_can(book, place, now);
        for late in looked.too_late {
            let Turn::TooLate { waiter: number, .. } = late else { continue };
            if let Some(waiter) = self.remove(book, number) {
                turn(book, &waiter, late);
            }
        }
        let Some((number, granted, rank)) = looked.goes else {
            if self.flows[place as usize].as_ref().is_some_and(|flow| !flow.is_empty()) {
                self.hold(book, place, looked.held, looked.rank, now);
            }
            return false;
        };
        let waiter = self.waiters.get(number).expect("in a queue").clone();
        let awaited = rank <= Class::Send as u8;
        let flow = self.flows[place as usize].as_mut().expect("it has a waiter");
        if rank < waiter.class as u8 {
            flow.aged_at = now;
        }
        // Take it out of all lines, charge it, and let it stand where it stood.
        let held_by = flow.held_by.clone();
        self.stand(book, place, rank, Vec::new());
        let flow = self.flows[place as usize].as_mut().expect("it has a waiter");
        self.served = self.served.max(flow.served);
        flow.served += weight(&waiter.cost, granted);
        self.stand(book, place, rank, held_by);
        self.remove(book, number);
        self.rerank(book, place, now);
        turn(book, &waiter, Turn::Go { waiter: number, granted, awaited });
        true
    }

    /// Lets a flow stand with the rank of who is first in it now.
    fn rerank(&mut self, book: &mut Book<K>, place: u32, now: i64) {
        let Some(flow) = self.flows[place as usize].as_ref() else { return };
        let first = in_order(flow, &self.waiters, now).next();
        if let Some((rank, _)) = first {
            let held_by = flow.held_by.clone();
            self.stand(book, place, rank, held_by);
        }
    }

    fn hold(&mut self, book: &mut Book<K>, place: u32, held: Vec<(u32, u64, i64)>, rank: u8, now: i64) {
        let keys: Vec<u32> = held.iter().map(|(key, ..)| *key).collect();
        let flow = self.flows[place as usize].as_mut().expect("it waits");
        flow.mask = 0;
        self.stand(book, place, rank, keys);
        for (key, bit, wake) in held {
            let level = book.at(key).level;
            let flow = self.flows[place as usize].as_mut().expect("it waits");
            flow.mask |= bit_at(level, bit);
            self.wake_at(book, key, wake.max(now + 1));
            book.at(key).line.get_or_insert_default().mask |= bit;
        }
    }

    /// The first waiter of a flow that can go; or what holds each back.
    fn first_who_can(&self, book: &mut Book<K>, place: u32, now: i64) -> Looked {
        let flow = self.flows[place as usize].as_ref().expect("it stands in a line");
        let mut looked = Looked { goes: None, too_late: Vec::new(), held: Vec::new(), rank: u8::MAX };
        let mut mask = 0;
        for (_, class) in in_order(flow, &self.waiters, now) {
            for number in flow.queues[class].iter().take(DEPTH) {
                let Some(waiter) = self.waiters.get(*number) else { continue };
                let rank = rank(waiter.class, waiter.since, flow.aged_at, now);
                looked.rank = looked.rank.min(rank);
                if waiter.needs & mask != 0 {
                    continue;
                }
                let wish = Wish { awaited: rank <= Class::Send as u8, cost: waiter.cost, want: waiter.want };
                match book.room(now, &waiter.keys, wish) {
                    Ok(granted) => {
                        looked.goes = Some((*number, granted, rank));
                        return looked;
                    }
                    Err((key, block)) => {
                        let level = book.at(key).level;
                        if let Some(until) = block.until.filter(|until| *until > waiter.deadline) {
                            looked.too_late.push(Turn::TooLate {
                                waiter: *number,
                                until,
                                level,
                                because: block.because,
                            });
                            continue;
                        }
                        mask |= bit_at(level, block.bit);
                        let older = waiter.since.max(flow.aged_at);
                        let aged = older + ((now - older) / AGING + 1) * AGING;
                        let aged = if rank > 0 { aged } else { i64::MAX };
                        looked.held_by(key, block.bit, block.until.unwrap_or(i64::MAX).min(aged));
                    }
                }
            }
        }
        looked
    }

    /// Takes a waiter out of its queue, and its flow out of all lines if it was the last.
    pub(crate) fn remove(&mut self, book: &mut Book<K>, number: u64) -> Option<Waiter> {
        let waiter = self.waiters.take(number)?;
        self.deadlines.remove(&(waiter.deadline, number));
        for key in waiter.keys.into_iter().filter(|key| *key != NONE) {
            book.at(key).refs -= 1;
        }
        let flow = self.flows[waiter.flow as usize].as_mut().expect("a waiter's flow");
        let queue = &mut flow.queues[waiter.class as usize];
        let at = queue.iter().position(|one| *one == number);
        at.map(|at| queue.remove(at));
        if flow.is_empty() {
            self.stand(book, waiter.flow, 0, Vec::new());
            let flow = self.flows[waiter.flow as usize].take().expect("a waiter's flow");
            self.places.remove(&flow.name);
            self.free.push(waiter.flow);
        }
        Some(waiter)
    }

    /// Waiters per class of a flow in a line.
    pub(crate) fn waiting(&self, place: u32) -> [u32; Class::COUNT] {
        let flow = self.flows[place as usize].as_ref();
        flow.map_or([0; Class::COUNT], |flow| std::array::from_fn(|class| flow.queues[class].len() as u32))
    }

    /// The keys that hold up a waiter's flow.
    pub(crate) fn held_by(&self, number: u64) -> Vec<u32> {
        let flow = self.waiters.get(number).and_then(|waiter| self.flows[waiter.flow as usize].as_ref());
        flow.map_or_else(Vec::new, |flow| flow.held_by.clone())
    }
}

/// What a look at a flow found.
struct Looked {
    goes: Option<(u64, u32, u8)>,
    too_late: Vec<Turn>,
    held: Vec<(u32, u64, i64)>,
    rank: u8,
}

impl Looked {
    fn held_by(&mut self, key: u32, bit: u64, wake: i64) {
        match self.held.iter_mut().find(|(held, ..)| *held == key) {
            Some(held) => (held.1, held.2) = (held.1 | bit, held.2.min(wake)),
            None => self.held.push((key, bit, wake)),
        }
    }
}

/// The classes of a flow that have waiters, as (rank of the first, class), the first to go first.
fn in_order<K>(flow: &Flow<K>, waiters: &Slots<Waiter>, now: i64) -> impl Iterator<Item = (u8, usize)> {
    let mut order: [(u8, usize); Class::COUNT] = std::array::from_fn(|class| {
        let first = flow.queues[class].front().and_then(|number| waiters.get(*number));
        (first.map_or(u8::MAX, |first| rank(first.class, first.since, flow.aged_at, now)), class)
    });
    // Of equal rank the one that has aged into it goes first.
    order.sort_unstable_by_key(|(rank, class)| (*rank, std::cmp::Reverse(*class)));
    order.into_iter().filter(|(rank, _)| *rank != u8::MAX)
}

/// How much service a grant is: units where there are units, calls otherwise.
fn weight(cost: &Cost, granted: u32) -> u64 {
    u64::from(cost.units.max(1)) * u64::from(granted)
}
