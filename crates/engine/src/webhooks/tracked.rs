//! What is told of tracked messages (nylas-v3.md 5.5).

use model::event::{Event, EventType};
use model::tracking::{Answered, Followed, Opened, Recent};
use model::{ApplicationId, Fault};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Result;

/// The object of an event about a tracked message.
pub(super) fn object(event: &Event) -> Result<Value> {
    let (app, at) = (event.application_id, event.occurred_at.as_second());
    Ok(match event.kind {
        EventType::MessageOpened => opened(&read(event)?, app, at),
        EventType::MessageLinkClicked => followed(&read(event)?, app, at),
        _ => answered(&read(event)?, app, at),
    })
}

fn read<T: DeserializeOwned>(event: &Event) -> Result<T> {
    serde_json::from_value(event.detail.clone()).map_err(|error| Fault::internal(error.to_string()))
}

pub(super) fn opened(told: &Opened, app: ApplicationId, at: i64) -> Value {
    json!({
        "message_id": told.message_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "message_data": { "count": told.count, "timestamp": at },
        "recents": told.recents.iter().map(|recent| visit("opened_id", recent)).collect::<Vec<_>>(),
    })
}

pub(super) fn followed(told: &Followed, app: ApplicationId, at: i64) -> Value {
    let link = |(url, count): &(String, u64)| json!({ "count": count, "url": url });
    let click = |recent: &Recent| {
        let mut click = visit("click_id", recent);
        click["link_index"] = json!(recent.link.unwrap_or_default().to_string());
        click
    };
    json!({
        "message_id": told.message_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "link_data": told.links.iter().map(link).collect::<Vec<_>>(),
        "recents": told.recents.iter().map(click).collect::<Vec<_>>(),
    })
}

fn visit(id: &str, recent: &Recent) -> Value {
    json!({
        id: recent.id,
        "ip": recent.ip.as_deref().unwrap_or_default(),
        "user_agent": recent.user_agent.as_deref().unwrap_or_default(),
        "timestamp": recent.at,
    })
}

pub(super) fn answered(told: &Answered, app: ApplicationId, at: i64) -> Value {
    json!({
        "message_id": told.message_id,
        "root_message_id": told.root_message_id,
        "reply_to_message_id": told.reply_to_message_id,
        "thread_id": told.thread_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "reply_data": { "count": told.count },
        // Only what others write is told of.
        "from_self": false,
    })
}
