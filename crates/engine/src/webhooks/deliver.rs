//! The deliverer: claims what is due, posts it, writes down what came of it.
//!
//! A claim counts the attempt and moves its next time before anything is sent, so a crash in the middle costs a repeat
//! and no delivery. Deliveries of one grant to one webhook go out one after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::{GrantId, Timestamp, WebhookId};
use store::DueDelivery;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::attempt::attempt;
use super::health;
use crate::at_rest::AtRest;
use crate::timer::later;
use crate::{Inner, Result};

/// The safety net: look into the store at least this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pause after the store could not be read, or gave nothing though something was due.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
/// What a lease allows on top of the receivers' timeouts.
const LEASE_MARGIN: Duration = Duration::from_secs(30);
/// How long deliveries in hand may finish at the end.
const GRACE: Duration = Duration::from_secs(3);

/// Delivers until stopped.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    let mut lines = JoinSet::new();
    while !stop.is_cancelled() {
        let look_at = claim(&inner, &mut lines).await.unwrap_or_else(|fault| {
            tracing::error!(raw = fault.raw.as_deref(), "due deliveries could not be claimed: {fault}");
            later(inner.now(), AFTER_TROUBLE)
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = inner.post.rung() => {}
            Some(ended) = lines.join_next() => log_broken(ended),
            () = inner.wait_until(look_at) => {}
        }
    }
    tokio::select! {
        () = async { while lines.join_next().await.is_some() {} } => {}
        () = inner.wait(GRACE) => {}
    }
    lines.shutdown().await;
}

fn log_broken(ended: std::result::Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a line of deliveries broke");
    }
}

/// Claims as much as there are workers free; returns when to look again.
async fn claim(inner: &Arc<Inner>, lines: &mut JoinSet<()>) -> Result<Timestamp> {
    let now = inner.now();
    let net = later(now, LOOK_EVERY);
    let workers = inner.settings().webhook_workers.max(1);
    let free = workers.saturating_sub(lines.len());
    if free == 0 {
        return Ok(net);
    }
    match inner.store().next_delivery_at().await.at_rest()? {
        Some(due) if due <= now => {}
        due => return Ok(due.map_or(net, |due| due.min(net))),
    }
    // One slow destination does not get all workers.
    let per_webhook = (workers / 2).max(1);
    let lease = inner.settings().webhook_timeout * (per_webhook as u32) + LEASE_MARGIN;
    let due = inner.store().claim_due_deliveries(now, later(now, lease), free, per_webhook).await.at_rest()?;
    let look_at = if due.is_empty() { later(now, AFTER_TROUBLE) } else { now };
    for line in by_line(due) {
        lines.spawn(deliver(inner.clone(), line));
    }
    Ok(look_at)
}

/// Deliveries by (webhook, grant), each in the order given.
fn by_line(due: Vec<DueDelivery>) -> Vec<Vec<DueDelivery>> {
    let mut places: HashMap<(WebhookId, GrantId), usize> = HashMap::new();
    let mut lines: Vec<Vec<DueDelivery>> = Vec::new();
    for one in due {
        let line = (one.webhook.id, one.delivery.event.grant_id);
        let place = *places.entry(line).or_insert_with(|| {
            lines.push(Vec::new());
            lines.len() - 1
        });
        lines[place].push(one);
    }
    lines
}

async fn deliver(inner: Arc<Inner>, line: Vec<DueDelivery>) {
    for due in line {
        let (webhook, destination) = (due.webhook.id, due.webhook.clone());
        let outcome = attempt(&inner, due).await;
        let failed = outcome.error.is_some();
        if let Err(error) = inner.store().finish_deliveries(vec![outcome], inner.now()).await {
            tracing::error!(%webhook, %error, "the end of a delivery could not be written; it will be repeated");
        }
        let judged = match failed {
            true => health::judge(&inner, webhook).await,
            false => health::relieve(&inner, &destination).await,
        };
        if let Err(fault) = judged {
            tracing::error!(%webhook, raw = fault.raw.as_deref(), "the webhook could not be judged: {fault}");
        }
    }
}
