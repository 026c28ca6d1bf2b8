//! What an answer says of tracking.

use api::outgoing::TrackingOptions;
use engine::Engine;
use model::message::Message;
use model::tracking::Tracking;
use model::{DraftId, GrantId};

use crate::app::App;
use crate::error::Refusal;

/// What is tracked about a message, tracked or not.
pub async fn options(app: &App, grant: GrantId, message: &Message) -> Result<TrackingOptions, Refusal> {
    let found = app.reads().tracked_message(grant, &message.id).await?;
    Ok(TrackingOptions::from(&found.map_or_else(Tracking::default, |tracked| tracked.tracking)))
}

/// A draft as its author wrote it, without marks, and what is tracked about it, if anything is.
pub async fn draft(
    engine: &Engine,
    grant: GrantId,
    id: &DraftId,
    body: Option<String>,
) -> engine::Result<(Option<TrackingOptions>, Option<String>)> {
    let tracked = engine.tracked_draft(grant, id, body.as_deref().unwrap_or_default()).await?;
    let body = match body {
        Some(body) => Some(engine.unmarked(grant, body).await?),
        None => None,
    };
    Ok((tracked.map(|tracked| TrackingOptions::from(&tracked.tracking)), body))
}
