//! How a provider may enforce "so many units a minute". Nobody outside knows which of these it is.

use std::collections::VecDeque;

use crate::time::Millis;

/// The rule by which units of one key are admitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// Never refuses. Tells what the wire alone would allow.
    Open,
    /// No more than the limit in any window (sixty seconds, at Graph ten minutes), to the millisecond.
    Sliding,
    /// No more than the limit in a window, which opens at the first call after the last one ended.
    Fixed,
    /// A bucket that holds a third of the limit and is refilled with 80 % of it per minute, as seen in the field.
    /// At Graph: sliding, and places are given back late.
    Hidden,
}

impl Model {
    /// The three that are compared.
    pub const ALL: [Self; 3] = [Self::Sliding, Self::Fixed, Self::Hidden];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Sliding => "sliding",
            Self::Fixed => "fixed",
            Self::Hidden => "hidden",
        }
    }
}

/// The units of one key, counted by one model. Time must not run backwards between two calls.
#[derive(Clone, Debug)]
pub struct Counter {
    limit: i64,
    /// The length of the window.
    length: Millis,
    /// When the window named in refusals opened: the first call after the one before was over.
    window: Option<Millis>,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Open,
    Sliding {
        log: VecDeque<(Millis, i64)>,
        sum: i64,
    },
    Fixed {
        used: i64,
    },
    /// In parts of a unit, 75,000 to the unit: 80 % of the limit per minute is then `limit` parts per millisecond.
    Hidden {
        parts: i64,
        at: Millis,
    },
}

const PARTS: i64 = 75_000;

impl Counter {
    /// A counter that has seen nothing yet.
    pub fn new(model: Model, limit: u32, length: Millis) -> Self {
        let limit = i64::from(limit);
        let state = match model {
            Model::Open => State::Open,
            Model::Sliding => State::Sliding { log: VecDeque::new(), sum: 0 },
            Model::Fixed => State::Fixed { used: 0 },
            Model::Hidden => State::Hidden { parts: limit / 3 * PARTS, at: 0 },
        };
        Self { limit, length, window: None, state }
    }

    /// Whether so many units may pass now; if not, when they could at the earliest if nothing else came.
    pub fn fits(&mut self, now: Millis, units: u32) -> Result<(), Millis> {
        self.advance(now);
        let units = i64::from(units);
        let at = match &self.state {
            State::Open => return Ok(()),
            State::Sliding { log, sum } => sliding_at(log, sum + units - self.limit, self.length),
            State::Fixed { used } if used + units <= self.limit => None,
            State::Fixed { .. } => self.window.map(|start| start + self.length),
            State::Hidden { parts, .. } => {
                let missing = units * PARTS - parts;
                (missing > 0).then(|| now + (missing + self.limit - 1) / self.limit)
            }
        };
        at.map_or(Ok(()), Err)
    }

    /// Counts units, whether or not they fit.
    pub fn charge(&mut self, now: Millis, units: u32) {
        self.advance(now);
        self.window.get_or_insert(now);
        let units = i64::from(units);
        match &mut self.state {
            State::Open => {}
            State::Sliding { log, sum } => {
                log.push_back((now, units));
                *sum += units;
            }
            State::Fixed { used } => *used += units,
            State::Hidden { parts, .. } => *parts -= units * PARTS,
        }
    }

    /// When the window opened that a refusal speaks of: of a sliding window, the oldest call still in it.
    pub fn window_start(&self) -> Option<Millis> {
        match &self.state {
            State::Sliding { log, .. } => log.front().map(|(at, _)| *at),
            _ => self.window,
        }
    }

    fn advance(&mut self, now: Millis) {
        let over = self.window.is_some_and(|start| start + self.length <= now);
        if over {
            self.window = None;
        }
        match &mut self.state {
            State::Open => {}
            State::Sliding { log, sum } => {
                while let Some((_, units)) = log.pop_front_if(|(at, _)| *at + self.length <= now) {
                    *sum -= units;
                }
            }
            State::Fixed { used } => {
                if over {
                    *used = 0;
                }
            }
            State::Hidden { parts, at } => {
                *parts = (*parts + (now - *at) * self.limit).min(self.limit / 3 * PARTS);
                *at = now;
            }
        }
    }
}

/// When enough has left a sliding window that `excess` units are gone; `None` when none have to go.
fn sliding_at(log: &VecDeque<(Millis, i64)>, excess: i64, length: Millis) -> Option<Millis> {
    if excess <= 0 {
        return None;
    }
    let mut left = excess;
    let last = log.iter().find(|(_, units)| {
        left -= units;
        left <= 0
    });
    // Dearer than the whole window: when the window is empty.
    last.or(log.back()).map(|(at, _)| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sliding_window_gives_back_each_unit_a_minute_after_it_was_taken() {
        let mut counter = Counter::new(Model::Sliding, 100, 60_000);
        counter.charge(1_000, 60);
        counter.charge(2_000, 40);
        assert_eq!(counter.fits(3_000, 1), Err(61_000));
        assert_eq!(counter.fits(3_000, 61), Err(62_000));
        assert_eq!(counter.fits(60_999, 60), Err(61_000));
        assert_eq!(counter.fits(61_000, 60), Ok(()));
        assert_eq!(counter.window_start(), Some(2_000));
        assert_eq!(counter.fits(61_000, 61), Err(62_000));
    }

    #[test]
    fn a_fixed_window_opens_at_the_first_call_after_the_last_one_ended() {
        let mut counter = Counter::new(Model::Fixed, 100, 60_000);
        counter.charge(7_000, 1);
        counter.charge(66_999, 99);
        assert_eq!(counter.fits(66_999, 1), Err(67_000));
        // The boundary lets twice the limit pass within moments: that is what a fixed window does.
        assert_eq!(counter.fits(67_000, 100), Ok(()));
        assert_eq!(counter.window_start(), None, "no window is open until a call comes");
        counter.charge(90_000, 100);
        assert_eq!(counter.fits(149_999, 1), Err(150_000));
    }

    #[test]
    fn the_hidden_bucket_holds_a_third_and_is_refilled_with_four_fifths_a_minute() {
        let mut counter = Counter::new(Model::Hidden, 6_000, 60_000);
        assert_eq!(counter.fits(0, 2_000), Ok(()));
        counter.charge(0, 2_000);
        // 4,800 units a minute are 80 a second: 20 units take 250 ms.
        assert_eq!(counter.fits(0, 20), Err(250));
        assert_eq!(counter.fits(249, 20), Err(250));
        assert_eq!(counter.fits(250, 20), Ok(()));
        assert_eq!(counter.fits(24_999, 2_000), Err(25_000));
        assert_eq!(counter.fits(600_000, 2_001), Err(600_013), "it never holds more than a third");
    }

    #[test]
    fn nothing_is_refused_without_a_limit() {
        let mut counter = Counter::new(Model::Open, 1, 60_000);
        counter.charge(0, 1_000_000);
        assert_eq!(counter.fits(0, 1_000_000), Ok(()));
    }
}
