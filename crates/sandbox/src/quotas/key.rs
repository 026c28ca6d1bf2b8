//! One allowance of units per minute: a project's, or a user's in a project.

use super::thief::Thief;
use super::window::Window;
use super::{KeyReport, Model};

/// An allowance with its count.
#[derive(Debug)]
pub(super) struct Key {
    window: Window,
    thief: Thief,
    /// Units that calls were let through for.
    pub(super) admitted: u64,
    pub(super) refused: u64,
}

impl Key {
    pub(super) fn new(model: Model, now_ms: i64) -> Self {
        Self { window: Window::new(model, now_ms), thief: Thief::new(now_ms), admitted: 0, refused: 0 }
    }

    /// Brings the allowance up to now.
    pub(super) fn advance(&mut self, now_ms: i64, limit: u64, thief_per_second: u64) {
        self.thief.act(&mut self.window, now_ms, limit, thief_per_second);
        self.window.advance(now_ms, limit);
    }

    /// Whether a call of so many units may pass. A limit of 0 is none.
    pub(super) fn has(&self, limit: u64, units: u64) -> bool {
        limit == 0 || self.window.room(limit) >= units
    }

    /// Takes the units of a call that was let through.
    pub(super) fn admit(&mut self, now_ms: i64, limit: u64, units: u64) {
        self.window.take(now_ms, limit, units);
        self.admitted += units;
    }

    /// Takes the units of a call that was refused.
    pub(super) fn burn(&mut self, now_ms: i64, limit: u64, units: u64) {
        self.window.take(now_ms, limit, units);
    }

    /// When the window began that a refusal speaks of, in seconds.
    pub(super) fn window_start_s(&self, now_ms: i64, limit: u64, units: u64) -> i64 {
        self.window.start_s(now_ms, limit, units)
    }

    /// As if nothing had been used; the counts stay.
    pub(super) fn empty(&mut self, model: Model, now_ms: i64) {
        self.window = Window::new(model, now_ms);
    }

    /// What is shown of it.
    pub(super) fn report(&self, limit: u64) -> KeyReport {
        let (used, stolen) = (self.window.used(), self.thief.stolen);
        KeyReport { used, limit, admitted: self.admitted, refused: self.refused, stolen }
    }

    /// Begins counting anew; what is used stays used.
    pub(super) fn forget_counts(&mut self) {
        (self.admitted, self.refused, self.thief.stolen) = (0, 0, 0);
    }
}
