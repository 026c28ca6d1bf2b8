//! The pacer, made to be waited for: asks it, keeps the line, wakes whoever's turn it is.
//!
//! The arithmetic is `quota`'s. Here are a lock around it, the channels of those in line, and one task that sleeps until
//! the pacer wants to be polled, alive only while somebody waits.

mod explain;
mod kept;
mod keys;
mod limits;
mod line;
mod minutes;
mod regimes;
mod standing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::grant::Grant;
use model::quota::{Class, Cost, Level, Limited, ProviderMinute, QuotaRefusal, Regime};
use model::standing::Asked;
use model::{Clock, Fault, FaultKind, GrantId, Timestamp, Verdict};
use quota::{Answer, Ask, Because, Estimate, Moment, Outcome, Pacer, Refusal, Ticket, WaiterId};
use tokio::sync::{Notify, oneshot};

pub(crate) use kept::Busy;
pub(crate) use keys::{Key, Passage};

use super::is_throttle;
use crate::lock::lock;
use crate::random;
use crate::settings::QuotaSettings;
use crate::timer::Timer;

/// The pacer and those who wait for it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Pace {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    timer: Timer,
    state: Mutex<State>,
    /// The driver sleeps longer than it should by now.
    sooner: Notify,
    /// Something is to be written down.
    news: Notify,
    limits: limits::PriceLists,
    regimes: regimes::Regimes,
}

struct State {
    pacer: Pacer<Key>,
    waiting: HashMap<WaiterId, oneshot::Sender<Turn>>,
    /// Until when the driver sleeps, while there is one.
    driver: Option<Moment>,
    /// What last closed a key, to explain later refusals with.
    reasons: HashMap<Key, Fault>,
    /// Something was learned that a restart should not lose.
    learned: bool,
    minutes: minutes::Minutes,
    /// Since the start, by project and class.
    asked: HashMap<(Key, Class), Asked>,
    /// Calls refused since the start, by project and the kind of fault.
    refused: HashMap<(Key, FaultKind), u64>,
}

/// What comes of waiting.
enum Turn {
    Go(Ticket),
    Refused(Estimate),
}

/// What is wanted of the pacer: up to `most` calls of one cost.
pub(super) struct Wanted<'a> {
    pub(super) passage: &'a Passage,
    pub(super) class: Class,
    pub(super) cost: Cost,
    pub(super) most: u32,
    /// When the work began of which this is a part.
    pub(super) begun: Timestamp,
    pub(super) deadline: Timestamp,
}

/// How long a person waits for the end of a throttle; longer ones are answered at once, with their instant.
const AWAITED_PATIENCE: Duration = Duration::from_secs(5);
/// How long background work waits for the end of a throttle; with a longer one it is given back, so that no worker is pinned.
/// What the windows give is worth waiting for: work that is broken off costs its quota twice.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(10);
/// Reasons kept at most; beyond, those of open keys go.
const MOST_REASONS: usize = 10_000;

impl Pace {
    pub(super) fn new(clock: Arc<dyn Clock>, timer: Timer, settings: &QuotaSettings) -> Self {
        let state = State {
            pacer: Pacer::new(u64::from_le_bytes(random::bytes())),
            waiting: HashMap::new(),
            driver: None,
            reasons: HashMap::new(),
            learned: false,
            minutes: minutes::Minutes::default(),
            asked: HashMap::new(),
            refused: HashMap::new(),
        };
        Self {
            inner: Arc::new(Inner {
                clock,
                timer,
                state: Mutex::new(state),
                sooner: Notify::new(),
                news: Notify::new(),
                limits: limits::PriceLists::new(settings.clone()),
                regimes: regimes::Regimes::new(settings.regime),
            }),
        }
    }

    /// The way of a grant's calls: its keys and what is published for them now.
    pub(super) fn passage(&self, grant: &Grant) -> Passage {
        let regime = self.regime(&Key::project(grant));
        Passage::of(grant, self.inner.limits.of(grant.provider, regime, &grant.email))
    }

    /// The price list in force for a project.
    pub(crate) fn regime(&self, project: &Key) -> Regime {
        self.inner.regimes.of(project)
    }

    /// Waits for leave to make some calls.
    ///
    /// # Errors
    /// When there is none before the deadline, or not soon enough to keep somebody waiting.
    pub(super) async fn enter(&self, wanted: Wanted<'_>) -> Result<Ticket, Fault> {
        let asked_at = self.now();
        let ticket = self.leave(&wanted).await?;
        let (now, mut state) = (self.now(), lock(&self.inner.state));
        let waited = Duration::from_millis(u64::try_from(now.since(asked_at)).unwrap_or_default());
        let units = u64::from(ticket.granted()) * u64::from(wanted.cost.units);
        state.minutes.went(wanted.passage.grant, now, ticket.granted(), units, waited);
        state.asked.entry((wanted.passage.project, wanted.class)).or_default().went(ticket.granted(), units, waited);
        // Counts of days must survive a restart; what is a matter of a minute need not.
        state.learned |= wanted.cost.is_sending();
        self.inner.news.notify_one();
        Ok(ticket)
    }

    async fn leave(&self, wanted: &Wanted<'_>) -> Result<Ticket, Fault> {
        let place = {
            let mut state = lock(&self.inner.state);
            let (now, passage) = (self.now(), wanted.passage);
            match state.pacer.ask(now, wanted.ask()) {
                Answer::Go(ticket) => return Ok(ticket),
                Answer::Refused(estimate) => return Err(state.explain(passage, wanted.class, estimate, now)),
                Answer::Wait(waiter, estimate) => self.stand_in_line(&mut state, waiter, estimate, now),
            }
        };
        let turn = place.turn().await;
        match turn {
            Turn::Go(ticket) => Ok(ticket),
            Turn::Refused(estimate) => {
                let (now, mut state) = (self.now(), lock(&self.inner.state));
                Err(state.explain(wanted.passage, wanted.class, estimate, now))
            }
        }
    }

    /// Tells how the calls of a ticket ended, and wakes whom that lets go.
    pub(super) fn finish(&self, passage: &Passage, ticket: Ticket, outcome: Outcome) {
        let mut state = lock(&self.inner.state);
        let now = self.now();
        let refused: u64 = outcome.refusals.iter().map(|refusal| u64::from(refusal.calls)).sum();
        if refused > 0 {
            state.learned = true;
            state.minutes.refused(passage.grant, now, refused);
        }
        state.pacer.finish(now, ticket, outcome);
        self.wake(&mut state, now);
    }

    /// Counts calls that were refused, by what they were refused with.
    pub(super) fn count_refused(&self, passage: &Passage, kind: FaultKind, calls: u32) {
        *lock(&self.inner.state).refused.entry((passage.project, kind)).or_default() += u64::from(calls);
    }

    /// Draws the conclusions of a refusal: why a key is closed, and which price list its project has.
    pub(super) fn note(&self, passage: &Passage, fault: &Fault) {
        let Some(quota) = refusal_of(fault) else { return };
        if let Some(regime) = quota.regime {
            self.inner.regimes.learn(&passage.project, regime);
        }
        let mut state = lock(&self.inner.state);
        if state.reasons.len() >= MOST_REASONS {
            let now = self.now();
            let State { pacer, reasons, .. } = &mut *state;
            reasons.retain(|key, _| pacer.view(now, key).is_some_and(|view| !view.throttles.is_empty()));
        }
        if let Some(key) = passage.key(quota.level) {
            state.reasons.insert(key, fault.clone());
        }
    }

    /// Closes a key for a throttle that no request of ours was refused with, or whose request the pacer does not know.
    pub(super) fn close(&self, passage: &Passage, fault: &Fault) {
        let (Some(quota), Some(at)) = (refusal_of(fault), fault.retry_at()) else { return };
        self.note(passage, fault);
        let Some(key) = passage.key(quota.level) else { return };
        let mut state = lock(&self.inner.state);
        let now = self.now();
        state.learned = true;
        self.inner.news.notify_one();
        state.pacer.close(now, &key, moment(at), quota.what);
        self.wake(&mut state, now);
    }

    /// Until when the key that a throttle is about lets nothing of its kind through.
    pub(super) fn closed_until(&self, passage: &Passage, fault: &Fault) -> Option<Timestamp> {
        let quota = refusal_of(fault)?;
        let sending = matches!(quota.what, Limited::By(dimension) if dimension.is_sending());
        let (key, now) = (passage.key(quota.level)?, self.now());
        let view = lock(&self.inner.state).pacer.view(now, &key)?;
        let of_its_kind = view.throttles.iter().filter(|throttle| sending || !throttle.sending_only);
        of_its_kind.map(|throttle| throttle.until).filter(|until| *until > now).max().map(instant)
    }

    /// Forgets a removed grant. What is known of its mailbox stays: it may be connected again, or by somebody else.
    pub(crate) fn forget(&self, grant: GrantId) {
        let mut state = lock(&self.inner.state);
        state.pacer.forget(&Key::Grant(grant));
        state.reasons.remove(&Key::Grant(grant));
    }

    /// A key as it stands.
    #[cfg(test)]
    pub(crate) fn view(&self, key: &Key) -> Option<quota::KeyView> {
        lock(&self.inner.state).pacer.view(self.now(), key)
    }

    /// Until when those in line have to wait, when nothing but time helps them.
    #[cfg(test)]
    pub(crate) fn waits_until(&self) -> Option<Timestamp> {
        let state = lock(&self.inner.state);
        let soon = self.now().plus_millis(line::SAFETY_NET);
        state.driver.filter(|until| !state.waiting.is_empty() && *until < soon).map(instant)
    }

    /// Returns when something is to be written down.
    pub(super) async fn changed(&self) {
        self.inner.news.notified().await;
    }

    /// What was asked of providers since this was asked last, by grant and minute.
    pub(super) fn minutes(&self) -> Vec<(GrantId, ProviderMinute)> {
        lock(&self.inner.state).minutes.tear_off()
    }

    /// What [`Self::minutes`] gave was not written down after all.
    pub(super) fn minutes_unkept(&self, minutes: Vec<(GrantId, ProviderMinute)>) {
        lock(&self.inner.state).minutes.put_back(minutes);
        self.inner.news.notify_one();
    }

    /// What was asked for one grant and is not written down yet.
    pub(crate) fn minutes_of(&self, grant: GrantId) -> Vec<ProviderMinute> {
        lock(&self.inner.state).minutes.of_grant(grant)
    }

    fn now(&self) -> Moment {
        moment(self.inner.clock.now())
    }
}

impl Wanted<'_> {
    fn ask(&self) -> Ask<'_, Key> {
        Ask {
            flow: self.passage.flow,
            keys: self.passage.keys,
            limits: &self.passage.limits,
            class: self.class,
            cost: self.cost,
            most: self.most,
            begun: moment(self.begun),
            deadline: moment(self.deadline),
            patience: if self.class.is_awaited() { AWAITED_PATIENCE } else { BACKGROUND_PATIENCE },
        }
    }
}

pub(in crate::gate) fn moment(instant: Timestamp) -> Moment {
    Moment(instant.as_millisecond())
}

pub(super) fn instant(moment: Moment) -> Timestamp {
    Timestamp::from_millisecond(moment.0).unwrap_or(Timestamp::MAX)
}

/// What a fault says about quotas, in the classifier's words or by its kind.
pub(super) fn refusal_of(fault: &Fault) -> Option<QuotaRefusal> {
    if fault.quota.is_some() || !is_throttle(fault) {
        return fault.quota;
    }
    use FaultKind::*;
    let sending = Limited::By(model::quota::Dimension::Messages);
    let (level, what) = match (fault.kind, fault.scope) {
        (SendingQuotaExceeded, _) => (Level::Mailbox, sending),
        (ConcurrencyLimited, _) => (Level::Mailbox, Limited::Concurrency),
        (RateLimitedProject | DailyQuotaExhausted, _) => (Level::Project, Limited::General),
        (RateLimitedUser | BandwidthLimited | AccountThrottled | ConnectionLimit, _) => {
            (Level::ProjectMailbox, Limited::General)
        }
        (_, model::Scope::App | model::Scope::Tenant) => (Level::Project, Limited::General),
        (_, model::Scope::Mailbox | model::Scope::Account) => (Level::ProjectMailbox, Limited::General),
        _ => return None,
    };
    Some(QuotaRefusal::new(level, what))
}

/// A refusal in the pacer's words.
pub(super) fn refusal(calls: u32, fault: &Fault) -> Option<Refusal> {
    let quota = refusal_of(fault)?;
    Some(Refusal { until: fault.retry_at().map(moment), calls, ..Refusal::of(&quota) })
}

#[cfg(test)]
mod tests;
