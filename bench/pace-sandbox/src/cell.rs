//! One workload under one model and regime.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sandbox::quotas::{Limits, Model, Quotas};

use crate::regime::Regime;
use crate::workload::{BURST_AT, Reads, Workload};

/// Milliseconds that every call takes.
pub const LATENCY: i64 = 120;
/// Calls of one mailbox at once; more are refused.
pub const PLACES: u32 = 50;
/// Longest schedule of reads, in milliseconds.
const LONGEST: f64 = 3_600_000.0;

/// One workload under one model and regime.
#[derive(Clone, Debug)]
pub struct Cell {
    pub workload: Workload,
    pub regime: Regime,
    pub model: Model,
    /// Refused calls use up units, too.
    pub charge_refused: bool,
    pub seed: u64,
}

impl Cell {
    /// The model's name in tables.
    pub fn model_name(&self) -> &'static str {
        match self.model {
            Model::Off => "off",
            Model::Sliding => "sliding",
            Model::Fixed => "fixed",
            Model::Hidden => "hidden",
        }
    }

    /// What the sandbox enforces.
    pub fn quotas(&self) -> Quotas {
        let stolen = if self.workload.stolen { self.stolen_per_second() } else { 0 };
        let usual = Limits::default();
        Quotas::Enforced(Limits {
            regime: self.regime.sandbox,
            model: self.model,
            project_units: if self.workload.one_for_all { self.regime.user_limit } else { usual.project_units },
            concurrency: PLACES,
            refused_consume: self.charge_refused,
            latency_ms: u32::try_from(LATENCY).unwrap_or_default(),
            thief_per_mailbox: stolen,
            ..usual
        })
    }

    /// Units per second that another client takes.
    pub fn stolen_per_second(&self) -> u32 {
        self.regime.user_limit / 2 / 60
    }

    /// When each interactive read is asked for, in milliseconds after the beginning.
    pub fn reads(&self) -> Vec<i64> {
        let most = self.workload.messages as usize;
        match self.workload.reads {
            Reads::None => Vec::new(),
            Reads::Burst(count) => vec![BURST_AT; count as usize],
            Reads::Every(mean) => {
                let (mut chance, mut at) = (ChaCha8Rng::seed_from_u64(self.seed), 0.0);
                let next = || {
                    at -= mean * (1.0 - chance.random::<f64>()).ln();
                    (at < LONGEST).then_some(at as i64)
                };
                std::iter::from_fn(next).take(most).collect()
            }
        }
    }
}
