//! What a notification is about: `data.object` by type (nylas-v3.md 5.5).

use api::message::Message;
use model::event::{Event, EventType};
use model::message::Message as Mirrored;
use model::{FolderId, MessageId, Provider};
use serde_json::{Value, json};

use super::tracked;
use crate::at_rest::AtRest;
use crate::{Inner, Result};

/// Numbers the contract gives grant notifications.
const GRANT_EXPIRED: u32 = 25009;
const GRANT_CREATED: u32 = 25012;
const GRANT_DELETED: u32 = 25013;
const GRANT_UPDATED: u32 = 25014;
const GRANT_REAUTHENTICATED: u32 = 25027;

/// The object of an event as the mirror has it now.
pub(super) async fn of(inner: &Inner, event: &Event) -> Result<Value> {
    use EventType::*;
    match event.kind {
        MessageCreated | MessageUpdated => message(inner, event).await,
        MessageDeleted => Ok(bare(event, "message")),
        FolderCreated | FolderUpdated => folder(inner, event).await,
        FolderDeleted => Ok(gone_folder(event)),
        GrantCreated | GrantUpdated | GrantDeleted | GrantExpired => grant(inner, event).await,
        MessageSendSuccess => sent(inner, event).await,
        MessageSendFailed => Ok(event.detail["object"].clone()),
        // Written with everything they tell.
        MessageBounceDetected => Ok(event.detail.clone()),
        MessageOpened | MessageLinkClicked | ThreadReplied => tracked::object(inner, event).await,
    }
}

/// Where the mailbox lives (or lived: the event tells).
pub(super) async fn provider_of(inner: &Inner, event: &Event) -> Result<Provider> {
    let told = event.detail["provider"].as_str().and_then(Provider::parse);
    if let Some(provider) = told {
        return Ok(provider);
    }
    let grant = inner.store().grant(event.grant_id).await.at_rest()?;
    Ok(grant.map_or(Provider::Google, |grant| grant.provider))
}

/// What is left to say of something that is gone.
fn bare(event: &Event, object: &str) -> Value {
    json!({ "id": event.object_id, "grant_id": event.grant_id, "object": object })
}

async fn message(inner: &Inner, event: &Event) -> Result<Value> {
    let id = MessageId(event.object_id.clone());
    let Some(full) = inner.store().full_message(event.grant_id, &id).await.at_rest()? else {
        // Removed since; `message.deleted` follows.
        return Ok(bare(event, "message"));
    };
    // Even if it became a draft since, the event is about a message.
    let message = Mirrored { draft_id: None, ..full.message };
    Ok(json!(Message::take(event.grant_id, message, Some(full.body.text))))
}

/// The sent message, as the mirror has it or as it was when it went out, with what scheduled it.
async fn sent(inner: &Inner, event: &Event) -> Result<Value> {
    let mut object = message(inner, event).await?;
    if object.get("subject").is_none() && event.detail["message"].is_object() {
        object = event.detail["message"].clone();
    }
    for name in ["schedule_id", "send_at", "use_draft"] {
        object[name] = event.detail[name].clone();
    }
    Ok(object)
}

async fn folder(inner: &Inner, event: &Event) -> Result<Value> {
    let id = FolderId(event.object_id.clone());
    match inner.store().folder(event.grant_id, &id).await.at_rest()? {
        Some(counted) => Ok(json!(api::folder::Folder::render(event.grant_id, &counted.folder))),
        None => Ok(bare(event, "folder")),
    }
}

fn gone_folder(event: &Event) -> Value {
    let mut object = bare(event, "folder");
    object["name"] = event.detail["name"].clone();
    object["system_folder"] = json!(event.detail["system"].as_bool().unwrap_or_default());
    object
}

async fn grant(inner: &Inner, event: &Event) -> Result<Value> {
    let provider = provider_of(inner, event).await?;
    let connector = inner.store().connector(event.application_id, provider).await.at_rest()?;
    let grant = inner.store().grant(event.grant_id).await.at_rest()?;
    let again = event.detail["reauthenticated"].as_bool().unwrap_or_default();
    let mut object = json!({
        "code": code(event.kind, again),
        "grant_id": event.grant_id,
        "integration_id": connector.map(|connector| connector.id.to_string()).unwrap_or_default(),
        "provider": provider,
        "email": event.detail["email"],
        "login_id": event.grant_id,
    });
    if let Some(name) = event.detail["name"].as_str() {
        object["name"] = json!(name);
    }
    match event.kind {
        EventType::GrantUpdated => object["reauthentication_flag"] = json!(again),
        EventType::GrantExpired => object["grant_updated_at"] = json!(event.occurred_at.as_second()),
        _ => {}
    }
    if let Some(grant) = grant {
        object["scope"] = json!(grant.scopes);
    }
    Ok(object)
}

fn code(kind: EventType, again: bool) -> u32 {
    match kind {
        EventType::GrantCreated => GRANT_CREATED,
        EventType::GrantDeleted => GRANT_DELETED,
        EventType::GrantExpired => GRANT_EXPIRED,
        _ if again => GRANT_REAUTHENTICATED,
        _ => GRANT_UPDATED,
    }
}
