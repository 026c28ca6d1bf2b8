//! The run: events in the order of their instants.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::enforcement::Model;
use crate::regime::Regime;
use crate::server::{Refusal, Server};
use crate::tally::Tally;
use crate::time::{MINUTE, Millis};
use crate::wire::{Trip, Wire};
use crate::work::{Job, Kind, Work};
use crate::workload::{Reads, Workload};

/// A program that does the work.
pub trait Client {
    /// The backfill may begin.
    fn begin(&mut self, desk: &mut Desk);
    /// Somebody asks for a message and waits.
    fn offered(&mut self, desk: &mut Desk, job: Job);
    /// A call's answer is back. `tag` is the one it was sent with.
    fn answered(&mut self, desk: &mut Desk, job: Job, tag: u32, answer: Result<(), Refusal>);
    /// The instant has come that was asked for with `Desk::wake`.
    fn woken(&mut self, desk: &mut Desk, tag: u32);
}

/// What a run is made of.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What is to be done.
    pub workload: Workload,
    /// Prices and limits.
    pub regime: Regime,
    /// How limits are enforced.
    pub model: Model,
    /// Seeds latencies, arrivals and refusals.
    pub seed: u64,
    /// Median of a call's latency in milliseconds.
    pub latency: u32,
    /// Refused calls use up units, too.
    pub charge_refused: bool,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its counts.
    pub tally: Tally,
    /// Messages fetched.
    pub fetched: u64,
    /// Fewest and most fetched from one mailbox.
    pub spread: (u32, u32),
    /// Whether all was done before the run was given up.
    pub complete: bool,
    /// Lockouts that came by themselves.
    pub lockouts: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    Arrive(Call),
    Answer(Call, Result<(), Refusal>),
    Wake(u32),
    Ask(u32),
    /// Calls of one who knows everything wait outside until they can pass.
    Door,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Call {
    job: Job,
    tag: u32,
    departed: Millis,
    back: Millis,
}

/// An event at its instant; events of one instant in the order in which they were entered.
#[derive(PartialEq, Eq, Debug)]
struct Entry(Millis, u64, Event);

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0, self.1).cmp(&(other.0, other.1))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What a client works with.
#[derive(Debug)]
pub struct Desk {
    /// Now.
    pub now: Millis,
    /// The backfill still to be done.
    pub work: Work,
    /// For the client's own jitter.
    pub chance: ChaCha8Rng,
    wire: Wire,
    tally: Tally,
    agenda: BinaryHeap<Reverse<Entry>>,
    entered: u64,
}

impl Desk {
    /// Sends a call now.
    pub fn send(&mut self, job: Job, tag: u32) {
        self.tally.sent(self.now, job);
        let Trip { there, back } = self.wire.trip();
        self.enter(self.now + there, Event::Arrive(Call { job, tag, departed: self.now, back }));
    }

    /// Asks to be woken.
    pub fn wake(&mut self, at: Millis, tag: u32) {
        self.enter(at.max(self.now), Event::Wake(tag));
    }

    /// The client stops trying to read a message.
    pub fn failed(&mut self, job: Job) {
        self.tally.failed(job);
    }

    /// The client tells the reader at once that it will not be soon.
    pub fn turned_away(&mut self, job: Job) {
        self.tally.turned_away(job);
    }

    fn enter(&mut self, at: Millis, event: Event) {
        self.entered += 1;
        self.agenda.push(Reverse(Entry(at, self.entered, event)));
    }
}

/// A run is given up after so long; nobody needs a tenth of it.
const PATIENCE: Millis = 24 * 60 * MINUTE;

/// One run.
#[derive(Debug)]
struct Simulation<'a> {
    setting: &'a Setting,
    desk: Desk,
    server: Server,
    chance: ChaCha8Rng,
    /// For one who knows everything: calls that wait for their instant, by mailbox; `None` for everyone else.
    outside: Option<Vec<VecDeque<Call>>>,
    door: Option<Millis>,
    turn: usize,
}

/// Runs a client. With `knowing`, calls are never refused: each arrives at the first instant at which it can pass.
pub fn run(setting: &Setting, client: &mut dyn Client, knowing: bool) -> Outcome {
    let mailboxes = usize::from(setting.workload.mailboxes);
    let desk = Desk {
        now: 0,
        work: Work::new(&setting.workload, setting.regime),
        chance: ChaCha8Rng::seed_from_u64(setting.seed ^ 1),
        wire: Wire::new(setting.seed ^ 2, setting.latency),
        tally: Tally::default(),
        agenda: BinaryHeap::new(),
        entered: 0,
    };
    let server =
        Server::new(&setting.workload, setting.regime, setting.model, setting.charge_refused, setting.seed ^ 3);
    let chance = ChaCha8Rng::seed_from_u64(setting.seed ^ 4);
    let outside = knowing.then(|| vec![VecDeque::new(); mailboxes]);
    Simulation { setting, desk, server, chance, outside, door: None, turn: 0 }.run(client)
}

impl Simulation<'_> {
    fn run(mut self, client: &mut dyn Client) -> Outcome {
        self.prepare();
        client.begin(&mut self.desk);
        let ends = self.setting.workload.ends.unwrap_or(PATIENCE);
        let mut complete = self.is_complete();
        while !complete && let Some(Reverse(Entry(at, _, event))) = self.desk.agenda.pop() {
            if at >= ends {
                self.desk.now = ends;
                break;
            }
            self.desk.now = at;
            self.happen(event, client);
            complete = self.is_complete();
        }
        let Desk { now, work, mut tally, .. } = self.desk;
        tally.close(now);
        Outcome { tally, fetched: work.fetched(), spread: work.spread(), complete, lockouts: self.server.lockouts() }
    }

    fn is_complete(&self) -> bool {
        let to_come = matches!(self.setting.workload.reads, Reads::Burst(_, at) if self.desk.now < at);
        let waiting = matches!(self.setting.workload.reads, Reads::Burst(..)) && self.desk.tally.is_waiting();
        self.setting.workload.ends.is_none() && self.desk.work.is_done() && !to_come && !waiting
    }

    fn prepare(&mut self) {
        match self.setting.workload.reads {
            Reads::None => {}
            Reads::Every(_) => self.enter_next_read(1),
            Reads::Burst(count, at) => (1..=count).for_each(|id| self.desk.enter(at, Event::Ask(id))),
        }
    }

    fn happen(&mut self, event: Event, client: &mut dyn Client) {
        match event {
            Event::Arrive(call) => self.arrive(call),
            Event::Answer(call, answer) => {
                let Call { job, tag, departed, .. } = call;
                self.server.leave(self.desk.now, job.mailbox);
                self.desk.tally.answered(self.desk.now, departed, job, answer);
                if answer.is_ok() {
                    self.desk.work.done(job);
                }
                client.answered(&mut self.desk, job, tag, answer);
            }
            Event::Wake(tag) => client.woken(&mut self.desk, tag),
            Event::Ask(id) => {
                let job =
                    Job { id, mailbox: 0, kind: Kind::Read, units: self.setting.regime.get, asked: self.desk.now };
                if matches!(self.setting.workload.reads, Reads::Every(_)) {
                    self.enter_next_read(id + 1);
                }
                self.desk.tally.asked(job);
                client.offered(&mut self.desk, job);
            }
            Event::Door => self.open_door(),
        }
    }

    fn arrive(&mut self, call: Call) {
        if let Some(outside) = &mut self.outside {
            let queue = &mut outside[usize::from(call.job.mailbox)];
            // Who waits in person goes first.
            let place = if call.job.kind == Kind::Read { queue.partition_point(is_read) } else { queue.len() };
            queue.insert(place, call);
            if place == 0 {
                self.open_door();
            }
            return;
        }
        let answer = self.server.arrive(self.desk.now, call.job.mailbox, call.job.units);
        self.desk.enter(self.desk.now + call.back, Event::Answer(call, answer));
    }

    /// Lets in what can pass now, mailbox by mailbox in turn, and looks again when the next one can.
    fn open_door(&mut self) {
        let Some(outside) = &mut self.outside else { return };
        let now = self.desk.now;
        let mut next: Option<Millis> = None;
        let mut idle = 0;
        while idle < outside.len() {
            self.turn = (self.turn + 1) % outside.len();
            idle += 1;
            let Some(call) = outside[self.turn].front().copied() else { continue };
            match self.server.arrive_knowing(now, call.job.mailbox, call.job.units) {
                Ok(()) => {
                    outside[self.turn].pop_front();
                    self.desk.enter(now + call.back, Event::Answer(call, Ok(())));
                    idle = 0;
                    next = None;
                }
                Err(at) => next = Some(next.map_or(at, |other| other.min(at))),
            }
        }
        if let Some(at) = next
            && self.door.is_none_or(|door| at < door || door <= now)
        {
            self.door = Some(at);
            self.desk.enter(at, Event::Door);
        }
    }

    fn enter_next_read(&mut self, id: u32) {
        if let Reads::Every(mean) = self.setting.workload.reads {
            let at = self.desk.now + self.exponential(mean);
            self.desk.enter(at, Event::Ask(id));
        }
    }

    fn exponential(&mut self, mean: f64) -> Millis {
        (-mean * (1.0 - self.chance.random::<f64>()).ln()).round() as Millis
    }
}

fn is_read(call: &Call) -> bool {
    call.job.kind == Kind::Read
}
