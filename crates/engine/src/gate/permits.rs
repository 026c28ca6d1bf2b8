//! Permits: how many calls are under way for one mailbox, and who is next.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use model::GrantId;
use tokio::sync::oneshot;

use super::Class;
use crate::lock::lock;

/// The permits of all mailboxes. A mailbox has an entry only while calls are under way or waiting.
#[derive(Clone)]
pub(super) struct Permits {
    lines: Arc<Mutex<HashMap<GrantId, Line>>>,
    limit: usize,
}

#[derive(Default)]
struct Line {
    out: usize,
    waiting: [VecDeque<oneshot::Sender<Permit>>; Class::COUNT],
}

/// Leave to make one provider call now; given back when dropped.
pub(super) struct Permit {
    /// `None` once it has been given back.
    home: Option<Permits>,
    grant: GrantId,
}

/// A permit now, or a place in line.
pub(super) enum Place {
    Now(Permit),
    InLine(oneshot::Receiver<Permit>),
}

impl Permits {
    pub(super) fn new(limit: usize) -> Self {
        Self { lines: Arc::default(), limit }
    }

    /// Asks for a permit. A place in line is given up by dropping it.
    pub(super) fn ask(&self, grant: GrantId, class: Class) -> Place {
        let mut lines = lock(&self.lines);
        let line = lines.entry(grant).or_default();
        if line.out < self.limit {
            line.out += 1;
            return Place::Now(self.permit(grant));
        }
        let (sender, receiver) = oneshot::channel();
        line.waiting[class as usize].push_back(sender);
        Place::InLine(receiver)
    }

    fn permit(&self, grant: GrantId) -> Permit {
        Permit { home: Some(self.clone()), grant }
    }

    /// Hands a returned permit to the first waiter of the highest class.
    fn take_back(&self, grant: GrantId) {
        let mut lines = lock(&self.lines);
        let Some(line) = lines.get_mut(&grant) else { return };
        while let Some(next) = line.waiting.iter_mut().find_map(VecDeque::pop_front) {
            match next.send(self.permit(grant)) {
                Ok(()) => return,
                // Whoever stood there has given up. The permit must not come back by its drop: the lock is held here.
                Err(mut refused) => refused.home = None,
            }
        }
        line.out -= 1;
        if line.out == 0 {
            lines.remove(&grant);
        }
    }

    #[cfg(test)]
    pub(super) fn mailboxes(&self) -> usize {
        lock(&self.lines).len()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            home.take_back(self.grant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> GrantId {
        GrantId(uuid::Uuid::nil())
    }

    fn now(place: Place) -> Permit {
        match place {
            Place::Now(permit) => permit,
            Place::InLine(_) => panic!("expected a permit at once"),
        }
    }

    fn in_line(place: Place) -> oneshot::Receiver<Permit> {
        match place {
            Place::InLine(receiver) => receiver,
            Place::Now(_) => panic!("expected to wait"),
        }
    }

    #[test]
    fn the_highest_class_goes_first_whenever_it_came() {
        let permits = Permits::new(1);
        let held = now(permits.ask(grant(), Class::Live));
        let mut backfill = in_line(permits.ask(grant(), Class::Backfill));
        let mut live = in_line(permits.ask(grant(), Class::Live));
        let mut interactive = in_line(permits.ask(grant(), Class::Interactive));
        drop(held);
        let first = interactive.try_recv().expect("interactive first");
        assert!(live.try_recv().is_err() && backfill.try_recv().is_err());
        drop(first);
        drop(live.try_recv().expect("then live"));
        drop(backfill.try_recv().expect("then backfill"));
        assert_eq!(permits.mailboxes(), 0);
    }

    #[test]
    fn who_gives_up_is_passed_over() {
        let permits = Permits::new(1);
        let held = now(permits.ask(grant(), Class::Live));
        drop(in_line(permits.ask(grant(), Class::Interactive)));
        let mut patient = in_line(permits.ask(grant(), Class::Backfill));
        drop(held);
        drop(patient.try_recv().expect("the patient one"));
        assert_eq!(permits.mailboxes(), 0);
    }

    #[test]
    fn a_permit_handed_to_someone_who_just_left_comes_back() {
        let permits = Permits::new(1);
        let held = now(permits.ask(grant(), Class::Live));
        let leaving = in_line(permits.ask(grant(), Class::Live));
        drop(held);
        drop(leaving);
        drop(now(permits.ask(grant(), Class::Live)));
        assert_eq!(permits.mailboxes(), 0);
    }

    #[test]
    fn no_more_than_the_limit_are_out() {
        let permits = Permits::new(2);
        let _a = now(permits.ask(grant(), Class::Backfill));
        let _b = now(permits.ask(grant(), Class::Backfill));
        in_line(permits.ask(grant(), Class::Interactive));
    }
}
