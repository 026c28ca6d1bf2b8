//! Keys as operators see them.

use std::collections::HashMap;
use std::sync::Arc;

use model::Provider;
use model::quota::Limits;
use model::standing::{KeyStanding, ThrottleStanding, WindowStanding};
use quota::{Census, KeyView, ThrottleView, WindowView};

use super::{Asked, Class, Fault, FaultKind, Key, Level, Limited, Pace, explain, instant, lock};

/// What the pacer has counted since the start, for metrics.
pub(crate) struct Totals {
    /// By project and class.
    pub(crate) asked: HashMap<(Key, Class), Asked>,
    /// Refused calls by project and the kind of fault.
    pub(crate) refused: HashMap<(Key, FaultKind), u64>,
    /// All keys in figures.
    pub(crate) census: Census,
}

impl Pace {
    /// A key as it stands; in place of what this process knows of its windows and waiters, what another wrote down.
    pub(crate) fn standing(
        &self,
        key: &Key,
        level: Level,
        limits: &Arc<Limits>,
        elsewhere: Option<&KeyView>,
    ) -> KeyStanding {
        let (now, state) = (self.now(), lock(&self.inner.state));
        let mut view = state.pacer.look(now, key, level, limits);
        if let Some(other) = elsewhere {
            view = KeyView { throttles: view.throttles, ..other.clone() };
        }
        let reason = state.reasons.get(key);
        KeyStanding {
            level,
            next_at: view.next.filter(|next| *next > now).map(instant),
            windows: view.windows.iter().map(window).collect(),
            throttles: view.throttles.iter().map(|throttle| self::throttle(level, throttle, reason)).collect(),
            in_flight: view.in_flight,
            concurrency: view.concurrency,
            waiting: view.waiting,
        }
    }

    /// The limits in force for a mailbox, or for a project where no address is given.
    pub(crate) fn limits(&self, project: &Key, provider: Provider, address: &str) -> Arc<Limits> {
        self.inner.limits.of(provider, self.regime(project), address)
    }

    /// What was counted since the start.
    pub(crate) fn totals(&self) -> Totals {
        let state = lock(&self.inner.state);
        Totals { asked: state.asked.clone(), refused: state.refused.clone(), census: state.pacer.census() }
    }
}

fn window(view: &WindowView) -> WindowStanding {
    WindowStanding {
        dimension: view.dimension,
        per: view.per,
        used: view.used,
        amount: view.amount,
        ceiling: (view.amount as f64 * view.ceiling).round() as u64,
        reserve: view.reserve,
        tight: view.tight,
    }
}

/// With its reason, if the reason at hand is one of this throttle.
fn throttle(level: Level, view: &ThrottleView, reason: Option<&Fault>) -> ThrottleStanding {
    let is_sending = |fault: &&Fault| {
        let what = super::refusal_of(fault).map(|quota| quota.what);
        matches!(what, Some(Limited::By(dimension)) if dimension.is_sending()) == view.sending_only
    };
    let fault = reason.filter(is_sending).cloned().unwrap_or_else(|| explain::closed(level, view.what));
    ThrottleStanding {
        what: view.what,
        sending_only: view.sending_only,
        until: instant(view.until),
        times: view.times,
        kind: fault.kind,
        message: fault.message,
    }
}
