//! What the pacer is asked, and what it answers.

use std::sync::Arc;
use std::time::Duration;

use crate::{Class, Cost, Dimension, Level, Limits, Moment};

/// The keys a call counts against: at most one per level. A key names the same thing in every ask and is used
/// at one level only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keys<K>(pub(crate) [Option<K>; Level::COUNT]);

impl<K> Keys<K> {
    /// No key at all.
    pub fn none() -> Self {
        Self([None, None, None, None])
    }

    /// With a key at a level.
    pub fn with(mut self, level: Level, key: K) -> Self {
        self.0[level as usize] = Some(key);
        self
    }
}

impl<K> Default for Keys<K> {
    fn default() -> Self {
        Self::none()
    }
}

/// Leave is asked for one call, or for up to `most` calls of the same cost (a batch).
#[derive(Clone, Debug)]
pub struct Ask<'a, K> {
    /// Among whom the shared keys are divided fairly: the mailbox. Asks of one flow use the same keys.
    pub flow: K,
    /// The keys that the call counts against.
    pub keys: Keys<K>,
    /// What is published for these keys. Keep one `Arc` per price list and pass the same each time: another one
    /// (a regime was detected, the configuration changed) replaces the limits of the keys.
    pub limits: &'a Arc<Limits>,
    /// Who waits.
    pub class: Class,
    /// Of one call.
    pub cost: Cost,
    /// How many such calls are wanted at once; at least 1. Fewer may be granted.
    pub most: u32,
    /// When the work began of which this is a part: within a class of a flow, older work goes first. The rest of a batch
    /// that was cut thus keeps its place. For a call by itself it is now.
    pub begun: Moment,
    /// When the caller gives up; [`Moment::NEVER`] if it does not.
    pub deadline: Moment,
    /// How long a throttle may last that is waited out. Whom a longer one keeps is told at once, in line or not, so that it can
    /// do something else until then; [`Duration::MAX`] waits out any.
    pub patience: Duration,
}

/// Leave to make [`Ticket::granted`] calls now. Every ticket must be handed back to
/// [`Pacer::finish`](crate::Pacer::finish): until then its calls count as under way.
#[must_use = "calls count as under way until the ticket is finished"]
#[derive(PartialEq, Eq, Debug)]
pub struct Ticket {
    pub(crate) id: u64,
    pub(crate) granted: u32,
}

impl Ticket {
    /// How many calls may be made: between 1 and what was asked for.
    pub fn granted(&self) -> u32 {
        self.granted
    }
}

/// A place in line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WaiterId(pub(crate) u64);

/// Why a call does not go now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Because {
    /// The allowance of a dimension is used up, or is being kept for interactive work.
    Window(Dimension),
    /// The key has been refused before and is paced to a learned rate.
    Pace(Dimension),
    /// As many calls as may be are under way.
    Concurrency,
    /// The provider said to stay away.
    Throttled,
    /// Others go first.
    Turn,
}

/// When a call could go, as far as can be told now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Estimate {
    /// Not before; `None` if that depends on calls under way ending.
    pub until: Option<Moment>,
    /// The level of the key in the way.
    pub level: Level,
    /// What is in the way.
    pub because: Because,
}

/// The answer to an [`Ask`].
#[derive(PartialEq, Eq, Debug)]
pub enum Answer {
    /// Go now.
    Go(Ticket),
    /// Stand in line; [`Pacer::poll`](crate::Pacer::poll) tells when it is your turn.
    Wait(WaiterId, Estimate),
    /// It cannot go before the deadline; there is no place in line.
    Refused(Estimate),
}

/// What came of waiting.
#[derive(PartialEq, Eq, Default, Debug)]
pub struct Polled {
    /// These go now.
    pub admitted: Vec<(WaiterId, Ticket)>,
    /// These cannot go before their deadline, or it has passed.
    pub refused: Vec<(WaiterId, Estimate)>,
    /// Poll again no later than then, and after every `finish`; `None` if nobody waits for the clock.
    pub next: Option<Moment>,
}
