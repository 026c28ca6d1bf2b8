//! Who of a flow could go now, and who stands before it.

use std::hash::Hash;

use super::{Scheduler, Turn};
use crate::key::Wish;
use crate::keys::{Book, NONE, Named, bit_at, bits_of};
use crate::line::{Flow, Held, Waiter, ages_at, rank};
use crate::slots::Slots;
use crate::{Because, Class, Cost, Level};

/// Waiters of a queue that are looked at beyond one that cannot go.
const DEPTH: usize = 32;

impl<K: Eq + Hash + Clone> Scheduler<K> {
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

    /// The first waiter of a flow that can go; or what holds each back.
    pub(super) fn first_who_can(&self, book: &mut Book<K>, place: u32, now: i64) -> Looked {
        let flow = self.flows[place as usize].as_ref().expect("it stands in a line");
        let mut looked = Looked::default();
        let mut mask = 0;
        let mut aging = i64::MAX;
        for (_, class) in in_order(flow, &self.waiters, now) {
            let first = flow.queues[class].front().and_then(|number| self.waiters.get(*number));
            aging = first.map_or(aging, |first| aging.min(ages_at(first, flow.aged_at, now)));
            for number in flow.queues[class].iter().take(DEPTH) {
                let Some(waiter) = self.waiters.get(*number) else { continue };
                let rank = rank(waiter.class, waiter.since, flow.aged_at, now);
                if waiter.needs & mask != 0 {
                    looked.tell_if_shut(*number, waiter, now);
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
                        if let Some(until) = block.until.filter(|until| waiter.gives_up(now, *until, block.because)) {
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
                        if block.because == Because::Throttled {
                            looked.shut.push((bit_at(level, block.bit), wake, level));
                        }
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
    pub(super) fn behind_others(&self, book: &Book<K>, place: u32, waiter: &Waiter, rank: u8) -> Option<u32> {
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
}

/// What a look at a flow found.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) goes: Option<(u64, u32, u8)>,
    pub(super) too_late: Vec<Turn>,
    pub(super) held: Vec<Held>,
    /// Throttles in the way, as (bit among those of all levels, until, level).
    shut: Vec<(u64, i64, Level)>,
}

impl Looked {
    /// A waiter stands behind others; one whom a throttle keeps too long need not.
    fn tell_if_shut(&mut self, number: u64, waiter: &Waiter, now: i64) {
        let because = Because::Throttled;
        let concerns = |(bit, until, _): &&(u64, i64, Level)| {
            waiter.needs & bit != 0 && *until < i64::MAX && waiter.gives_up(now, *until, because)
        };
        if let Some((_, until, level)) = self.shut.iter().find(concerns).copied() {
            self.too_late.push(Turn::TooLate { waiter: number, until, level, because });
        }
    }

    fn hold(&mut self, held: Held) {
        match self.held.iter_mut().find(|one| one.key == held.key) {
            Some(one) => one.and(held),
            None => self.held.push(held),
        }
    }
}

/// The classes of a flow that have waiters, as (rank of the first, class), the first to go first.
pub(super) fn in_order<K>(flow: &Flow<K>, waiters: &Slots<Waiter>, now: i64) -> impl Iterator<Item = (u8, usize)> {
    let mut order: [(u8, usize); Class::COUNT] = std::array::from_fn(|class| {
        let first = flow.queues[class].front().and_then(|number| waiters.get(*number));
        (first.map_or(u8::MAX, |first| rank(first.class, first.since, flow.aged_at, now)), class)
    });
    // Of equal rank the one that has aged into it goes first.
    order.sort_unstable_by_key(|(rank, class)| (*rank, std::cmp::Reverse(*class)));
    order.into_iter().filter(|(rank, _)| *rank != u8::MAX)
}

/// How much service a grant is: units where there are units, calls otherwise.
pub(super) fn weight(cost: &Cost, granted: u32) -> u64 {
    u64::from(cost.units.max(1)) * u64::from(granted)
}
