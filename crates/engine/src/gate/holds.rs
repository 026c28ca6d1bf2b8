//! Holds: throttled keys are left alone until their instant.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use model::grant::Grant;
use model::{ApplicationId, Fault, FaultKind, GrantId, Provider, Scope, Timestamp, Verdict};

use super::Class;
use crate::lock::lock;
use crate::random;
use crate::timer::later;

/// What a hold closes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    /// Everything for one mailbox.
    Mailbox(GrantId),
    /// Sending from one mailbox; reading goes on.
    Sending(GrantId),
    /// Everything of one registration with a provider.
    Project(ApplicationId, Provider),
}

struct Hold {
    until: Timestamp,
    /// The provider named the instant; otherwise it is our own backoff.
    named: bool,
    /// Refusals in a row without a named instant.
    strikes: u32,
    fault: Fault,
}

/// What a caller does about the holds in its way.
pub(super) enum Leave {
    /// Nothing is in the way.
    Go,
    /// Wait until this instant, then ask again.
    Wait(Timestamp),
    /// Not worth waiting for.
    Refused(Box<Fault>),
}

/// All holds now in force (and those just ended, until a call succeeds).
#[derive(Default)]
pub(super) struct Holds {
    held: Mutex<HashMap<Key, Hold>>,
}

/// How long background work waits at the gate; longer holds are returned, so that no worker is pinned by one mailbox.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(10);
/// How long an awaited call waits for the end of a backoff of our own.
const AWAITED_PATIENCE: Duration = Duration::from_secs(5);
/// A named instant further away than this is looked at again after this long (a provider's clock may be wrong).
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 3600);

impl Holds {
    /// Whether a call may go now.
    pub(super) fn leave(&self, grant: &Grant, class: Class, now: Timestamp) -> Leave {
        let held = lock(&self.held);
        if held.is_empty() {
            return Leave::Go;
        }
        let longest = keys(grant, class).into_iter().flatten().filter_map(|key| held.get(&key)).max_by_key(|h| h.until);
        match longest {
            Some(hold) if hold.until > now => hold.answer(class, now),
            _ => Leave::Go,
        }
    }

    /// Closes the key a throttle speaks of. Returns whether there was one.
    pub(super) fn close(&self, grant: &Grant, fault: &Fault, now: Timestamp) -> bool {
        let Some(key) = key_of(grant, fault) else { return false };
        let mut held = lock(&self.held);
        // The table holds what is in force; what ended long ago goes when something new comes.
        held.retain(|_, hold| later(hold.until, LONGEST_HOLD) > now);
        let strikes = held.get(&key).map_or(0, |hold| hold.strikes);
        let hold = Hold::of(fault, strikes, now);
        match held.get(&key) {
            // Instants are floors: a later one that is known already stays.
            Some(known) if known.until > hold.until => {}
            _ => drop(held.insert(key, hold)),
        }
        true
    }

    /// A call went well: what ended is forgotten, and the next refusal starts from the beginning.
    pub(super) fn went_well(&self, grant: &Grant, class: Class, now: Timestamp) {
        let mut held = lock(&self.held);
        if held.is_empty() {
            return;
        }
        for key in keys(grant, class).into_iter().flatten() {
            if held.get(&key).is_some_and(|hold| hold.until <= now) {
                held.remove(&key);
            }
        }
    }

    /// Forgets a grant's own holds (it was removed, or authenticated again).
    pub(super) fn forget(&self, grant: GrantId) {
        let mut held = lock(&self.held);
        held.remove(&Key::Mailbox(grant));
        held.remove(&Key::Sending(grant));
    }
}

impl Hold {
    fn of(fault: &Fault, strikes: u32, now: Timestamp) -> Self {
        match fault.verdict {
            Verdict::At(instant) => {
                let until = instant.min(later(now, LONGEST_HOLD));
                Self { until, named: true, strikes, fault: fault.clone() }
            }
            _ => {
                let until = later(now, pause(strikes));
                Self { until, named: false, strikes: strikes + 1, fault: fault.clone() }
            }
        }
    }

    fn answer(&self, class: Class, now: Timestamp) -> Leave {
        let patience = match (class.is_awaited(), self.named) {
            (true, true) => Duration::ZERO,
            (true, false) => AWAITED_PATIENCE,
            (false, _) => BACKGROUND_PATIENCE,
        };
        if self.until <= later(now, patience) {
            return Leave::Wait(self.until);
        }
        Leave::Refused(Box::new(self.fault.clone().with_verdict(Verdict::At(self.until))))
    }
}

/// Our own pause after a refusal that names no instant: 1 s, 2 s, 4 s ... 64 s, plus up to as much again.
fn pause(strikes: u32) -> Duration {
    let base = 1000u64 << strikes.min(6);
    Duration::from_millis(base + random::up_to(base / 2))
}

/// The keys a call has to pass.
fn keys(grant: &Grant, class: Class) -> [Option<Key>; 3] {
    [
        Some(Key::Mailbox(grant.id)),
        Some(Key::Project(grant.application_id, grant.provider)),
        (class == Class::Send).then_some(Key::Sending(grant.id)),
    ]
}

/// The key a throttle closes.
fn key_of(grant: &Grant, fault: &Fault) -> Option<Key> {
    use FaultKind::*;
    let mailbox = Key::Mailbox(grant.id);
    let project = Key::Project(grant.application_id, grant.provider);
    match fault.kind {
        SendingQuotaExceeded => Some(Key::Sending(grant.id)),
        RateLimitedUser | ConcurrencyLimited | BandwidthLimited | AccountThrottled | ConnectionLimit => Some(mailbox),
        RateLimitedProject | DailyQuotaExhausted => Some(project),
        _ => match (&fault.verdict, fault.scope) {
            (Verdict::At(_), Scope::Mailbox | Scope::Account) => Some(mailbox),
            (Verdict::At(_), Scope::App | Scope::Tenant) => Some(project),
            _ => None,
        },
    }
}
