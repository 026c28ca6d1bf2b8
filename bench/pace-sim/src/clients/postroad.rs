//! Postroad: the pacer, driven as the gate drives it.
//!
//! The backfill of a mailbox has a few batches under way. Each asks for leave for as many messages as it could take, makes
//! as many calls as are granted in one batch, and hands its ticket back when the last of them is answered. Reads ask for one call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use quota::{
    Allowance, Answer, Ask, Class, Concurrency, Cost, Dimension, Keys, Level, Limited, Limits, Moment, Outcome, Pacer,
    Ticket, WaiterId,
};

use crate::server::{Refusal, Whose};
use crate::simulation::{Client, Desk, Setting};
use crate::time::{MINUTE, Millis};
use crate::work::{Job, Kind};

/// Batches of one mailbox's backfill that ask or are under way.
const BATCHES: u32 = 4;
/// As many at least, where messages come one by one.
const SINGLE: u32 = 8;
/// How long a reader waits. One who would have to wait longer is told when to come again.
const PATIENCE: Millis = MINUTE;
/// The tag of wake-ups; calls have the number of their flight.
const POLL: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Key {
    Project,
    InProject(u16),
    Mailbox(u16),
}

/// Calls for which leave was asked together.
#[derive(Debug)]
struct Batch {
    class: Class,
    jobs: VecDeque<Job>,
}

/// Calls under way on one ticket.
#[derive(Debug)]
struct Flight {
    ticket: Ticket,
    class: Class,
    left: u32,
    refused: Vec<Job>,
    refusals: Vec<quota::Refusal>,
}

/// The pacer and those who ask it.
pub struct Postroad {
    pacer: Pacer<Key>,
    limits: Arc<Limits>,
    /// Batches that may still be begun, by mailbox.
    free: Vec<u32>,
    /// Messages in a batch, at most.
    batch: u32,
    waiting: BTreeMap<WaiterId, Batch>,
    flights: Vec<Option<Flight>>,
    landed: Vec<u32>,
    poll_at: Option<Moment>,
}

impl Postroad {
    /// A pacer that knows the published limits and nothing else.
    pub fn new(setting: &Setting) -> Self {
        Self {
            batch: setting.regime.batch,
            pacer: Pacer::new(setting.seed),
            limits: Arc::new(published(setting)),
            free: vec![
                if setting.regime.batch > 1 { BATCHES } else { SINGLE };
                usize::from(setting.workload.mailboxes)
            ],
            waiting: BTreeMap::new(),
            flights: Vec::new(),
            landed: Vec::new(),
            poll_at: None,
        }
    }

    /// Begins batches while there is work for them.
    fn begin_batches(&mut self, desk: &mut Desk, mailbox: u16) {
        while self.free[usize::from(mailbox)] > 0 {
            let jobs = gather(desk, mailbox, self.batch);
            if jobs.is_empty() {
                return;
            }
            self.free[usize::from(mailbox)] -= 1;
            self.ask(desk, Batch { class: Class::Backfill, jobs });
        }
    }

    fn ask(&mut self, desk: &mut Desk, batch: Batch) {
        let first = batch.jobs[0];
        let keys = Keys::none()
            .with(Level::Project, Key::Project)
            .with(Level::ProjectMailbox, Key::InProject(first.mailbox))
            .with(Level::Mailbox, Key::Mailbox(first.mailbox));
        let deadline = match batch.class {
            Class::Interactive => Moment(first.asked + PATIENCE),
            _ => Moment::NEVER,
        };
        let ask = Ask {
            flow: Key::Mailbox(first.mailbox),
            keys,
            limits: &self.limits,
            class: batch.class,
            cost: Cost::units(first.units),
            most: batch.jobs.len() as u32,
            begun: Moment(desk.now),
            deadline,
            patience: Duration::MAX,
        };
        match self.pacer.ask(Moment(desk.now), ask) {
            Answer::Go(ticket) => self.fly(desk, ticket, batch),
            Answer::Wait(waiter, _) => {
                self.waiting.insert(waiter, batch);
            }
            Answer::Refused(_) => self.turn_away(desk, batch),
        }
    }

    /// Makes the calls that were granted; the rest of the batch is work again.
    fn fly(&mut self, desk: &mut Desk, ticket: Ticket, mut batch: Batch) {
        let granted = ticket.granted();
        let going: Vec<Job> = batch.jobs.drain(..granted as usize).collect();
        batch.jobs.into_iter().for_each(|job| desk.work.put_back(job));
        let flight = Flight { ticket, class: batch.class, left: granted, refused: Vec::new(), refusals: Vec::new() };
        let tag = self.landed.pop().unwrap_or_else(|| {
            self.flights.push(None);
            self.flights.len() as u32 - 1
        });
        self.flights[tag as usize] = Some(flight);
        going.into_iter().for_each(|job| desk.send(job, tag));
    }

    fn turn_away(&mut self, desk: &mut Desk, batch: Batch) {
        for job in batch.jobs {
            match job.kind {
                Kind::Read => desk.turned_away(job),
                Kind::List | Kind::Get => desk.work.put_back(job),
            }
        }
    }

    /// Hands in the ticket of a flight whose last call was answered.
    fn land(&mut self, desk: &mut Desk, mailbox: u16, tag: u32) {
        let Some(flight) = self.flights[tag as usize].take() else { return };
        self.landed.push(tag);
        let outcome = Outcome { answered: true, moved: None, refusals: flight.refusals };
        self.pacer.finish(Moment(desk.now), flight.ticket, outcome);
        if flight.class == Class::Backfill {
            flight.refused.into_iter().for_each(|job| desk.work.put_back(job));
            self.free[usize::from(mailbox)] += 1;
        } else {
            for job in flight.refused {
                self.ask(desk, Batch { class: flight.class, jobs: VecDeque::from([job]) });
            }
        }
    }

    fn poll(&mut self, desk: &mut Desk) {
        let polled = self.pacer.poll(Moment(desk.now));
        for (waiter, ticket) in polled.admitted {
            let batch = self.waiting.remove(&waiter).expect("who is admitted was waiting");
            self.fly(desk, ticket, batch);
        }
        for (waiter, _) in polled.refused {
            let batch = self.waiting.remove(&waiter).expect("who is refused was waiting");
            self.turn_away(desk, batch);
        }
        if let Some(next) = polled.next
            && self.poll_at.is_none_or(|at| next < at || at <= Moment(desk.now))
        {
            self.poll_at = Some(next);
            desk.wake(next.0.max(desk.now + 1), POLL);
        }
    }
}

impl Client for Postroad {
    fn begin(&mut self, desk: &mut Desk) {
        for mailbox in 0..self.free.len() {
            self.begin_batches(desk, mailbox as u16);
        }
        self.poll(desk);
    }

    fn offered(&mut self, desk: &mut Desk, job: Job) {
        self.ask(desk, Batch { class: Class::Interactive, jobs: VecDeque::from([job]) });
        self.poll(desk);
    }

    fn answered(&mut self, desk: &mut Desk, job: Job, tag: u32, answer: Result<(), Refusal>) {
        let Some(flight) = &mut self.flights[tag as usize] else { return };
        flight.left -= 1;
        if let Err(refusal) = answer {
            flight.refused.push(job);
            report(&mut flight.refusals, refusal, self.batch > 1);
            // On the wire a batch is one answer: its first refusal is known no sooner and no later than its last.
            if let Refusal::Lockout(until) = refusal {
                self.pacer.close(Moment(desk.now), &Key::Mailbox(job.mailbox), Moment(until), Limited::General);
            }
        }
        if flight.left == 0 {
            self.land(desk, job.mailbox, tag);
            self.begin_batches(desk, job.mailbox);
            self.poll(desk);
        }
    }

    fn woken(&mut self, desk: &mut Desk, _: u32) {
        self.poll(desk);
    }
}

/// The next calls of a backfill that can go in one batch: one page, or messages.
fn gather(desk: &mut Desk, mailbox: u16, most: u32) -> VecDeque<Job> {
    let mut jobs = VecDeque::new();
    while jobs.len() < most as usize
        && let Some(job) = desk.work.take(mailbox, desk.now)
    {
        match job.kind {
            Kind::List if jobs.is_empty() => return VecDeque::from([job]),
            Kind::List => {
                desk.work.put_back(job);
                break;
            }
            Kind::Get | Kind::Read => jobs.push_back(job),
        }
    }
    jobs
}

/// What providers publish for these keys; the concurrency is what their mailboxes are begun with.
fn published(setting: &Setting) -> Limits {
    let user = setting.regime.user_limit;
    let (start, most) = setting.regime.tried;
    let project = setting.workload.project.map_or(1_200_000, |users| users * user);
    let units = |level, amount: u32| Allowance {
        level,
        dimension: Dimension::Units,
        amount: u64::from(amount),
        per: Duration::from_millis(setting.regime.window.unsigned_abs()),
    };
    Limits {
        allowances: vec![units(Level::Project, project), units(Level::ProjectMailbox, user)],
        concurrency: Some(Concurrency { start, most, least: if most > 4 { 2 } else { 1 } }),
    }
}

/// Adds a refusal to a batch's: one entry per distinct refusal, with the latest instant named.
fn report(refusals: &mut Vec<quota::Refusal>, refusal: Refusal, says_what: bool) {
    // Gmail says what ran out; Graph only that something did.
    let units = if says_what { Limited::By(Dimension::Units) } else { Limited::General };
    let (level, what, until) = match refusal {
        Refusal::Units(Whose::User, until) => (Level::ProjectMailbox, units, until),
        Refusal::Units(Whose::Project, until) => (Level::Project, units, until),
        Refusal::Concurrency => (Level::Mailbox, Limited::Concurrency, None),
        Refusal::Lockout(until) => (Level::Mailbox, Limited::General, Some(until)),
    };
    let until = until.map(Moment);
    match refusals.iter_mut().find(|one| (one.level, one.what) == (level, what)) {
        Some(one) => {
            one.calls += 1;
            one.until = one.until.max(until);
        }
        None => refusals.push(quota::Refusal { level, what, until, calls: 1 }),
    }
}
