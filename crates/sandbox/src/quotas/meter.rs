//! The meter that every Gmail call passes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::lockout::LockoutOrder;
use super::report::{LockoutReport, QuotaReport};
use super::state::State;
use super::{Limits, Quotas, Refused};
use crate::clock::Clock;
use crate::google::Units;

/// Counts calls and refuses those beyond the limits. Shared by all requests; one flag is read per call while it is off.
#[derive(Debug)]
pub struct Meter {
    on: AtomicBool,
    clock: Clock,
    seed: u64,
    state: Mutex<State>,
}

/// One call that asks to be let through.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// The project's number.
    pub(crate) project: &'a str,
    /// The mailbox, in lower case.
    pub(crate) mailbox: &'a str,
    /// As a FaultPlan names it.
    pub(crate) method: &'static str,
    pub(crate) units: Units,
    /// Size of the request's body.
    pub(crate) bytes: u64,
}

/// A call's place among those under way; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    meter: Arc<Meter>,
    mailbox: Arc<str>,
    /// Size of the answer's body, once it is known.
    pub(crate) answered_bytes: u64,
}

impl Meter {
    pub(crate) fn new(quotas: &Quotas, seed: u64, clock: Clock) -> Self {
        let limits = limits_of(quotas);
        let state = Mutex::new(State::new(limits, seed, clock.now_ms()));
        Self { on: AtomicBool::new(*quotas != Quotas::Off), clock, seed, state }
    }

    /// Whether anything is counted.
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// The limits in force.
    pub fn quotas(&self) -> Quotas {
        if self.is_on() { Quotas::Enforced(self.state().limits.clone()) } else { Quotas::Off }
    }

    /// Puts other limits in force. Nothing is used of them yet; the counts of calls go on.
    pub fn set(&self, quotas: &Quotas) {
        let mut state = self.state();
        state.limits = limits_of(quotas);
        state.forget_windows();
        self.on.store(*quotas != Quotas::Off, Ordering::Relaxed);
    }

    /// All that is counted, as of now.
    pub fn report(&self) -> QuotaReport {
        let on = self.is_on();
        QuotaReport::of(&mut self.state(), on)
    }

    /// Begins counting anew: as if nothing had been used, sent or locked.
    pub fn forget_all(&self) {
        let (mut state, now_ms) = (self.state(), self.clock.now_ms());
        let limits = state.limits.clone();
        state.forget_use();
        let (mailboxes, project_thief) = (std::mem::take(&mut state.mailboxes), state.project_thief);
        *state = State { mailboxes, project_thief, ..State::new(limits, self.seed, now_ms) };
    }

    /// Sets the counts of calls, refusals and violations to nothing; what is used, sent or locked stays so.
    pub fn forget_counts(&self) {
        let mut state = self.state();
        state.mailboxes.values_mut().for_each(super::mailbox::MailboxMeter::forget_counts);
        state.projects.values_mut().for_each(super::key::Key::forget_counts);
    }

    /// Keeps a mailbox away until an instant. Counting begins with it, where quotas were off.
    pub fn lock_out(&self, order: LockoutOrder) {
        self.state().lock_out(order);
        self.on.store(true, Ordering::Relaxed);
    }

    /// The lockouts in force, by mailbox.
    pub fn lockouts(&self) -> Vec<LockoutReport> {
        LockoutReport::all(&self.state())
    }

    /// Ends the lockouts of one mailbox, or of all; returns how many there were.
    pub fn lift_lockouts(&self, email: Option<&str>) -> usize {
        let email = email.map(str::to_lowercase);
        let mut state = self.state();
        let concerned = state.mailboxes.iter_mut().filter(|(have, _)| email.as_ref().is_none_or(|want| want == *have));
        concerned
            .map(|(_, it)| usize::from(it.lockout.take().is_some()) + usize::from(it.sending_lockout.take().is_some()))
            .sum()
    }

    /// Lets another program take so many units per second: from one mailbox's allowances, or from every project's.
    pub fn set_thief(&self, email: Option<&str>, units_per_second: u32) {
        let mut state = self.state();
        match email {
            Some(email) => state.mailbox(&email.to_lowercase()).thief_per_second = Some(units_per_second),
            None => state.project_thief = Some(units_per_second),
        }
    }

    /// Asks for one call. Let through or not, it takes so long.
    pub(crate) fn admit(self: &Arc<Self>, ask: &Ask<'_>) -> (Result<Permit, Refused>, Duration) {
        let mut state = self.state();
        let latency = Duration::from_millis(u64::from(state.limits.latency_ms));
        let permit = state.admit(ask).map(|mailbox| Permit { meter: self.clone(), mailbox, answered_bytes: 0 });
        (permit, latency)
    }

    /// Whether the mailbox may send now; the instant to stay away until (milliseconds since the epoch) when not.
    pub(crate) fn may_send(&self, email: &str) -> Result<(), i64> {
        if !self.is_on() {
            return Ok(());
        }
        self.state().may_not_send(email).map_or(Ok(()), Err)
    }

    /// Enters a message that was accepted for sending.
    pub(crate) fn sent(&self, email: &str, recipients: usize) {
        if self.is_on() {
            self.state().sent(email, recipients as u64);
        }
    }

    fn leave(&self, email: &str, answered_bytes: u64) {
        self.state().leave(email, answered_bytes);
    }

    /// The counts, at the clock's time; it is read under the lock, so that entries come in order.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.at(self.clock.now_ms());
        state
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.meter.leave(&self.mailbox, self.answered_bytes);
    }
}

fn limits_of(quotas: &Quotas) -> Limits {
    match quotas {
        Quotas::Off => Limits::none(),
        Quotas::Enforced(limits) => limits.clone(),
    }
}
