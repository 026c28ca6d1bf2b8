//! What the pacer gives away to be kept: what a restart should not lose, and what operators look at from outside.

use std::collections::HashMap;

use quota::{KeyView, Snapshot};
use serde::{Deserialize, Serialize};

use super::{Fault, FaultKind, Key, Pace, Regime, lock};

/// What may be kept over a restart.
#[derive(Serialize, Deserialize)]
pub(crate) struct Learned {
    pacer: Snapshot<Key>,
    regimes: Vec<(Key, Regime)>,
    /// Why keys are closed.
    #[serde(default)]
    reasons: Vec<(Key, FaultKind, String)>,
}

/// Keys with something under way, in line or counted, when it was written down.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Busy(Vec<(Key, KeyView)>);

/// Keys written down as busy at most, those that most wait for first.
const MOST_BUSY: usize = 300;
/// Keys looked at under one lock.
const PART: usize = 2_000;

impl Busy {
    /// By key.
    pub(crate) fn by_key(self) -> HashMap<Key, KeyView> {
        self.0.into_iter().collect()
    }
}

impl Pace {
    /// What was learned since this was asked last; `None` if nothing.
    pub(crate) fn learned(&self) -> Option<Learned> {
        let mut state = lock(&self.inner.state);
        if !std::mem::take(&mut state.learned) && !self.inner.regimes.take_news() {
            return None;
        }
        let pacer = state.pacer.snapshot(self.now());
        let closed: Vec<Key> = pacer.keys().copied().collect();
        let reason = |key: Key| state.reasons.get(&key).map(|fault| (key, fault.kind, fault.message.clone()));
        let reasons = closed.into_iter().filter_map(reason).collect();
        Some(Learned { pacer, regimes: self.inner.regimes.learned(), reasons })
    }

    /// What [`Self::learned`] gave was not kept after all.
    pub(in crate::gate) fn learned_unkept(&self) {
        lock(&self.inner.state).learned = true;
        self.inner.news.notify_one();
    }

    /// Takes up what was learned before a restart.
    pub(crate) fn restore(&self, learned: Learned) {
        self.inner.regimes.restore(learned.regimes);
        let mut state = lock(&self.inner.state);
        state.pacer.restore(self.now(), learned.pacer);
        for (key, kind, message) in learned.reasons {
            state.reasons.entry(key).or_insert_with(|| Fault::new(kind, message));
        }
    }

    /// The keys with something going on.
    pub(crate) fn busy(&self) -> Busy {
        let (mut busiest, mut place) = (Vec::new(), Some(0));
        while let Some(from) = place {
            // Admissions pass between two parts.
            place = lock(&self.inner.state).pacer.active(self.now(), from, PART, |key, activity| {
                busiest.push((std::cmp::Reverse(activity), *key));
            });
            if busiest.len() > MOST_BUSY {
                busiest.select_nth_unstable_by_key(MOST_BUSY, |(activity, _)| *activity);
                busiest.truncate(MOST_BUSY);
            }
        }
        busiest.sort_by_key(|(activity, _)| *activity);
        let state = lock(&self.inner.state);
        let view = |(_, key): (_, Key)| Some((key, state.pacer.view(self.now(), &key)?));
        Busy(busiest.into_iter().filter_map(view).collect())
    }
}
