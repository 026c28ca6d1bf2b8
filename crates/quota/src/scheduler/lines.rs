//! The lines of the keys: who stands in them, and when each is to be looked at.

use std::hash::Hash;

use super::Scheduler;
use crate::keys::Book;
use crate::line::Held;

impl<K: Eq + Hash + Clone> Scheduler<K> {
    /// Takes a flow out of all lines and puts it into these.
    pub(super) fn stand(&mut self, book: &mut Book<K>, place: u32, held_by: Vec<Held>) {
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
    pub(super) fn wake_at(&mut self, book: &mut Book<K>, key: u32, wake: i64) {
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
        let held: std::collections::BTreeSet<u32> =
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

    /// A line in which nobody stands is no line.
    pub(super) fn leave_line(&mut self, book: &mut Book<K>, key: u32) {
        if let Some(line) = book.at(key).line.take_if(|line| line.flows.is_empty() && !line.dirty) {
            self.timers.remove(&(line.wake, key));
        }
    }
}
