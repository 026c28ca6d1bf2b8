//! What background work leaves free: the reserve for interactive calls, and the shape of the first window.
//!
//! A window that is filled greedily repeats the shape of its first minute for ever: all at once, then nothing until it
//! is let go. So the first window after a rest is shaped: background work takes most of it at once and the rest
//! evenly over its length, and ever after a steady trickle comes free, into which interactive calls go first.

/// Of the allowance, at once after a rest.
const BURST: f64 = 0.72;
/// Below this part of the allowance, background work counts as rested.
const RESTED: f64 = 0.10;
/// Longer windows are not shaped: nobody wants to wait a day for the last quarter.
const LONGEST_SHAPED: i64 = 600_000;
/// The reserve when nobody has called interactively for long.
const FLOOR: f64 = 0.004;
const MOST: f64 = 0.5;
/// On top of recent interactive use.
const MARGIN: f64 = 1.2;
/// Steps per window in which the memory of interactive use fades, and what each leaves of it.
const STEPS: i64 = 8;
const FADING: f64 = 0.85;

/// How much background work may use of one window.
#[derive(Clone, Debug)]
pub(crate) struct Reserve {
    /// The most that interactive calls used of the window, fading.
    recent: f64,
    faded_at: i64,
    shaped_from: Option<i64>,
}

/// The limit for background work.
pub(crate) struct Share {
    pub(crate) cap: u64,
    /// When it will be larger, if it will by time alone: never later than that.
    pub(crate) grows: Option<i64>,
}

impl Reserve {
    pub(crate) fn new(now: i64) -> Self {
        Self { recent: 0.0, faded_at: now, shaped_from: None }
    }

    fn fade(&mut self, now: i64, per: i64, awaited: u64) {
        let step = (per / STEPS).max(1);
        let steps = (now - self.faded_at) / step;
        if steps > 0 {
            self.recent *= FADING.powi(i32::try_from(steps).unwrap_or(i32::MAX));
            self.faded_at += steps * step;
        }
        self.recent = self.recent.max(awaited as f64);
    }

    /// What is kept for interactive calls at present, used or not.
    pub(crate) fn kept(&self, amount: u64, awaited: u64) -> u64 {
        let amount = amount as f64;
        let recent = self.recent.max(awaited as f64);
        (recent * MARGIN + amount * FLOOR).min(amount * MOST) as u64
    }

    /// The share of background work now.
    pub(crate) fn share(&mut self, now: i64, (amount, per): (u64, i64), used: u64, awaited: u64) -> Share {
        self.fade(now, per, awaited);
        let kept = self.kept(amount, awaited).saturating_sub(awaited);
        let open = amount.saturating_sub(kept);
        let shape = self.shape(now, (amount, per), used - awaited);
        let fades = (kept > 0).then(|| self.faded_at + (per / STEPS).max(1));
        let Some(since) = shape else { return Share { cap: open, grows: fades } };
        let part = BURST + (1.0 - BURST) * since as f64 / per as f64;
        let cap = (open as f64 * part) as u64;
        // When the next unit is released: rather a moment too early than too late.
        let released = ((cap + 1) as f64 / open.max(1) as f64 - BURST) / (1.0 - BURST) * per as f64;
        let grown = now + (released as i64 - since).clamp(1, per - since);
        Share { cap, grows: Some(fades.map_or(grown, |fades| fades.min(grown))) }
    }

    /// How far into a shaped window we are, if in one.
    fn shape(&mut self, now: i64, (amount, per): (u64, i64), background: u64) -> Option<i64> {
        if per > LONGEST_SHAPED {
            return None;
        }
        if let Some(since) = self.shaped_from.map(|from| now - from).filter(|since| *since < per) {
            return Some(since);
        }
        let rested = background as f64 <= amount as f64 * RESTED;
        self.shaped_from = rested.then_some(now);
        rested.then_some(0)
    }
}
