//! Which limits there are, and how they are reckoned.

use serde::{Deserialize, Serialize};

/// Quota enforcement of one sandbox.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Quotas {
    /// Nothing is counted, nothing refused.
    #[default]
    Off,
    /// Calls are counted, and refused beyond these limits.
    Enforced(Limits),
}

/// Which of Gmail's two price lists a project is under (facts 1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    /// Projects since May 2026: 6,000 units per minute and user, reads cost 20.
    #[default]
    Current,
    /// Projects from before: 15,000 units per minute and user, reads cost 5; refusals speak of `Queries`.
    Legacy,
    /// As legacy, with the words that refusals often have since: `Previous quota: Units per minute per user`.
    Previous,
}

impl Regime {
    /// Units per minute that one user of one project has, as published.
    pub fn user_units(self) -> u32 {
        match self {
            Self::Current => 6_000,
            Self::Legacy | Self::Previous => 15_000,
        }
    }
}

/// How a per-minute limit is reckoned. Nobody outside knows how Google does it (facts 1.1); a client had better live
/// with each of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// Units are counted and never refused.
    Off,
    /// No more than the limit in any sixty seconds, to the millisecond.
    #[default]
    Sliding,
    /// No more than the limit in each minute of the clock.
    Fixed,
    /// What the field saw: a bucket that holds a third of the limit and is refilled with 80 % of it per minute.
    Hidden,
}

/// The limits of a sandbox. The default is what is published, or where nothing is, what was measured. Of the numbers,
/// 0 stands for "no such limit".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The price list.
    pub regime: Regime,
    /// How the per-minute limits are reckoned.
    pub model: Model,
    /// Units per minute of one user in one project; `None` is what is published for the regime.
    pub user_units: Option<u32>,
    /// Units per minute of one project.
    pub project_units: u32,
    /// Requests at once for one mailbox, by whatever clients; the calls inside a batch count one by one.
    pub concurrency: u32,
    /// Bytes in answers for one mailbox in 24 hours.
    pub download_bytes: u64,
    /// Bytes in requests for one mailbox in 24 hours.
    pub upload_bytes: u64,
    /// Messages that one mailbox may send in 24 hours.
    pub sending_messages: u32,
    /// Recipients that one mailbox may send to in 24 hours, each counted as often as it is written to.
    pub sending_recipients: u32,
    /// Seconds for which mail is still accepted after a sending cap was exceeded: Google refuses late (facts 5).
    pub sending_delay_seconds: u32,
    /// How far ahead the instant of a "Retry after" lies, in seconds.
    pub lockout_seconds: u32,
    /// What a call before that instant does to it.
    pub lockout_early: super::Early,
    /// Whether a refused call uses up its units all the same.
    pub refused_consume: bool,
    /// In how many of a hundred refusals `window_start_time` is told.
    pub window_start_percent: u8,
    /// How long every call takes, in milliseconds of the sandbox's clock; the place is held that long.
    pub latency_ms: u32,
    /// Units per second that another program takes from each mailbox's allowance in the project.
    pub thief_per_mailbox: u32,
    /// Units per second that another program takes from each project's allowance.
    pub thief_per_project: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            regime: Regime::Current,
            model: Model::Sliding,
            user_units: None,
            project_units: 1_200_000,
            concurrency: 50,
            download_bytes: 2_500_000_000,
            upload_bytes: 500_000_000,
            sending_messages: 2_000,
            sending_recipients: 10_000,
            sending_delay_seconds: 300,
            lockout_seconds: 956,
            lockout_early: super::Early::Rearm,
            refused_consume: true,
            window_start_percent: 32,
            latency_ms: 0,
            thief_per_mailbox: 0,
            thief_per_project: 0,
        }
    }
}

impl Limits {
    /// No limit at all: what holds while quotas are off and a lockout was ordered.
    pub fn none() -> Self {
        Self {
            model: Model::Off,
            concurrency: 0,
            download_bytes: 0,
            upload_bytes: 0,
            sending_messages: 0,
            sending_recipients: 0,
            ..Self::default()
        }
    }

    /// Units per minute of one user in one project.
    pub fn per_user(&self) -> u64 {
        u64::from(self.user_units.unwrap_or_else(|| self.regime.user_units()))
    }

    /// Units per minute of one project.
    pub fn per_project(&self) -> u64 {
        u64::from(self.project_units)
    }
}
