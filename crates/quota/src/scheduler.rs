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
use crate::line::{AGING, Flow, Held, Waiter, ages_at, rank};
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
    /// The key whose line is being looked along.
    looking: Option<u32>,
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
            looking: None,
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
            return own.held_by.first().map(|held| held.key);
        }
        let mine = own.map_or(self.served, |own| own.served);
        let shared = named.iter().copied().filter(|place| *place != NONE);
        let mut lines = shared.filter_map(|place| Some((place, book.get(place)?)));
        let ahead = lines.find(|(place, key)| {
            key.line.as_ref().is_some_and(|line| {
                let others =
                    line.flows.first().is_some_and(|(rank, served, _)| (*rank, *served) <= (class as u8, mine));
                let not_own_alone =
                    own.is_none_or(|own| line.flows.len() > 1 || own.held_by.iter().all(|held| held.key != *place));
                others && not_own_alone && line.mask & bits_of(key.level, needs) != 0
            })
        });
        ahead.map(|(place, _)| place)
    }

    /// Puts a waiter in line behind the key that holds it up.
    pub(crate) fn enqueue(&mut self, book: &mut Book<K>, name: K, mut waiter: Waiter, mut held: Held) -> u64 {
        let (class, deadline, now) = (waiter.class, waiter.deadline, waiter.since);
        let place = self.flow(name, now);
        waiter.flow = place;
        for key in waiter.keys.into_iter().filter(|key| *key != NONE) {
            book.at(key).refs += 1;
        }
        let flow = self.flows[place as usize].as_mut().expect("just found");
        held.wake = held.wake.min(ages_at(&waiter, flow.aged_at, now));
        let number = self.waiters.put(waiter);
        flow.queues[class as usize].push_back(number);
        flow.mask |= bit_at(book.at(held.key).level, held.all_lack);
        let mut held_by = flow.held_by.clone();
        match held_by.iter_mut().find(|one| one.key == held.key) {
            Some(one) => one.and(held),
            None => held_by.push(held),
        }
        if deadline < i64::MAX {
            self.deadlines.insert((deadline, number));
        }
        self.stand(book, place, held_by);
        let line = book.at(held.key).line.get_or_insert_default();
        line.mask |= held.all_lack;
        let wake = held.wake.min(line.all_by(now));
        self.wake_at(book, held.key, wake);
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
    fn stand(&mut self, book: &mut Book<K>, place: u32, held_by: Vec<Held>) {
        let flow = self.flows[place as usize].as_mut().expect("a flow with waiters");
        let served = flow.served;
        let before = std::mem::replace(&mut flow.held_by, held_by.clone());
        let first = |book: &mut Book<K>, key: u32| {
            book.at(key).line.as_ref().and_then(|line| line.flows.first().map(|one| one.2))
        };
        let mut firsts: Vec<(u32, Option<u32>)> = Vec::with_capacity(before.len() + held_by.len());
        for held in before.iter().chain(&held_by) {
            if firsts.iter().all(|(key, _)| *key != held.key) {
                firsts.push((held.key, first(book, held.key)));
            }
        }
        for held in before {
            if let Some(line) = &mut book.at(held.key).line {
                line.flows.remove(&(held.rank, served, place));
            }
        }
        for held in held_by {
            book.at(held.key).line.get_or_insert_default().flows.insert((held.rank, served, place));
        }
        for (key, before) in firsts.into_iter().filter(|(_, before)| before.is_some()) {
            // Whoever is first now was not looked at while another stood before it.
            let now = first(book, key);
            if now.is_some() && now != before && self.looking != Some(key) {
                self.stir(book, key);
            }
        }
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

    #[cfg(test)]
    pub(crate) fn stir_lines(&mut self, book: &mut Book<K>) {
        let held: BTreeSet<u32> =
            self.flows.iter().flatten().flat_map(|flow| flow.held_by.iter().map(|held| held.key)).collect();
        held.into_iter().for_each(|key| self.stir(book, key));
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
        let all = now >= line.all_by(now);
        if all {
            line.all_at = Some(now + AGING);
        }
        let all_at = line.all_by(now);
        let mut after = None;
        self.looking = Some(key);
        loop {
            let Some(line) = &book.at(key).line else { break };
            let entry = match after {
                None => line.flows.first(),
                Some(after) => line.flows.range((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded)).next(),
            };
            let Some(entry) = entry.copied() else { break };
            after = Some(entry);
            let went = self.serve(book, entry.2, now, turn);
            if !all && !went && self.is_shut(book, key, entry) {
                self.wake_at(book, key, all_at);
                break;
            }
        }
        self.looking = None;
        self.leave_line(book, key);
    }

    /// Whether a flow that was looked at shows that nobody behind it can go: it still stands where it stood, and lacks what
    /// everybody needs.
    fn is_shut(&self, book: &mut Book<K>, key: u32, entry: (u8, u64, u32)) -> bool {
        let stands = book.at(key).line.as_ref().is_some_and(|line| line.flows.contains(&entry));
        let flow = self.flows[entry.2 as usize].as_ref();
        let held = flow.and_then(|flow| flow.held_by.iter().find(|held| held.key == key));
        stands && held.is_some_and(|held| held.lacks & UNAVOIDABLE != 0)
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
        if !looked.too_late.is_empty() {
            for late in looked.too_late {
                let Turn::TooLate { waiter: number, .. } = late else { continue };
                if let Some(waiter) = self.remove(book, number) {
                    turn(book, &waiter, late);
                }
            }
            let left = self.flows[place as usize].is_some();
            return left && self.serve(book, place, now, turn);
        }
        let Some((number, granted, rank)) = looked.goes else {
            self.hold(book, place, looked.held, now);
            return false;
        };
        let waiter = self.waiters.get(number).expect("in a queue").clone();
        let awaited = rank <= Class::Send as u8;
        let flow = self.flows[place as usize].as_mut().expect("it has a waiter");
        if rank < waiter.class as u8 {
            flow.aged_at = now;
        }
        let held_by = flow.held_by.clone();
        self.served = self.served.max(flow.served);
        self.stand(book, place, Vec::new());
        self.remove(book, number);
        self.charge(book, place, weight(&waiter.cost, granted), held_by, now);
        turn(book, &waiter, Turn::Go { waiter: number, granted, awaited });
        true
    }

    /// Lets a flow stand where it stood, behind those who have been served less.
    fn charge(&mut self, book: &mut Book<K>, place: u32, weight: u64, mut held_by: Vec<Held>, now: i64) {
        let Some(flow) = self.flows[place as usize].as_mut() else { return };
        flow.served += weight;
        // It is looked at again in this line, with the rank of who is first in it now; that settles the other lines too.
        let first = in_order(flow, &self.waiters, now).next();
        if let (Some((rank, _)), Some(here)) = (first, held_by.iter_mut().find(|held| Some(held.key) == self.looking)) {
            here.rank = rank.max(here.rank);
        }
        self.stand(book, place, held_by);
    }

    fn hold(&mut self, book: &mut Book<K>, place: u32, held_by: Vec<Held>, now: i64) {
        let mut mask = 0;
        for held in &held_by {
            let key = book.at(held.key);
            mask |= bit_at(key.level, held.all_lack);
            key.line.get_or_insert_default().mask |= held.all_lack;
            self.wake_at(book, held.key, held.wake.max(now + 1));
        }
        self.flows[place as usize].as_mut().expect("it waits").mask = mask;
        self.stand(book, place, held_by);
    }

    /// The first waiter of a flow that can go; or what holds each back.
    fn first_who_can(&self, book: &mut Book<K>, place: u32, now: i64) -> Looked {
        let flow = self.flows[place as usize].as_ref().expect("it stands in a line");
        let mut looked = Looked { goes: None, too_late: Vec::new(), held: Vec::new() };
        let mut mask = 0;
        let mut aging = i64::MAX;
        for (_, class) in in_order(flow, &self.waiters, now) {
            let first = flow.queues[class].front().and_then(|number| self.waiters.get(*number));
            aging = first.map_or(aging, |first| aging.min(ages_at(first, flow.aged_at, now)));
            for number in flow.queues[class].iter().take(DEPTH) {
                let Some(waiter) = self.waiters.get(*number) else { continue };
                let rank = rank(waiter.class, waiter.since, flow.aged_at, now);
                if waiter.needs & mask != 0 {
                    continue;
                }
                let wish = Wish { awaited: rank <= Class::Send as u8, cost: waiter.cost, want: waiter.want };
                match book.room(now, &waiter.keys, wish) {
                    Ok(_) if let Some(key) = self.behind_others(book, place, waiter, rank) => {
                        mask |= waiter.needs;
                        looked.hold(Held { key, rank, lacks: 0, all_lack: 0, wake: i64::MAX });
                    }
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
                        let wake = block.until.unwrap_or(i64::MAX);
                        looked.hold(Held { key, rank, lacks: block.bit, all_lack: block.bit, wake });
                    }
                }
            }
        }
        // Whoever ages may go before those who hold it up now.
        looked.held.iter_mut().for_each(|held| held.wake = held.wake.min(aging));
        looked
    }

    /// The key in whose line another flow stands before this one for what it lacks there. The line being looked along is
    /// no such: whoever stands before it there has been asked.
    fn behind_others(&self, book: &Book<K>, place: u32, waiter: &Waiter, rank: u8) -> Option<u32> {
        let served = self.flows[place as usize].as_ref()?.served;
        waiter.keys.into_iter().filter(|key| *key != NONE && Some(*key) != self.looking).find(|place_of_key| {
            let Some(key) = book.get(*place_of_key) else { return false };
            let first = key.line.as_ref().and_then(|line| line.flows.first());
            let Some(first) = first.filter(|first| first.2 != place && **first < (rank, served, place)) else {
                return false;
            };
            let flow = self.flows[first.2 as usize].as_ref();
            let held = flow.and_then(|flow| flow.held_by.iter().find(|held| held.key == *place_of_key));
            held.is_some_and(|held| held.lacks & bits_of(key.level, waiter.needs) != 0)
        })
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
            self.stand(book, waiter.flow, Vec::new());
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
        flow.map_or_else(Vec::new, |flow| flow.held_by.iter().map(|held| held.key).collect())
    }
}

/// What a look at a flow found.
struct Looked {
    goes: Option<(u64, u32, u8)>,
    too_late: Vec<Turn>,
    held: Vec<Held>,
}

impl Looked {
    fn hold(&mut self, held: Held) {
        match self.held.iter_mut().find(|one| one.key == held.key) {
            Some(one) => one.and(held),
            None => self.held.push(held),
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
