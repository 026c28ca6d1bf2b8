//! What the meter shows: the numbers that tests and benchmarks read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Limits;
use super::lockout::{Early, Lockout};
use super::mailbox::{MailboxMeter, SENDING};
use super::state::State;

/// All that is counted, at one instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct QuotaReport {
    /// Whether anything is counted and refused.
    pub enforced: bool,
    /// By the sandbox's clock.
    pub now: Timestamp,
    /// The limits in force; `None` while nothing is enforced.
    pub limits: Option<Limits>,
    /// By number.
    pub projects: Vec<ProjectReport>,
    /// By address.
    pub mailboxes: Vec<MailboxReport>,
}

/// One project's allowance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProjectReport {
    /// Its number: what its client ids begin with.
    pub project: String,
    /// Its units per minute.
    #[serde(flatten)]
    pub units: KeyReport,
}

/// An allowance of units per minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct KeyReport {
    /// Units gone now: of the last sixty seconds, of this minute, or of a full bucket; refused and stolen ones included.
    pub used: u64,
    /// Units per minute.
    pub limit: u64,
    /// Units of the calls that were let through.
    pub admitted: u64,
    /// Calls refused for this allowance.
    pub refused: u64,
    /// Units that another program took.
    pub stolen: u64,
}

/// One mailbox.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MailboxReport {
    /// Its address.
    pub mailbox: String,
    /// Calls that asked, let through or not.
    pub calls: u64,
    /// Calls not let through, by reason.
    pub refused: RefusalCounts,
    /// Units per minute, by project.
    pub projects: BTreeMap<String, KeyReport>,
    /// Calls by method.
    pub methods: BTreeMap<&'static str, MethodReport>,
    /// Calls under way now.
    pub in_flight: u32,
    /// The most calls that were under way at once.
    pub peak_concurrency: u32,
    /// Calls before the instant of a "Retry after".
    pub lockout_violations: u64,
    /// The lockouts in force.
    pub lockouts: Vec<LockoutReport>,
    /// Mail of the last 24 hours.
    pub sending: SendingReport,
    /// Bytes in answers in the last 24 hours.
    pub downloaded_bytes: u64,
    /// Bytes in requests in the last 24 hours.
    pub uploaded_bytes: u64,
}

/// Mail sent in the last 24 hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct SendingReport {
    /// Messages.
    pub messages: u64,
    /// Recipients.
    pub recipients: u64,
}

/// Refusals by reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct RefusalCounts {
    /// The user's units per minute (403).
    pub user: u64,
    /// The project's units per minute (403).
    pub project: u64,
    /// Too many at once (429).
    pub concurrency: u64,
    /// Kept away by a lockout (429).
    pub lockout: u64,
    /// Too many bytes in a day; begins a lockout (429).
    pub bandwidth: u64,
    /// Too much mail in a day, or kept away from sending (429). Such a call was let through as a call.
    pub sending: u64,
}

/// Calls of one method.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct MethodReport {
    /// Calls that asked.
    pub calls: u64,
    /// Of them, not let through.
    pub refused: u64,
    /// Units of those let through.
    pub units: u64,
}

/// A lockout in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LockoutReport {
    /// The mailbox kept away.
    pub mailbox: String,
    /// Until when.
    pub until: Timestamp,
    /// What stands in brackets behind the instant; `Mail sending` keeps away from sending alone.
    pub tag: String,
    /// What a call before the instant does to it.
    pub early: Early,
    /// So many calls after the instant will be refused as well.
    pub refused_probes: u32,
}

impl QuotaReport {
    pub(super) fn of(state: &mut State, enforced: bool) -> Self {
        let State { limits, now_ms, projects, mailboxes, project_thief, .. } = state;
        let thief = u64::from(project_thief.unwrap_or(limits.thief_per_project));
        let projects = projects.iter_mut().map(|(project, key)| {
            key.advance(*now_ms, limits.per_project(), thief);
            ProjectReport { project: project.clone(), units: key.report(limits.per_project()) }
        });
        Self {
            enforced,
            now: instant(*now_ms),
            projects: projects.collect(),
            mailboxes: mailboxes.values_mut().map(|mailbox| MailboxReport::of(mailbox, *now_ms, limits)).collect(),
            limits: enforced.then(|| limits.clone()),
        }
    }

    /// One mailbox of the report.
    pub fn mailbox(&self, email: &str) -> Option<&MailboxReport> {
        self.mailboxes.iter().find(|it| it.mailbox.eq_ignore_ascii_case(email))
    }
}

impl RefusalCounts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.user + self.project + self.concurrency + self.lockout + self.bandwidth + self.sending
    }
}

impl MailboxReport {
    fn of(mailbox: &mut MailboxMeter, now_ms: i64, limits: &Limits) -> Self {
        mailbox.sent.advance(now_ms, limits);
        mailbox.downloaded.expire(now_ms);
        mailbox.uploaded.expire(now_ms);
        let thief = u64::from(mailbox.thief_per_second.unwrap_or(limits.thief_per_mailbox));
        let projects = mailbox.keys.iter_mut().map(|(project, key)| {
            key.advance(now_ms, limits.per_user(), thief);
            (project.clone(), key.report(limits.per_user()))
        });
        Self {
            projects: projects.collect(),
            mailbox: mailbox.email.to_string(),
            calls: mailbox.methods.values().map(|method| method.calls).sum(),
            refused: mailbox.refused,
            methods: mailbox.methods.clone(),
            in_flight: mailbox.in_flight,
            peak_concurrency: mailbox.peak_concurrency,
            lockout_violations: mailbox.lockout_violations,
            lockouts: LockoutReport::of(mailbox),
            sending: SendingReport { messages: mailbox.sent.messages(), recipients: mailbox.sent.recipients() },
            downloaded_bytes: mailbox.downloaded.sum(),
            uploaded_bytes: mailbox.uploaded.sum(),
        }
    }
}

impl LockoutReport {
    pub(super) fn all(state: &State) -> Vec<Self> {
        state.mailboxes.values().flat_map(Self::of).collect()
    }

    fn of(mailbox: &MailboxMeter) -> Vec<Self> {
        let told = |lockout: &Lockout, tag: &str| Self {
            mailbox: mailbox.email.to_string(),
            until: instant(lockout.until_ms),
            tag: tag.to_owned(),
            early: lockout.early,
            refused_probes: lockout.refused_probes,
        };
        let all = mailbox.lockout.iter().map(|it| told(it, &it.tag));
        all.chain(mailbox.sending_lockout.iter().map(|it| told(it, SENDING))).collect()
    }
}

fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
