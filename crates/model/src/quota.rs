//! Quotas in nouns: what a provider call costs, what a provider allows, and what a refusal says about it.
//!
//! Nothing here knows a provider. `providers` says what its calls cost and which limits are published, `quota`
//! does the arithmetic, `engine::gate` stands between them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who waits for a provider call. Strictly ordered: the first goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Somebody waits for the answer.
    Interactive,
    /// Outgoing mail.
    Send,
    /// Following changes.
    Live,
    /// First sync and reconciling.
    Backfill,
}

impl Class {
    /// How many classes there are.
    pub const COUNT: usize = 4;
    /// Every class, the first to go first.
    pub const ALL: [Class; Class::COUNT] = [Class::Interactive, Class::Send, Class::Live, Class::Backfill];

    /// Whether a person waits, so that a fault now is better than an answer late.
    pub fn is_awaited(self) -> bool {
        matches!(self, Class::Interactive | Class::Send)
    }

    /// The public name, as in metrics and the operators' API.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Interactive => "interactive",
            Class::Send => "send",
            Class::Live => "live",
            Class::Backfill => "backfill",
        }
    }
}

/// What is counted against an allowance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The provider's own price of a call.
    Units,
    /// Calls.
    Requests,
    /// Bytes to the provider.
    BytesUp,
    /// Bytes from the provider.
    BytesDown,
    /// Messages sent.
    Messages,
    /// Recipients of messages sent.
    Recipients,
}

impl Dimension {
    /// How many dimensions there are.
    pub const COUNT: usize = 6;
    /// Every dimension.
    pub const ALL: [Dimension; Dimension::COUNT] = [
        Dimension::Units,
        Dimension::Requests,
        Dimension::BytesUp,
        Dimension::BytesDown,
        Dimension::Messages,
        Dimension::Recipients,
    ];

    /// The public name, as in metrics and the operators' API.
    pub fn as_str(self) -> &'static str {
        match self {
            Dimension::Units => "units",
            Dimension::Requests => "requests",
            Dimension::BytesUp => "bytes_up",
            Dimension::BytesDown => "bytes_down",
            Dimension::Messages => "messages",
            Dimension::Recipients => "recipients",
        }
    }

    /// Whether only outgoing mail is counted here, so that its exhaustion leaves reading open.
    pub fn is_sending(self) -> bool {
        matches!(self, Dimension::Messages | Dimension::Recipients)
    }
}

/// What **one** provider call takes of every dimension.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// The provider's own price.
    pub units: u32,
    /// Calls: 1 for a call over the wire.
    pub requests: u32,
    /// Bytes to the provider, as far as known beforehand.
    pub bytes_up: u64,
    /// Bytes from the provider, as far as known beforehand; the answer corrects it.
    pub bytes_down: u64,
    /// Messages sent.
    pub messages: u32,
    /// Recipients of messages sent.
    pub recipients: u32,
}

impl Cost {
    /// One call of so many units.
    pub const fn units(units: u32) -> Self {
        Self { units, requests: 1, bytes_up: 0, bytes_down: 0, messages: 0, recipients: 0 }
    }

    /// The amount in one dimension.
    pub const fn of(&self, dimension: Dimension) -> u64 {
        match dimension {
            Dimension::Units => self.units as u64,
            Dimension::Requests => self.requests as u64,
            Dimension::BytesUp => self.bytes_up,
            Dimension::BytesDown => self.bytes_down,
            Dimension::Messages => self.messages as u64,
            Dimension::Recipients => self.recipients as u64,
        }
    }

    /// Whether the call sends mail, and is therefore stopped by a throttle of sending.
    pub const fn is_sending(&self) -> bool {
        self.messages > 0 || self.recipients > 0
    }
}

/// Which key a limit or a refusal belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The connector's project (app registration) over all its mailboxes.
    Project,
    /// One mailbox as reached through one project.
    ProjectMailbox,
    /// One mailbox, whoever reaches it.
    Mailbox,
    /// An organisation over all its mailboxes.
    Tenant,
}

impl Level {
    /// How many levels there are.
    pub const COUNT: usize = 4;
    /// Every level.
    pub const ALL: [Level; Level::COUNT] = [Level::Project, Level::ProjectMailbox, Level::Mailbox, Level::Tenant];

    /// The public name, as in metrics and the operators' API.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Project => "project",
            Level::ProjectMailbox => "project_mailbox",
            Level::Mailbox => "mailbox",
            Level::Tenant => "tenant",
        }
    }
}

/// So much of a dimension within any stretch of time of a length, at a level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allowance {
    /// Which key counts.
    pub level: Level,
    /// What is counted.
    pub dimension: Dimension,
    /// How much is allowed.
    pub amount: u64,
    /// Within which length of time.
    pub per: Duration,
}

/// How many calls may be under way at once for one mailbox. Batches count as their inner calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Concurrency {
    /// Where a mailbox begins that nothing is known of.
    pub start: u32,
    /// What it may grow to while all goes well.
    pub most: u32,
    /// What it never shrinks below.
    pub least: u32,
}

/// Everything a provider publishes about how much it may be asked.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// The allowances of all levels.
    pub allowances: Vec<Allowance>,
    /// Calls under way per mailbox ([`Level::Mailbox`]); unbounded where absent.
    pub concurrency: Option<Concurrency>,
}

/// Which price list is in force for a project. Providers give meaning to it (facts: gmail.md 1.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    /// What the provider gives to new projects.
    #[default]
    Current,
    /// What older projects keep for a while.
    Previous,
}

impl Regime {
    /// The public name, as in the configuration and the operators' API.
    pub fn as_str(self) -> &'static str {
        match self {
            Regime::Current => "current",
            Regime::Previous => "previous",
        }
    }

    /// Reads a public name.
    pub fn parse(text: &str) -> Option<Self> {
        [Regime::Current, Regime::Previous].into_iter().find(|regime| regime.as_str() == text)
    }
}

/// What a refusal says was exhausted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// The allowance of one dimension.
    By(Dimension),
    /// Too many calls under way at once.
    Concurrency,
    /// The provider does not say; everything at that level rests.
    General,
}

/// What a throttling fault says about quotas.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuotaRefusal {
    /// Which key refused.
    pub level: Level,
    /// What was exhausted.
    pub what: Limited,
    /// The price list that the refusal gives away, if it does.
    pub regime: Option<Regime>,
    /// The published amount that the refusal names, if it does.
    pub limit: Option<u64>,
}

impl QuotaRefusal {
    /// A refusal that says no more than where and what.
    pub const fn new(level: Level, what: Limited) -> Self {
        Self { level, what, regime: None, limit: None }
    }
}

/// What was asked of a provider for one grant within one minute.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct ProviderMinute {
    /// Minutes since 1970-01-01T00:00:00Z.
    pub minute: i64,
    /// Calls that went out, each inner call of a batch by itself.
    pub calls: u64,
    /// The provider's units they took.
    pub units: u64,
    /// Calls refused because of a quota.
    pub refusals: u64,
    /// Requests that had to wait for leave.
    pub waits: u64,
    /// How long these waited, all together, in milliseconds.
    pub waited_ms: u64,
}

impl ProviderMinute {
    /// Adds what happened in the same minute.
    pub fn add(&mut self, other: &ProviderMinute) {
        self.calls += other.calls;
        self.units += other.units;
        self.refusals += other.refusals;
        self.waits += other.waits;
        self.waited_ms += other.waited_ms;
    }
}
