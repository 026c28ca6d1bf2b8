//! Calls under way.

use std::hash::Hash;

use crate::jitter::Jitter;
use crate::key::Wish;
use crate::keys::{Book, NONE, Named};
use crate::slots::Slots;
use crate::throttle::{Stage, Told};
use crate::{Cost, Level, Limited, Refusal, Ticket};

#[derive(Debug)]
struct Flight {
    keys: Named,
    cost: Cost,
    awaited: bool,
    granted: u32,
    admitted: i64,
    /// The throttles it is the probe of, by level.
    probes: [u8; Level::COUNT],
}

/// How a flight ended, in the pacer's time.
pub(crate) struct Ended {
    pub(crate) answered: bool,
    pub(crate) moved: Option<(u64, u64)>,
    pub(crate) refusals: Vec<(Refusal, Option<i64>)>,
}

/// The calls of all tickets.
#[derive(Default)]
pub(crate) struct Flights(Slots<Flight>);

impl Flights {
    pub(crate) fn depart<K: Eq + Hash + Clone>(
        &mut self,
        book: &mut Book<K>,
        now: i64,
        keys: Named,
        wish: Wish,
        granted: u32,
    ) -> Ticket {
        let mut probes = [0; Level::COUNT];
        for (level, key) in keys.iter().enumerate().filter(|(_, key)| **key != NONE) {
            let key = book.at(*key);
            probes[level] = key.depart(now, wish, granted);
            key.refs += 1;
        }
        let Wish { awaited, cost, .. } = wish;
        Ticket { id: self.0.put(Flight { keys, cost, awaited, granted, admitted: now, probes }), granted }
    }

    /// Takes the calls of a ticket in; tells which keys that may have moved.
    pub(crate) fn land<K: Eq + Hash + Clone>(
        &mut self,
        book: &mut Book<K>,
        now: i64,
        ticket: u64,
        ended: &Ended,
        jitter: &mut Jitter,
    ) -> Option<Named> {
        let flight = self.0.take(ticket)?;
        let wish = Wish { awaited: flight.awaited, cost: flight.cost, want: flight.granted };
        let refused = ended.refusals.iter().map(|(refusal, _)| refusal.calls).sum::<u32>().min(flight.granted);
        for key in flight.keys.into_iter().filter(|key| *key != NONE) {
            let key = book.at(key);
            key.refs -= 1;
            let under_way = key.in_flight;
            key.land(now, wish, flight.granted, ended.moved);
            if let (Some(places), Some(terms)) = (&mut key.places, key.limits.concurrency)
                && ended.answered
                && refused == 0
            {
                places.went_well(flight.granted, under_way, terms);
            }
        }
        for (refusal, until) in &ended.refusals {
            flight.heed(book, now, refusal, *until, jitter);
        }
        flight.end_probes(book, now, ended.answered, jitter);
        Some(flight.keys)
    }
}

impl Flight {
    fn heed<K: Eq + Hash + Clone>(
        &self,
        book: &mut Book<K>,
        now: i64,
        refusal: &Refusal,
        until: Option<i64>,
        jitter: &mut Jitter,
    ) {
        let concurrency = refusal.what == Limited::Concurrency;
        let level =
            if concurrency && self.keys[Level::Mailbox as usize] != NONE { Level::Mailbox } else { refusal.level };
        let Some(level) = self.nearest(level) else { return };
        let key = book.at(self.keys[level]);
        key.refusals += u64::from(refusal.calls);
        if let (true, Some(places), Some(terms)) = (concurrency, &mut key.places, key.limits.concurrency) {
            places.refuse(now, self.admitted, terms);
            if until.is_none() {
                // Fewer at once is the whole remedy.
                return;
            }
        }
        let sending = matches!(refusal.what, Limited::By(dimension) if dimension.is_sending());
        let slot = usize::from(sending);
        let probing = key.throttles().any(|(one, throttle)| one == slot && throttle.stage == Stage::Probing);
        let was_probe = probing && self.probes[level] & (1 << slot) != 0;
        let told = Told { what: refusal.what, until, long: false, window: 0, was_probe };
        key.close(now, told, self.admitted, jitter);
    }

    /// The level of a key of ours that a refusal belongs to: its own, or else the most particular we have.
    fn nearest(&self, level: Level) -> Option<usize> {
        let order = [level, Level::Mailbox, Level::ProjectMailbox, Level::Project, Level::Tenant];
        order.into_iter().map(|level| level as usize).find(|level| self.keys[*level] != NONE)
    }

    /// Probes that were not refused have shown that the way is open, if they were answered.
    fn end_probes<K: Eq + Hash + Clone>(&self, book: &mut Book<K>, now: i64, answered: bool, jitter: &mut Jitter) {
        for (key, probes) in self.keys.iter().zip(self.probes).filter(|(key, probes)| **key != NONE && *probes != 0) {
            for (slot, throttle) in
                book.at(*key).learned.iter_mut().flat_map(|all| all.throttles.iter_mut().enumerate())
            {
                let ours = |throttle: &&mut crate::throttle::Throttle| throttle.stage == Stage::Probing;
                if let Some(throttle) = throttle.as_mut().filter(ours).filter(|_| probes & (1 << slot) != 0) {
                    throttle.probed(now, answered, jitter);
                }
            }
        }
    }
}
