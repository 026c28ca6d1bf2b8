//! Who waits: waiters stand in their flow's queues, and flows stand in the lines of the keys that hold them up.

use std::collections::{BTreeSet, VecDeque};

use crate::{Because, Class, Cost};

/// Waiters this old count as the next class up, and again after as long (milliseconds).
pub(crate) const AGING: i64 = 45_000;
/// Who holds up others is looked at again this often (milliseconds): it may since be held up by a key of its own.
pub(crate) const STEPPED_BACK: i64 = 1_000;

/// One in line.
#[derive(Clone, Debug)]
pub(crate) struct Waiter {
    pub(crate) flow: u32,
    pub(crate) keys: [u32; 4],
    pub(crate) class: Class,
    pub(crate) cost: Cost,
    pub(crate) want: u32,
    /// When its work began, in the pacer's time: its place in the queue.
    pub(crate) begun: i64,
    /// In the pacer's time; `i64::MAX` if there is none.
    pub(crate) deadline: i64,
    /// How long a throttle is waited out.
    pub(crate) patience: i64,
    pub(crate) since: i64,
    /// What it needs, as bits of its keys.
    pub(crate) needs: u64,
}

/// A flow with waiters.
#[derive(Debug)]
pub(crate) struct Flow<K> {
    pub(crate) name: K,
    pub(crate) queues: [VecDeque<u64>; Class::COUNT],
    /// When a waiter last went ahead of its class because of its age.
    pub(crate) aged_at: i64,
    /// How much it has been served, on the pacer's scale. The least served goes first.
    pub(crate) served: u64,
    /// What holds it up, as bits.
    pub(crate) mask: u64,
    /// The keys in whose lines it stands.
    pub(crate) held_by: Vec<Held>,
}

/// How a key holds a flow up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) key: u32,
    /// Of the highest waiter that the key holds up: the flow stands in the key's line with it.
    pub(crate) rank: u8,
    /// What that waiter lacks, as the key's own bits.
    pub(crate) lacks: u64,
    /// What any waiter of the flow lacks.
    pub(crate) all_lack: u64,
    /// When to look again.
    pub(crate) wake: i64,
}

impl Held {
    /// The same key holds up another waiter of the flow.
    pub(crate) fn and(&mut self, other: Held) {
        match other.rank.cmp(&self.rank) {
            std::cmp::Ordering::Less => (self.rank, self.lacks) = (other.rank, other.lacks),
            std::cmp::Ordering::Equal => self.lacks |= other.lacks,
            std::cmp::Ordering::Greater => {}
        }
        self.all_lack |= other.all_lack;
        self.wake = self.wake.min(other.wake);
    }
}

impl Waiter {
    /// Whether it should hear now that it cannot go before then.
    pub(crate) fn gives_up(&self, now: i64, until: i64, because: Because) -> bool {
        let throttled = because == Because::Throttled && until - now > self.patience;
        throttled || until > self.deadline
    }
}

impl<K> Flow<K> {
    pub(crate) fn new(name: K, served: u64, now: i64) -> Self {
        let queues = std::array::from_fn(|_| VecDeque::new());
        Self { name, queues, aged_at: now, served, mask: 0, held_by: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queues.iter().all(VecDeque::is_empty)
    }

    /// Whether somebody of this class or a higher one waits.
    pub(crate) fn has_before(&self, class: Class) -> bool {
        self.queues[..=class as usize].iter().any(|queue| !queue.is_empty())
    }
}

/// The flows that wait for one key: by rank, then by how much they have been served.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) flows: BTreeSet<(u8, u64, u32)>,
    /// What was in the way at the last look, as bits without level.
    pub(crate) mask: u64,
    /// When to look again; `i64::MAX` if only a call under way can help.
    pub(crate) wake: i64,
    /// To be looked at by the next poll.
    pub(crate) dirty: bool,
    /// When to look at everybody, not only as far as the line moves.
    pub(crate) all_at: Option<i64>,
}

impl Default for Line {
    fn default() -> Self {
        Self { flows: BTreeSet::new(), mask: 0, wake: i64::MAX, dirty: false, all_at: None }
    }
}

impl Line {
    /// When to look at everybody; a new line after a while.
    pub(crate) fn all_by(&mut self, now: i64) -> i64 {
        *self.all_at.get_or_insert(now + AGING)
    }

    /// When to look again at the latest, though nothing that is known of makes room before.
    pub(crate) fn again_by(&mut self, now: i64) -> i64 {
        let all = self.all_by(now);
        if self.flows.len() > 1 { all.min(now + STEPPED_BACK) } else { all }
    }
}

/// The rank of a waiter: its class, less one for every while it has waited beyond its flow's last favour.
pub(crate) fn rank(class: Class, since: i64, aged_at: i64, now: i64) -> u8 {
    let waited = (now - since.max(aged_at)).max(0) / AGING;
    (class as u8).saturating_sub(u8::try_from(waited).unwrap_or(u8::MAX))
}

/// When a waiter's rank gets better next.
pub(crate) fn ages_at(waiter: &Waiter, aged_at: i64, now: i64) -> i64 {
    match rank(waiter.class, waiter.since, aged_at, now) {
        0 => i64::MAX,
        _ => {
            let from = waiter.since.max(aged_at);
            from + ((now - from) / AGING + 1) * AGING
        }
    }
}
