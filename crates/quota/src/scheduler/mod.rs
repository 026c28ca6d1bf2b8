//! Whose turn it is.
//!
//! Within a flow the order is strict: a higher class goes first, within a class whoever came first; but whoever does not
//! need what is lacking passes by (reading goes on while sending is closed). Among flows under one key the higher
//! class goes first, then the flow that has been served least. Every flow that waits stands in the line of each key that holds
//! it up, of its own keys before those it shares: a throttled mailbox holds up no other. A line is looked at when a call
//! under its key ends or when its time has come, and only as far as it moves; where one holds up others, every second.

mod choice;
mod lines;
mod turns;

use std::collections::BTreeSet;
use std::hash::Hash;

use crate::key::{BIT_CLOSED, BIT_CONCURRENCY, BIT_SENDING_CLOSED, BITS};
use crate::keys::{Book, ByName, NONE, Named, bit_at};
use crate::line::{Flow, Held, Waiter, ages_at};
use crate::slots::Slots;
use crate::{Because, Class, Cost, Dimension, Level};

/// A waiter's turn has come, or will not come in time.
pub(crate) enum Turn {
    Go { waiter: u64, granted: u32, awaited: bool },
    TooLate { waiter: u64, until: i64, level: Level, because: Because },
}

pub(crate) struct Scheduler<K> {
    pub(crate) waiters: Slots<Waiter>,
    flows: Vec<Option<Flow<K>>>,
    places: ByName<K>,
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
        own |= BIT_SENDING_CLOSED;
    }
    let levels = named.iter().enumerate().filter(|(_, place)| **place != NONE);
    levels.fold(0, |bits, (level, _)| bits | own << (level * BITS))
}

impl<K: Eq + Hash + Clone> Scheduler<K> {
    pub(crate) fn new() -> Self {
        Self {
            waiters: Slots::default(),
            flows: Vec::new(),
            places: ByName::default(),
            free: Vec::new(),
            timers: BTreeSet::new(),
            dirty: Vec::new(),
            looking: None,
            deadlines: BTreeSet::new(),
            served: 0,
        }
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
        let queue = &mut flow.queues[class as usize];
        let older = |number: &u64| self.waiters.get(*number).is_none_or(|other| other.begun <= waiter.begun);
        let before = queue.iter().rev().take_while(|number| !older(number)).count();
        let number = self.waiters.put(waiter);
        queue.insert(queue.len() - before, number);
        flow.mask |= bit_at(book.at(held.key).level, held.all_lack);
        let mut held_by = flow.held_by.clone();
        match held_by.iter_mut().find(|one| one.key == held.key) {
            Some(one) => one.and(held),
            None => held_by.push(held),
        }
        if deadline < i64::MAX {
            self.deadlines.insert((deadline, number));
        }
        let keys: Vec<u32> = held_by.iter().filter(|_| before > 0).map(|held| held.key).collect();
        self.stand(book, place, held_by);
        // Before others it may need less than they do.
        keys.into_iter().for_each(|key| self.stir(book, key));
        let line = book.at(held.key).line.get_or_insert_default();
        line.mask |= held.all_lack;
        let wake = held.wake.min(line.again_by(now));
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
