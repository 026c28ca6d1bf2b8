//! All that is counted, behind the meter's lock, and the order in which a call is asked about.

use std::collections::BTreeMap;

use super::key::Key;
use super::lockout::{Lockout, LockoutOrder};
use super::mailbox::MailboxMeter;
use super::{Ask, Limits, Minute, Refused, Regime, Whose};
use crate::world::chance::Chance;

/// A clock set back by more than this begins a new time, in which nothing was used.
const SET_BACK_MS: i64 = 60_000;

/// Counts and limits.
#[derive(Debug)]
pub(super) struct State {
    pub(super) limits: Limits,
    pub(super) now_ms: i64,
    pub(super) projects: BTreeMap<String, Key>,
    /// By address in lower case.
    pub(super) mailboxes: BTreeMap<String, MailboxMeter>,
    /// Units per second that another program takes of each project.
    pub(super) project_thief: Option<u32>,
    pub(super) chance: Chance,
}

impl State {
    pub(super) fn new(limits: Limits, seed: u64, now_ms: i64) -> Self {
        let chance = Chance::seeded(seed, "quotas");
        Self { limits, now_ms, projects: BTreeMap::new(), mailboxes: BTreeMap::new(), project_thief: None, chance }
    }

    /// Takes the time. It does not run backwards here, except for a clock that was set back.
    pub(super) fn at(&mut self, now_ms: i64) -> &mut Self {
        if now_ms < self.now_ms - SET_BACK_MS {
            self.forget_use();
            self.now_ms = now_ms;
        }
        self.now_ms = self.now_ms.max(now_ms);
        self
    }

    /// The mailbox's meter; made when it is new.
    pub(super) fn mailbox(&mut self, email: &str) -> &mut MailboxMeter {
        mailbox_in(&mut self.mailboxes, email)
    }

    /// Asks for one call: units first, as Google's front end does, then what its backend minds.
    pub(super) fn admit(&mut self, ask: &Ask<'_>) -> Result<std::sync::Arc<str>, Refused> {
        let now_ms = self.now_ms;
        let units = self.units(ask);
        let per_minute = self.take_units(ask, units);
        let Self { limits, mailboxes, .. } = self;
        let mailbox = mailbox_in(mailboxes, ask.mailbox);
        mailbox.uploaded.add(now_ms, ask.bytes);
        let passed = per_minute.and_then(|()| match mailbox.locked(now_ms, limits) {
            Some((until_ms, tag)) => Err(Refused::Locked { until_ms, tag }),
            None if mailbox.enter(limits) => Ok(()),
            None => Err(Refused::Crowded),
        });
        let method = mailbox.methods.entry(ask.method).or_default();
        method.calls += 1;
        method.refused += u64::from(passed.is_err());
        passed.map(|()| {
            method.units += units;
            mailbox.email.clone()
        })
    }

    fn units(&self, ask: &Ask<'_>) -> u64 {
        u64::from(match self.limits.regime {
            Regime::Current => ask.units.current,
            Regime::Legacy | Regime::Previous => ask.units.legacy,
        })
    }

    /// Takes the units from the user and the project, or from neither; a refusal burns them where the limits say so.
    fn take_units(&mut self, ask: &Ask<'_>, units: u64) -> Result<(), Refused> {
        let Self { limits, now_ms, projects, mailboxes, project_thief, chance } = self;
        let now_ms = *now_ms;
        let (per_user, per_project) = (limits.per_user(), limits.per_project());
        let mailbox = mailbox_in(mailboxes, ask.mailbox);
        let user = mailbox.key(ask.project, now_ms, limits);
        let project = projects.entry(ask.project.to_owned()).or_insert_with(|| Key::new(limits.model, now_ms));
        project.advance(now_ms, per_project, u64::from(project_thief.unwrap_or(limits.thief_per_project)));
        let (user_has, project_has) = (user.has(per_user, units), project.has(per_project, units));
        if user_has && project_has {
            user.admit(now_ms, per_user, units);
            project.admit(now_ms, per_project, units);
            return Ok(());
        }
        let (whose, limit, key) =
            if user_has { (Whose::Project, per_project, &mut *project) } else { (Whose::User, per_user, &mut *user) };
        key.refused += 1;
        let told = chance.step(100) <= u64::from(limits.window_start_percent);
        let window_start_s = told.then(|| key.window_start_s(now_ms, limit, units));
        if limits.refused_consume {
            user.burn(now_ms, per_user, units);
            project.burn(now_ms, per_project, units);
        }
        match whose {
            Whose::User => mailbox.refused.user += 1,
            Whose::Project => mailbox.refused.project += 1,
        }
        let (regime, project) = (limits.regime, ask.project.to_owned());
        Err(Refused::Minute(Minute { whose, regime, limit, project, window_start_s }))
    }

    /// A call is over; its answer had so many bytes.
    pub(super) fn leave(&mut self, email: &str, answered_bytes: u64) {
        let now_ms = self.now_ms;
        let mailbox = self.mailbox(email);
        mailbox.in_flight = mailbox.in_flight.saturating_sub(1);
        mailbox.downloaded.add(now_ms, answered_bytes);
    }

    /// Whether sending is refused now: the instant.
    pub(super) fn may_not_send(&mut self, email: &str) -> Option<i64> {
        let Self { limits, now_ms, mailboxes, .. } = self;
        mailbox_in(mailboxes, email).may_not_send(*now_ms, limits)
    }

    /// Enters a message that was accepted for sending.
    pub(super) fn sent(&mut self, email: &str, recipients: u64) {
        let Self { limits, now_ms, mailboxes, .. } = self;
        mailbox_in(mailboxes, email).sent.add(*now_ms, recipients, limits);
    }

    /// Keeps a mailbox away, as ordered.
    pub(super) fn lock_out(&mut self, order: LockoutOrder) {
        let Self { limits, now_ms, .. } = self;
        let seconds = |seconds: Option<u32>| i64::from(seconds.unwrap_or(limits.lockout_seconds)) * 1000;
        let until_ms = match order.until {
            Some(until) => until.as_millisecond(),
            None => now_ms.saturating_add(seconds(order.seconds)),
        };
        let lockout = Lockout {
            until_ms,
            length_ms: seconds(order.again_seconds),
            tag: order.tag,
            early: order.early.unwrap_or(limits.lockout_early),
            refused_probes: order.refused_probes,
        };
        let mailbox = self.mailbox(&order.mailbox.to_lowercase());
        let sending = lockout.tag == super::mailbox::SENDING;
        *(if sending { &mut mailbox.sending_lockout } else { &mut mailbox.lockout }) = Some(lockout);
    }

    /// Nothing was used of the minutes' units.
    pub(super) fn forget_windows(&mut self) {
        let (model, now_ms) = (self.limits.model, self.now_ms);
        let keys = self.mailboxes.values_mut().flat_map(|mailbox| mailbox.keys.values_mut());
        keys.chain(self.projects.values_mut()).for_each(|key| key.empty(model, now_ms));
    }

    /// Nothing was used, sent or locked; calls under way still are.
    pub(super) fn forget_use(&mut self) {
        self.projects.clear();
        for (email, mailbox) in &mut self.mailboxes {
            let (in_flight, thief_per_second) = (mailbox.in_flight, mailbox.thief_per_second);
            let peak_concurrency = in_flight;
            *mailbox = MailboxMeter { in_flight, peak_concurrency, thief_per_second, ..MailboxMeter::new(email) };
        }
    }
}

fn mailbox_in<'a>(mailboxes: &'a mut BTreeMap<String, MailboxMeter>, email: &str) -> &'a mut MailboxMeter {
    mailboxes.entry(email.to_owned()).or_insert_with(|| MailboxMeter::new(email))
}
