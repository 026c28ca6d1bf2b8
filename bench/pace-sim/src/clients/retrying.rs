//! Pools of workers that send without counting and sleep when they are refused: what programs on the official client
//! libraries do. With a server that never refuses them, they are the omniscient client.

use std::collections::VecDeque;

use rand::RngExt;

use crate::server::Refusal;
use crate::simulation::{Client, Desk};
use crate::time::{Millis, SECOND};
use crate::work::{Job, Kind};

/// How long a worker sleeps after a refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// 1, 2, 4 ... 64 seconds, and again 64 until it succeeds.
    Fixed,
    /// google-api-python-client with `num_retries=5`: a random part of 2, 4 ... 32 seconds; then the call fails. The
    /// loop around it is the one users write: what failed is noted and comes again at the end. A failed read stays
    /// failed.
    GooglePython,
}

impl Rule {
    /// The sleep after the nth refusal of a call in a row, from 1; `None` when it fails for good.
    fn sleep(self, refused: u32, desk: &mut Desk) -> Option<Millis> {
        match self {
            Self::Fixed => Some(SECOND << (refused - 1).min(6)),
            Self::GooglePython if refused > 5 => None,
            Self::GooglePython => {
                let most = (SECOND << refused) as f64;
                Some((desk.chance.random::<f64>() * most).round() as Millis)
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Worker {
    interactive: bool,
    job: Option<Job>,
    refused: u32,
}

/// A pool for the backfill of each mailbox, and one of the same size for those who wait for an answer.
#[derive(Debug)]
pub struct Retrying {
    rule: Rule,
    mailboxes: u16,
    pool: u32,
    /// Of the interactive pool first, then of each mailbox.
    workers: Vec<Worker>,
    queue: VecDeque<Job>,
}

impl Retrying {
    /// Pools of so many workers.
    pub fn new(rule: Rule, pool: u32, mailboxes: u16) -> Self {
        let worker = |interactive| Worker { interactive, job: None, refused: 0 };
        let mut workers = vec![worker(true); pool as usize];
        workers.resize((pool * (u32::from(mailboxes) + 1)) as usize, worker(false));
        Self { rule, mailboxes, pool, workers, queue: VecDeque::new() }
    }

    /// One who knows when each call can pass: as many workers as the provider has places for a mailbox.
    pub fn omniscient(places: u32, mailboxes: u16) -> Self {
        Self::new(Rule::Fixed, places, mailboxes)
    }

    /// The workers of one mailbox's backfill.
    fn pool_of(&self, mailbox: u16) -> std::ops::Range<u32> {
        let first = self.pool * (u32::from(mailbox) + 1);
        first..first + self.pool
    }

    /// Gives everyone idle something to do.
    fn fill(&mut self, desk: &mut Desk, workers: std::ops::Range<u32>, mailbox: u16) {
        for tag in workers {
            let worker = &mut self.workers[tag as usize];
            if worker.job.is_some() {
                continue;
            }
            let job = if worker.interactive { self.queue.pop_front() } else { desk.work.take(mailbox, desk.now) };
            let Some(job) = job else { return };
            (worker.job, worker.refused) = (Some(job), 0);
            desk.send(job, tag);
        }
    }

    fn go_on(&mut self, desk: &mut Desk, job: Job, tag: u32) {
        self.workers[tag as usize].job = None;
        match job.kind {
            Kind::Read => self.fill(desk, 0..self.pool, job.mailbox),
            // A new page has something for everyone.
            Kind::List => self.fill(desk, self.pool_of(job.mailbox), job.mailbox),
            Kind::Get => self.fill(desk, tag..tag + 1, job.mailbox),
        }
    }
}

impl Client for Retrying {
    fn begin(&mut self, desk: &mut Desk) {
        for mailbox in 0..self.mailboxes {
            self.fill(desk, self.pool_of(mailbox), mailbox);
        }
    }

    fn offered(&mut self, desk: &mut Desk, job: Job) {
        self.queue.push_back(job);
        self.fill(desk, 0..self.pool, job.mailbox);
    }

    fn answered(&mut self, desk: &mut Desk, job: Job, tag: u32, answer: Result<(), Refusal>) {
        if answer.is_ok() {
            return self.go_on(desk, job, tag);
        }
        let worker = &mut self.workers[tag as usize];
        worker.refused += 1;
        if let Some(sleep) = self.rule.sleep(worker.refused, desk) {
            desk.wake(desk.now + sleep, tag);
            return;
        }
        if job.kind == Kind::Read {
            desk.failed(job)
        } else {
            desk.work.put_back(job)
        }
        self.go_on(desk, job, tag);
    }

    fn woken(&mut self, desk: &mut Desk, tag: u32) {
        if let Some(job) = self.workers[tag as usize].job {
            desk.send(job, tag);
        }
    }
}
