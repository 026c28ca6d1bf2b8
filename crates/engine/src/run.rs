//! Background work: sync, deliveries, the outbox, writing down faults and what is learned of quotas, sweeping.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::timer::earlier;
use crate::{Inner, gate, ledger, outbox, sync, webhooks};

/// How often what has expired is removed.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Runs everything until stopped.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    let sync = tokio::spawn(sync::run(inner.clone(), stop.clone()));
    let deliver = tokio::spawn(webhooks::run(inner.clone(), stop.clone()));
    let outbox = tokio::spawn(outbox::run(inner.clone(), stop.clone()));
    let ledger = tokio::spawn(ledger::run(inner.clone(), stop.clone()));
    let keeper = tokio::spawn(gate::keep(inner.clone(), stop.clone()));
    let sweep = tokio::spawn(sweep(inner.clone(), stop));
    let tasks = [
        ("sync", sync),
        ("webhooks", deliver),
        ("outbox", outbox),
        ("ledger", ledger),
        ("keeper", keeper),
        ("sweep", sweep),
    ];
    for (name, task) in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "{name} broke");
        }
    }
    inner.ledger.write(inner.store()).await;
    inner.gate.keep().await;
}

async fn sweep(inner: Arc<Inner>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let now = inner.now();
        let keep_after = earlier(now, inner.settings().keep_events);
        if let Err(error) = inner.store().sweep(now, keep_after).await {
            tracing::error!(%error, "sweeping failed");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = inner.wait(SWEEP_EVERY) => {}
        }
    }
}
