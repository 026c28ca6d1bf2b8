//! Long work, seen from outside: a moving bar on a terminal, one plain line at the end otherwise.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output;

/// One piece of long work.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts; `total` may be 0 where it is not known yet.
    pub(super) fn start(label: &str, total: u64) -> Self {
        if !output::lively() {
            return Self { bar: None };
        }
        let style = ProgressStyle::with_template("{msg:28} {bar:30.cyan/blue} {human_pos}/{human_len} {per_sec}");
        let bar = ProgressBar::new(total).with_message(label.to_owned());
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar: Some(bar) }
    }

    /// So much is done.
    pub(super) fn set(&self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }

    /// So much is to do, as far as is known now.
    pub(super) fn set_total(&self, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// Ends it; `told` stays on the screen.
    pub(super) fn finish(self, told: &str) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        output::note(told);
    }
}
