//! Notifications, rendered from the mirror at delivery time (nylas-v3.md 5.4, 5.5).

use api::webhook::{Notification, NotificationData};
use model::event::{Event, EventType};
use model::{Fault, Provider};
use serde_json::{Value, json};

use super::objects;
use crate::{Inner, Result};

/// Larger notifications go out without the message's body.
const MOST_BYTES: usize = 1024 * 1024;

/// The body of a notification, for its `attempt`-th delivery.
pub(super) async fn render(inner: &Inner, event: &Event, attempt: u32) -> Result<Vec<u8>> {
    let provider = objects::provider_of(inner, event).await?;
    let object = objects::of(inner, event).await?;
    let mut notification = envelope(event, provider, object, attempt);
    let json = serialized(&notification)?;
    if json.len() <= MOST_BYTES || !truncate(&mut notification) {
        return Ok(json);
    }
    serialized(&notification)
}

/// The envelope around an object (CloudEvents 1.0 with the contract's own fields).
pub(super) fn envelope(event: &Event, provider: Provider, object: Value, attempt: u32) -> Notification {
    Notification {
        specversion: "1.0".to_owned(),
        kind: event.kind.as_str().to_owned(),
        source: source(event.kind, provider),
        id: event.id.to_string(),
        time: event.occurred_at.as_second(),
        webhook_delivery_attempt: attempt,
        data: NotificationData {
            application_id: event.application_id.to_string(),
            grant_id: names_grant(event.kind).then(|| event.grant_id.to_string()),
            reason: event.detail["reason"]
                .as_str()
                .filter(|_| event.kind == EventType::MessageSendFailed)
                .map(str::to_owned),
            error: Some(event.detail["error"].clone())
                .filter(|e| e.is_object() && event.kind == EventType::MessageSendFailed),
            object,
        },
    }
}

/// Where a type of notification comes from.
fn source(kind: EventType, provider: Provider) -> String {
    use EventType::*;
    match kind {
        GrantCreated | GrantUpdated | GrantDeleted | GrantExpired => "/nylas/system".to_owned(),
        MessageSendSuccess | MessageSendFailed => "/nylas/send".to_owned(),
        MessageOpened | MessageLinkClicked | ThreadReplied => "/com/nylas/tracking".to_owned(),
        _ => format!("/{provider}/emails/realtime"),
    }
}

/// Types whose grant stands beside the object instead of in it.
fn names_grant(kind: EventType) -> bool {
    use EventType::*;
    matches!(
        kind,
        MessageSendSuccess
            | MessageSendFailed
            | MessageBounceDetected
            | MessageOpened
            | MessageLinkClicked
            | ThreadReplied
    )
}

/// Takes the body out of a message and marks the type. Whether there was one.
fn truncate(notification: &mut Notification) -> bool {
    let body = notification.data.object.as_object_mut().and_then(|object| object.shift_remove("body"));
    if body.is_some() {
        notification.kind.push_str(".truncated");
    }
    body.is_some()
}

fn serialized(notification: &Notification) -> Result<Vec<u8>> {
    serde_json::to_vec(&json!(notification)).map_err(|error| Fault::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bodies_are_taken_out() {
        let event = super::super::mock::event(model::ApplicationId(uuid::Uuid::nil()), EventType::MessageCreated, 0);
        let mut big = envelope(&event, Provider::Google, json!({ "id": "m", "body": "x" }), 1);
        assert!(truncate(&mut big));
        assert_eq!((big.kind.as_str(), &big.data.object), ("message.created.truncated", &json!({ "id": "m" })));
        let mut small = envelope(&event, Provider::Google, json!({ "id": "m" }), 1);
        assert!(!truncate(&mut small));
        assert_eq!(small.kind, "message.created");
    }
}
