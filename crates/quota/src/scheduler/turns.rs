//! Looking along a line, and letting go whose turn it is.

use std::hash::Hash;

use super::choice::{in_order, weight};
use super::{Scheduler, Turn};
use crate::key::{BIT_CLOSED, BIT_CONCURRENCY};
use crate::keys::{Book, bit_at};
use crate::line::{AGING, Held, Waiter};
use crate::{Class, Dimension};

/// What everybody needs: a key that lacks it lets nobody pass.
const UNAVOIDABLE: u64 =
    (1 << Dimension::Units as u64) | (1 << Dimension::Requests as u64) | BIT_CONCURRENCY | BIT_CLOSED;

impl<K: Eq + Hash + Clone> Scheduler<K> {
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
        let mut after = None;
        self.looking = Some(key);
        while let Some(line) = &book.at(key).line {
            let entry = match after {
                None => line.flows.first(),
                Some(after) => line.flows.range((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded)).next(),
            };
            let Some(entry) = entry.copied() else { break };
            after = Some(entry);
            let went = self.serve(book, entry.2, now, turn);
            if !all && !went && self.is_shut(book, key, entry) {
                break;
            }
        }
        self.looking = None;
        if let Some(again) = book.at(key).line.as_mut().map(|line| line.again_by(now)) {
            self.wake_at(book, key, again);
        }
        self.leave_line(book, key);
    }

    /// Whether a flow that was looked at shows that nobody behind it can go: it still stands where it stood, and lacks what
    /// everybody needs.
    pub(super) fn is_shut(&self, book: &mut Book<K>, key: u32, entry: (u8, u64, u32)) -> bool {
        let stands = book.at(key).line.as_ref().is_some_and(|line| line.flows.contains(&entry));
        let flow = self.flows[entry.2 as usize].as_ref();
        let held = flow.and_then(|flow| flow.held_by.iter().find(|held| held.key == key));
        stands && held.is_some_and(|held| held.lacks & UNAVOIDABLE != 0)
    }

    /// Lets one waiter of a flow go, if one can. The flow then stands in line again, behind those served less.
    pub(super) fn serve(
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
    pub(super) fn charge(&mut self, book: &mut Book<K>, place: u32, weight: u64, mut held_by: Vec<Held>, now: i64) {
        let Some(flow) = self.flows[place as usize].as_mut() else { return };
        flow.served += weight;
        // It is looked at again in this line, with the rank of who is first in it now; that settles the other lines too.
        let first = in_order(flow, &self.waiters, now).next();
        if let (Some((rank, _)), Some(here)) = (first, held_by.iter_mut().find(|held| Some(held.key) == self.looking)) {
            here.rank = rank.max(here.rank);
        }
        self.stand(book, place, held_by);
    }

    pub(super) fn hold(&mut self, book: &mut Book<K>, place: u32, held_by: Vec<Held>, now: i64) {
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
}
