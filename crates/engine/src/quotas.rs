//! How quotas stand, for operators. Looking changes nothing and asks no provider.

use std::collections::{BTreeMap, HashMap};

use model::connector::Connector;
use model::grant::Grant;
use model::quota::{Level, ProviderMinute};
use model::standing::{Asked, KeyStanding, Standing};
use model::{ApplicationId, FaultKind, Provider, Timestamp};
use quota::KeyView;

use crate::at_rest::AtRest;
use crate::gate::{Class, Key};
use crate::{Engine, Result};

/// Hours of minutes that are kept, and so can be asked for.
pub const MOST_HOURS: u32 = 48;

/// Where keys are looked at from: the process that calls, or one beside it.
struct Seen {
    elsewhere: HashMap<Key, KeyView>,
    as_of: Timestamp,
}

/// What the gate has counted since the start, for metrics; no mailbox is named.
#[derive(Clone, Default, Debug)]
pub struct GateTotals {
    /// What was asked, by application, provider and class.
    pub asked: BTreeMap<(ApplicationId, Provider, Class), Asked>,
    /// Calls refused, by application, provider and the kind of fault.
    pub refused: BTreeMap<(ApplicationId, Provider, FaultKind), u64>,
    /// Keys known, by level.
    pub keys: Vec<LevelTotals>,
    /// Calls in line, by class.
    pub waiting: Vec<(Class, u64)>,
}

/// The keys of one level in figures.
#[derive(Clone, Copy, Debug)]
pub struct LevelTotals {
    /// Which level.
    pub level: Level,
    /// Known.
    pub keys: u64,
    /// Of these, closed by a throttle.
    pub throttled: u64,
    /// Of these, paced because they were refused not long ago.
    pub tight: u64,
}

impl Engine {
    /// How the quotas of a mailbox stand, with what was asked in the last `hours` (1 to [`MOST_HOURS`]).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn quota(&self, grant: &Grant, hours: u32) -> Result<Standing> {
        self.inner.gate.remember().await;
        let here = Seen { elsewhere: HashMap::new(), as_of: self.now() };
        self.standing(grant, hours, &here).await
    }

    /// As [`Self::quota`], in a process beside the server: what the server wrote down last.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn kept_quota(&self, grant: &Grant, hours: u32) -> Result<Standing> {
        self.inner.gate.remember().await;
        let (elsewhere, then) = self.inner.gate.seen_elsewhere().await?;
        let seen = Seen { elsewhere, as_of: then.unwrap_or_else(|| self.now()) };
        self.standing(grant, hours, &seen).await
    }

    /// How the quotas of a connector's project stand, over all its mailboxes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project_quota(&self, connector: &Connector, hours: u32) -> Result<Standing> {
        self.inner.gate.remember().await;
        // Sums are of the store alone, so what is not written yet goes there first.
        self.inner.gate.keep().await;
        let (application, provider) = (connector.application_id, connector.provider);
        let span = self.span(hours);
        let minutes = self.inner.store().project_minutes(application, provider, span.0).await.at_rest()?;
        let (pace, key) = (self.inner.gate.pace(), Key::Project(application, provider));
        let limits = pace.limits(&key, provider, "");
        let keys = vec![pace.standing(&key, Level::Project, &limits, None)];
        Ok(Standing { provider, regime: pace.regime(&key), as_of: self.now(), keys, span, minutes })
    }

    /// What the gate has counted since the start. Looks at every key once; not for every request.
    pub fn gate_totals(&self) -> GateTotals {
        let totals = self.inner.gate.pace().totals();
        let project = |key: Key| match key {
            Key::Project(application, provider) => Some((application, provider)),
            _ => None,
        };
        let asked = totals.asked.into_iter();
        let refused = totals.refused.into_iter();
        let census = totals.census;
        let level = |level: Level| LevelTotals {
            level,
            keys: census.keys[level as usize],
            throttled: census.throttled[level as usize],
            tight: census.tight[level as usize],
        };
        GateTotals {
            asked: asked.filter_map(|((key, class), sum)| project(key).map(|(a, p)| ((a, p, class), sum))).collect(),
            refused: refused.filter_map(|((key, kind), sum)| project(key).map(|(a, p)| ((a, p, kind), sum))).collect(),
            keys: Level::ALL.map(level).to_vec(),
            waiting: Class::ALL.map(|class| (class, census.waiting[class as usize])).to_vec(),
        }
    }

    async fn standing(&self, grant: &Grant, hours: u32, seen: &Seen) -> Result<Standing> {
        let (pace, project) = (self.inner.gate.pace(), Key::project(grant));
        let limits = pace.limits(&project, grant.provider, &grant.email);
        let named = [
            (Level::Project, project),
            (Level::ProjectMailbox, Key::Grant(grant.id)),
            (Level::Mailbox, Key::mailbox(grant)),
        ];
        let stands = |(level, key): (Level, Key)| pace.standing(&key, level, &limits, seen.elsewhere.get(&key));
        let keys: Vec<KeyStanding> = named.into_iter().map(stands).collect();
        let span = self.span(hours);
        let (regime, minutes) = (pace.regime(&project), self.minutes(grant, span.0).await?);
        Ok(Standing { provider: grant.provider, regime, as_of: seen.as_of, keys, span, minutes })
    }

    /// From which minute to which one hours reach back; the minute under way is the last.
    fn span(&self, hours: u32) -> (i64, i64) {
        let end = self.now().as_second().div_euclid(60) + 1;
        (end - i64::from(hours.clamp(1, MOST_HOURS)) * 60, end)
    }

    /// Minutes at rest and those not written down yet.
    async fn minutes(&self, grant: &Grant, from: i64) -> Result<Vec<ProviderMinute>> {
        // The unwritten ones first: written meanwhile they would be missed, not counted twice.
        let fresh = self.inner.gate.pace().minutes_of(grant.id);
        let kept = self.inner.store().provider_minutes(grant.id, from).await.at_rest()?;
        let mut minutes: BTreeMap<i64, ProviderMinute> = kept.into_iter().map(|one| (one.minute, one)).collect();
        for one in fresh.into_iter().filter(|one| one.minute >= from) {
            let empty = ProviderMinute { minute: one.minute, ..ProviderMinute::default() };
            minutes.entry(one.minute).or_insert(empty).add(&one);
        }
        Ok(minutes.into_values().collect())
    }
}

#[cfg(test)]
mod tests;
