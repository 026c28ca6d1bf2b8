//! Percentiles of durations.

use std::time::Duration;

/// Durations of one kind.
#[derive(Default)]
pub struct Durations(Vec<Duration>);

impl Durations {
    pub fn new(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds below which `percent` of them lie; 0 when there are none.
    pub fn percentile(&self, percent: f64) -> f64 {
        let rank = (percent / 100.0 * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.clamp(1, self.0.len().max(1)) - 1).map_or(0.0, |duration| duration.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let all = Durations::new((1..=100).map(Duration::from_millis).collect());
        assert_eq!((all.percentile(50.0), all.percentile(99.0), all.percentile(100.0)), (50.0, 99.0, 100.0));
        assert_eq!(Durations::default().percentile(99.0), 0.0);
    }
}
