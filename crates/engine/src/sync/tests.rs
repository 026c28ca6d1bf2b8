//! Sync against a scripted provider.

use std::time::Duration;

use model::event::EventType;
use model::grant::GrantStatus;
use model::message::Placement;
use model::sync::SyncPhase;
use model::{Fault, FaultKind, MessageId, Provider, Verdict};

use crate::testing::{Bench, backend_error, raw};
use crate::timer::later;

/// Somebody reads a message through that sync has not fetched yet, and stars it.
async fn star_before_it_comes(bench: &Bench, id: &MessageId) {
    let (inner, grant) = (&bench.engine.inner, bench.grant().await);
    let remote = bench.world.state().find(id).cloned().unwrap();
    let met = vec![crate::ingest::mirrored(remote, inner.lately.moment())];
    inner.keep(&grant, met, Vec::new(), model::sync::Announce::Silent).await.unwrap();
    star(bench, id).await;
}

async fn star(bench: &Bench, id: &MessageId) {
    let edit = model::message::MessageEdit { starred: Some(true), ..Default::default() };
    let starred = bench.engine.update_message(&bench.grant().await, id, edit, None).await.unwrap();
    assert!(starred.message.placement.starred);
}

/// How often a change of a message was announced.
async fn updates(bench: &Bench, webhook: model::WebhookId, id: &MessageId) -> usize {
    let heard = bench.heard(webhook).await;
    heard.iter().filter(|(kind, of)| *kind == EventType::MessageUpdated && *of == id.0).count()
}

mod first;
mod live;
mod permission;
mod reset;
mod watch;
