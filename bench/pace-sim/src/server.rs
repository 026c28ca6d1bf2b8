//! The provider: counts what arrives, and refuses as captured refusals show it does.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::enforcement::{Counter, Model};
use crate::lockout::Lockouts;
use crate::regime::Regime;
use crate::time::{Millis, SECOND};
use crate::workload::Workload;

/// Whose units ran out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// The user's, in the project.
    User,
    /// The whole project's.
    Project,
}

/// Why a call was not let through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No units left; a third of these name the end of a window.
    Units(Whose, Option<Millis>),
    /// Too many at once.
    Concurrency,
    /// Stay away from the mailbox until this instant.
    Lockout(Millis),
}

#[derive(Clone, Debug)]
struct Mailbox {
    units: Counter,
    in_flight: u32,
    /// Calls whose answers have left and whose places are given back at these instants.
    held: Vec<Millis>,
    lockouts: Lockouts,
}

/// The provider's side of one run.
#[derive(Clone, Debug)]
pub struct Server {
    mailboxes: Vec<Mailbox>,
    project: Counter,
    regime: Regime,
    /// Calls of one mailbox that may be under way; another client's are not ours.
    places: u32,
    freed_late: Millis,
    charge_refused: bool,
    chance: ChaCha8Rng,
}

impl Server {
    /// A provider that has seen nothing yet.
    pub fn new(workload: &Workload, regime: Regime, model: Model, charge_refused: bool, seed: u64) -> Self {
        // What another client takes is gone whenever we call: who hurries gets none of its share.
        let left = (f64::from(regime.user_limit) * (1.0 - workload.stolen)) as u32;
        let of_users = if model == Model::Hidden && regime.freed_late > 0 { Model::Sliding } else { model };
        let units = Counter::new(of_users, left, regime.window);
        let mailbox = Mailbox { units, in_flight: 0, held: Vec::new(), lockouts: Lockouts::default() };
        let mut mailboxes = vec![mailbox; usize::from(workload.mailboxes)];
        mailboxes[0].lockouts = Lockouts::at(if model == Model::Open { Vec::new() } else { workload.lockouts.clone() });
        let project = match workload.project {
            Some(users) => Counter::new(model, users * regime.user_limit, regime.window),
            None => Counter::new(Model::Open, 0, regime.window),
        };
        let freed_late = if model == Model::Hidden { regime.freed_late } else { 0 };
        // Where there are few places, another client has its share of them, too.
        let few = regime.places < 10 && model != Model::Open;
        let places = if few { (f64::from(regime.places) * (1.0 - workload.stolen)) as u32 } else { regime.places };
        Self { mailboxes, project, regime, places, freed_late, charge_refused, chance: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A call arrives and is counted, or refused.
    pub fn arrive(&mut self, now: Millis, mailbox: u16, units: u32) -> Result<(), Refusal> {
        let one = &mut self.mailboxes[usize::from(mailbox)];
        one.held.retain(|at| *at > now);
        one.in_flight += 1;
        one.lockouts.call(now).map_err(Refusal::Lockout)?;
        if one.in_flight + one.held.len() as u32 > self.places {
            return Err(Refusal::Concurrency);
        }
        let whose = if one.units.fits(now, units).is_err() {
            Whose::User
        } else if self.project.fits(now, units).is_err() {
            Whose::Project
        } else {
            self.charge(now, mailbox, units);
            return Ok(());
        };
        Err(self.refuse(now, mailbox, units, whose))
    }

    fn refuse(&mut self, now: Millis, mailbox: u16, units: u32, whose: Whose) -> Refusal {
        if self.charge_refused {
            self.charge(now, mailbox, units);
        }
        let start = match whose {
            Whose::User => self.mailboxes[usize::from(mailbox)].units.window_start(),
            Whose::Project => self.project.window_start(),
        };
        let named = self.chance.random_range(0..100) < self.regime.named;
        // The start is told in whole seconds.
        let end = start.filter(|_| named).map(|start| self.end_of(start));
        Refusal::Units(whose, end)
    }

    /// Gmail tells the start in whole seconds; Graph how long to wait.
    fn end_of(&self, start: Millis) -> Millis {
        let told = if self.regime.named == 100 { start } else { start - start.rem_euclid(SECOND) };
        told + self.regime.window
    }

    fn charge(&mut self, now: Millis, mailbox: u16, units: u32) {
        self.mailboxes[usize::from(mailbox)].units.charge(now, units);
        self.project.charge(now, units);
    }

    /// A call's answer has left.
    pub fn leave(&mut self, now: Millis, mailbox: u16) {
        let one = &mut self.mailboxes[usize::from(mailbox)];
        one.in_flight -= 1;
        if self.freed_late > 0 {
            one.held.push(now + self.chance.random_range(0..=self.freed_late));
        }
    }

    /// For one who knows everything: lets the call pass, or says when it could.
    pub fn arrive_knowing(&mut self, now: Millis, mailbox: u16, units: u32) -> Result<(), Millis> {
        let one = &mut self.mailboxes[usize::from(mailbox)];
        one.lockouts.look(now)?;
        one.units.fits(now, units)?;
        self.project.fits(now, units)?;
        one.in_flight += 1;
        self.charge(now, mailbox, units);
        Ok(())
    }

    /// Lockouts that came by themselves.
    pub fn lockouts(&self) -> u32 {
        self.mailboxes.iter().map(|one| one.lockouts.armed).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{regime, workload};

    fn server(name: &str, charge_refused: bool) -> Server {
        let workload = workload::named(name, regime::CURRENT).unwrap();
        Server::new(&workload, regime::CURRENT, Model::Sliding, charge_refused, 1)
    }

    fn ask(server: &mut Server, now: Millis, mailbox: u16, units: u32) -> Result<(), Refusal> {
        let answer = server.arrive(now, mailbox, units);
        server.leave(now, mailbox);
        answer
    }

    #[test]
    fn a_third_of_refusals_name_the_end_of_their_window_in_whole_seconds() {
        let mut server = server("backfill", false);
        assert_eq!(ask(&mut server, 1_234, 0, 6_000), Ok(()));
        let refusals: Vec<_> = (0..1_000).map(|_| ask(&mut server, 2_000, 0, 20).unwrap_err()).collect();
        let named = refusals.iter().filter(|one| **one == Refusal::Units(Whose::User, Some(61_000))).count();
        let silent = refusals.iter().filter(|one| **one == Refusal::Units(Whose::User, None)).count();
        assert_eq!(named + silent, 1_000);
        assert!((270..=370).contains(&named), "{named}");
    }

    #[test]
    fn a_refused_call_costs_nothing_unless_it_is_charged() {
        for (charged, later) in [(false, Ok(())), (true, Err(61_000))] {
            let mut server = server("backfill", charged);
            ask(&mut server, 0, 0, 6_000).unwrap();
            ask(&mut server, 1_000, 0, 6_000).unwrap_err();
            assert_eq!(server.arrive_knowing(60_000, 0, 20), later);
        }
    }

    #[test]
    fn the_project_binds_when_its_users_together_are_too_many() {
        let mut server = server("fifty", false);
        assert!((0..20).all(|mailbox| ask(&mut server, 0, mailbox, 6_000).is_ok()));
        assert!(matches!(ask(&mut server, 1, 20, 5), Err(Refusal::Units(Whose::Project, _))));
        assert!(matches!(ask(&mut server, 1, 0, 5), Err(Refusal::Units(Whose::User, _))));
    }

    #[test]
    fn more_than_48_at_once_are_too_many() {
        let mut server = server("backfill", false);
        assert!((0..48).all(|_| server.arrive(0, 0, 5).is_ok()));
        assert_eq!(server.arrive(0, 0, 5), Err(Refusal::Concurrency));
    }
}
