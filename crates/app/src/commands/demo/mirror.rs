//! Watching the mirrors of a demo fill up.

use std::time::Duration;

use engine::timer::Timer;
use model::Clock as _;
use model::grant::Grant;
use model::sync::{SyncPhase, SyncState};

use crate::clock::SystemClock;
use crate::commands::progress::Progress;
use crate::wiring::House;

/// Small mailboxes are wholly mirrored within this time; large ones have their newest mail.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Waits until every mirror is complete, but no longer than people would want to wait for a prompt.
pub(super) async fn wait_for_first_mail(house: &House, grants: &[Grant]) -> anyhow::Result<()> {
    let patience_ends = SystemClock.now() + PATIENCE;
    let gives_up = SystemClock.now() + PATIENCE * 20;
    loop {
        let states = states(house, grants).await?;
        let complete = states.iter().all(|state| state.phase == SyncPhase::Live);
        let begun = states.iter().all(|state| state.mirrored > 0 || state.phase == SyncPhase::Live);
        let now = SystemClock.now();
        if complete || (begun && now >= patience_ends) || now >= gives_up {
            return Ok(());
        }
        pause(Duration::from_millis(20)).await;
    }
}

/// Shows how the mirrors fill; returns only when the database fails.
pub(super) async fn show_progress(house: &House, grants: &[Grant]) -> anyhow::Error {
    match watch(house, grants).await {
        Ok(()) => std::future::pending().await,
        Err(error) => error,
    }
}

async fn watch(house: &House, grants: &[Grant]) -> anyhow::Result<()> {
    let progress = Progress::start("Mirroring mail", 0);
    loop {
        let states = states(house, grants).await?;
        let mirrored: u64 = states.iter().map(|state| state.mirrored).sum();
        progress.set_total(states.iter().map(|state| state.expected.unwrap_or(0).max(state.mirrored)).sum());
        progress.set(mirrored);
        if states.iter().all(|state| state.phase == SyncPhase::Live) {
            progress.finish(&format!("All mail is mirrored: {mirrored} messages."));
            return Ok(());
        }
        pause(Duration::from_millis(200)).await;
    }
}

async fn states(house: &House, grants: &[Grant]) -> anyhow::Result<Vec<SyncState>> {
    let mut states = Vec::new();
    for grant in grants {
        states.extend(house.store.sync_state(grant.id).await?);
    }
    Ok(states)
}

async fn pause(span: Duration) {
    Timer::system().until(SystemClock.now() + span).await;
}
