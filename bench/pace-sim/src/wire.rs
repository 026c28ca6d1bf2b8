//! The wire: how long a call takes, and when on its way the provider looks at its clock.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::time::Millis;

/// Draws latencies. The same seed gives the same draws.
#[derive(Clone, Debug)]
pub struct Wire {
    chance: ChaCha8Rng,
    median: f64,
}

/// One call's times from departure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trip {
    /// Until the provider counts it.
    pub there: Millis,
    /// From then until the answer is back.
    pub back: Millis,
}

/// Spread of the logarithm; with the median of 120 ms nine calls in ten take 57 to 250 ms.
const SIGMA: f64 = 0.45;
/// Shortest and longest call, as parts of the median: 50 and 300 ms for 120 ms.
const SHORTEST: f64 = 50.0 / 120.0;
const LONGEST: f64 = 300.0 / 120.0;

impl Wire {
    /// A wire whose calls take `median` milliseconds in the middle.
    pub fn new(seed: u64, median: u32) -> Self {
        Self { chance: ChaCha8Rng::seed_from_u64(seed), median: f64::from(median) }
    }

    /// The next call's times: log-normal within bounds, counted anywhere between departure and answer.
    pub fn trip(&mut self) -> Trip {
        let (u, v): (f64, f64) = (self.chance.random(), self.chance.random());
        let normal = (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let factor = (SIGMA * normal).exp().clamp(SHORTEST, LONGEST);
        let whole = self.median * factor;
        let there = whole * self.chance.random::<f64>();
        let there = there.round() as Millis;
        Trip { there, back: (whole.round() as Millis - there).max(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trips_take_between_50_and_300_ms_and_about_120_in_the_middle() {
        let mut wire = Wire::new(1, 120);
        let mut whole: Vec<Millis> = (0..2_001).map(|_| wire.trip()).map(|trip| trip.there + trip.back).collect();
        whole.sort_unstable();
        assert!(whole[0] >= 50 && whole[2_000] <= 300, "{} to {}", whole[0], whole[2_000]);
        assert!((110..=130).contains(&whole[1_000]), "{}", whole[1_000]);
    }

    #[test]
    fn the_same_seed_draws_the_same_trips() {
        let (mut a, mut b) = (Wire::new(7, 120), Wire::new(7, 120));
        assert!((0..100).all(|_| a.trip() == b.trip()));
    }
}
