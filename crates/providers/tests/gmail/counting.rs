//! A meter that counts, and can be told to let through fewer than are wanted or to refuse.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use model::quota::{Cost, Regime};
use model::{Fault, FaultKind};
use providers::Meter;
use providers::meter::{Outcome, Pass, Spend};

#[derive(Default)]
pub struct Counting {
    regime: Regime,
    /// Most calls let through at once.
    most: Option<u32>,
    /// How many times to let anything through; unbounded where absent.
    left: Mutex<Option<u32>>,
    spends: Mutex<Vec<(Spend, u32)>>,
    ends: Arc<Mutex<Vec<Outcome>>>,
}

impl Counting {
    #[allow(dead_code)] // of no use where there is one price list only
    pub fn new(regime: Regime) -> Self {
        Self { regime, ..Self::default() }
    }

    /// Lets through at most so many calls at once.
    pub fn cutting(most: u32) -> Self {
        Self { most: Some(most), ..Self::default() }
    }

    /// Lets through `times` times, `most` calls each, and refuses from then on.
    pub fn closing(times: u32, most: u32) -> Self {
        Self { most: Some(most), left: Mutex::new(Some(times)), ..Self::default() }
    }

    /// Names of the calls let through, with how many of each, in order.
    pub fn calls(&self) -> Vec<(&'static str, u32)> {
        self.spends.lock().unwrap().iter().map(|(spend, granted)| (spend.operation, *granted)).collect()
    }

    /// Everything let through, added up.
    pub fn total(&self) -> Cost {
        self.spends.lock().unwrap().iter().fold(Cost::default(), |mut sum, (spend, granted)| {
            sum.units += spend.cost.units * granted;
            sum.requests += spend.cost.requests * granted;
            sum.bytes_up += spend.cost.bytes_up * u64::from(*granted);
            sum.messages += spend.cost.messages * granted;
            sum.recipients += spend.cost.recipients * granted;
            sum
        })
    }

    /// What became of the passes, in order.
    pub fn ends(&self) -> Vec<Outcome> {
        self.ends.lock().unwrap().clone()
    }
}

#[async_trait]
impl Meter for Counting {
    fn regime(&self) -> Regime {
        self.regime
    }

    async fn enter(&self, spend: Spend) -> Result<Pass, Fault> {
        if let Some(left) = self.left.lock().unwrap().as_mut() {
            *left = left.checked_sub(1).ok_or_else(|| Fault::new(FaultKind::RateLimitedUser, "closed"))?;
        }
        let granted = spend.calls.min(self.most.unwrap_or(u32::MAX));
        self.spends.lock().unwrap().push((spend, granted));
        let ends = self.ends.clone();
        Ok(Pass::new(granted, move |outcome| ends.lock().unwrap().push(outcome)))
    }
}
