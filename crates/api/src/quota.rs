//! How quotas stand, on the wire: for operators, and for dashboards that draw the last hours.

use model::quota::{Class, Limited, ProviderMinute};
use model::standing::{KeyStanding, Standing, ThrottleStanding, WindowStanding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the quotas of a mailbox, or of a connector's project, stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Quota {
    /// Always `quota`.
    pub object: String,
    /// The grant; left out for a project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Whose quotas these are.
    pub provider: String,
    /// The price list in force: `current` or `previous`.
    pub regime: String,
    /// When it was so, Unix seconds.
    pub as_of: i64,
    /// Every key that a call counts against, the widest first.
    pub keys: Vec<QuotaKey>,
    /// What was asked of the provider, minute by minute.
    pub history: QuotaHistory,
}

/// One key: a project, a mailbox as reached through it, a mailbox whoever reaches it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaKey {
    /// `project`, `project_mailbox`, `mailbox` or `tenant`.
    pub level: String,
    /// When the next small call could go, Unix milliseconds; left out if at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at_ms: Option<i64>,
    /// Its allowances.
    pub windows: Vec<QuotaWindow>,
    /// What the provider closed, soonest open first.
    pub throttles: Vec<QuotaThrottle>,
    /// Calls under way.
    pub in_flight: u32,
    /// How many may be under way; left out where unbounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Calls in line that this key holds up.
    pub waiting: QuotaWaiting,
}

/// Calls in line, by class; the first goes first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaWaiting {
    /// Somebody waits for the answer.
    pub interactive: u32,
    /// Outgoing mail.
    pub send: u32,
    /// Following changes.
    pub live: u32,
    /// First sync and reconciling.
    pub backfill: u32,
}

/// One allowance: so much within any stretch of so many seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaWindow {
    /// `units`, `requests`, `bytes_up`, `bytes_down`, `messages` or `recipients`.
    pub dimension: String,
    /// Length of the window in seconds.
    pub seconds: u64,
    /// Counted at present, calls under way included.
    pub used: u64,
    /// What the provider publishes, or the operator set.
    pub limit: u64,
    /// What is believed of it since the last refusals.
    pub ceiling: u64,
    /// Kept free for calls that somebody waits for.
    pub reserve: u64,
    /// Calls are spread evenly, because the key was refused not long ago.
    pub tight: bool,
}

/// A throttle: the provider said to stay away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaThrottle {
    /// What was exhausted: a dimension, `concurrency`, or `general` where the provider does not say.
    pub what: String,
    /// Only sending is stopped.
    pub sending_only: bool,
    /// Nothing goes out before, Unix seconds, rounded up.
    pub until: i64,
    /// How many times in a row it was refused.
    pub times: u32,
    /// The kind of fault it came with, as in `error.fault.kind`.
    pub kind: String,
    /// Why, in one sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Parallel arrays, one entry per minute, oldest first. Zeros at the end may still grow: the last minute is under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaHistory {
    /// Start of the first minute, Unix seconds.
    pub start: i64,
    /// Length of a step in seconds: 60.
    pub step: u32,
    /// Calls that went out, each inner call of a batch by itself.
    pub calls: Vec<u64>,
    /// The provider's units they took.
    pub units: Vec<u64>,
    /// Calls refused because of a quota.
    pub refusals: Vec<u64>,
    /// Requests that had to wait for leave.
    pub waits: Vec<u64>,
    /// How long these waited, all together, in milliseconds.
    pub waited_ms: Vec<u64>,
}

impl Quota {
    /// The wire form.
    pub fn render(standing: &Standing, grant_id: Option<String>) -> Self {
        Self {
            object: "quota".into(),
            grant_id,
            provider: standing.provider.to_string(),
            regime: standing.regime.as_str().into(),
            as_of: standing.as_of.as_second(),
            keys: standing.keys.iter().map(QuotaKey::render).collect(),
            history: QuotaHistory::render(standing),
        }
    }
}

impl QuotaKey {
    fn render(key: &KeyStanding) -> Self {
        let of = |class: Class| key.waiting[class as usize];
        Self {
            level: key.level.as_str().into(),
            next_at_ms: key.next_at.map(|at| at.as_millisecond()),
            windows: key.windows.iter().map(QuotaWindow::render).collect(),
            throttles: key.throttles.iter().map(QuotaThrottle::render).collect(),
            in_flight: key.in_flight,
            concurrency: key.concurrency,
            waiting: QuotaWaiting {
                interactive: of(Class::Interactive),
                send: of(Class::Send),
                live: of(Class::Live),
                backfill: of(Class::Backfill),
            },
        }
    }
}

impl QuotaWindow {
    fn render(window: &WindowStanding) -> Self {
        Self {
            dimension: window.dimension.as_str().into(),
            seconds: window.per.as_secs(),
            used: window.used,
            limit: window.amount,
            ceiling: window.ceiling,
            reserve: window.reserve,
            tight: window.tight,
        }
    }
}

impl QuotaThrottle {
    fn render(throttle: &ThrottleStanding) -> Self {
        let what = match throttle.what {
            Limited::By(dimension) => dimension.as_str(),
            Limited::Concurrency => "concurrency",
            Limited::General => "general",
        };
        let until = throttle.until;
        Self {
            what: what.into(),
            sending_only: throttle.sending_only,
            // A floor is never told too early.
            until: until.as_second() + i64::from(until.subsec_nanosecond() > 0),
            times: throttle.times,
            kind: throttle.kind.as_str().into(),
            message: throttle.message.clone(),
            remedy: throttle.kind.remedy().into(),
        }
    }
}

impl QuotaHistory {
    fn render(standing: &Standing) -> Self {
        let (from, end) = standing.span;
        let draw = |of: fn(&ProviderMinute) -> u64| {
            let mut drawn = vec![0; usize::try_from(end - from).unwrap_or_default()];
            for minute in &standing.minutes {
                let place = usize::try_from(minute.minute - from).ok().and_then(|at| drawn.get_mut(at));
                if let Some(place) = place {
                    *place += of(minute);
                }
            }
            drawn
        };
        Self {
            start: from * 60,
            step: 60,
            calls: draw(|minute| minute.calls),
            units: draw(|minute| minute.units),
            refusals: draw(|minute| minute.refusals),
            waits: draw(|minute| minute.waits),
            waited_ms: draw(|minute| minute.waited_ms),
        }
    }
}
