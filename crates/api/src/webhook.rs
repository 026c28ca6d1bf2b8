//! Webhooks and their notifications on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A webhook destination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Its identifier.
    pub id: String,
    /// The owner's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it hears of.
    pub trigger_types: Vec<String>,
    /// Where deliveries go.
    pub webhook_url: String,
    /// Key of the signature; shown on creation and rotation only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_secret: Option<String>,
    /// `active`, `pause`, `failing` or `failed`.
    pub status: String,
    /// Whom to tell when it fails.
    pub notification_email_addresses: Vec<String>,
    /// Deliveries are gzipped.
    pub compressed_delivery: bool,
    /// Unix seconds.
    pub status_updated_at: i64,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Webhook {
    /// The wire form of a webhook; the secret only where it was just made.
    pub fn render(webhook: &model::webhook::Webhook, secret: Option<String>) -> Self {
        Self {
            id: webhook.id.to_string(),
            description: webhook.description.clone(),
            trigger_types: webhook.trigger_types.iter().map(|t| t.as_str().to_owned()).collect(),
            webhook_url: webhook.url.clone(),
            webhook_secret: secret,
            status: webhook.status.as_str().to_owned(),
            notification_email_addresses: webhook.notification_emails.clone(),
            compressed_delivery: webhook.compressed,
            status_updated_at: webhook.status_updated_at.as_second(),
            created_at: webhook.created_at.as_second(),
            updated_at: webhook.updated_at.as_second(),
        }
    }
}

/// A webhook to make, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookWrite {
    /// What to hear of. Required when making one.
    pub trigger_types: Option<Vec<String>>,
    /// Where deliveries go. Required when making one.
    pub webhook_url: Option<String>,
    /// The owner's note.
    pub description: Option<String>,
    /// Whom to tell when it fails.
    pub notification_email_addresses: Option<Vec<String>>,
    /// Gzip deliveries.
    pub compressed_delivery: Option<bool>,
    /// `active` or `pause`.
    pub status: Option<String>,
}

/// Which sample to show, or to send where.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleRequest {
    /// The kind of notification.
    pub trigger_type: Option<String>,
    /// Where to send it (`send-test-event`).
    pub webhook_url: Option<String>,
}

/// Which failed deliveries to try again; all of them when nothing is named.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// Delivery ids.
    pub delivery_ids: Option<Vec<String>>,
}

/// How many deliveries will be tried again.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Replayed {
    /// Deliveries made pending.
    pub replayed: usize,
}

/// One event on its way to a webhook (Postroad's addition to the contract).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Its identifier.
    pub id: String,
    /// The event; what consumers deduplicate on.
    pub event_id: String,
    /// The kind of notification.
    pub trigger_type: String,
    /// Whose mailbox.
    pub grant_id: String,
    /// The object it is about.
    pub object_id: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Attempts begun so far.
    pub attempts: u32,
    /// When the next attempt is due, Unix seconds; pending ones only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<i64>,
    /// HTTP status of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<u16>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When the event happened, Unix seconds.
    pub occurred_at: i64,
}

impl Delivery {
    /// The wire form of a delivery.
    pub fn render(delivery: &model::webhook::Delivery) -> Self {
        let pending = delivery.state == model::webhook::DeliveryState::Pending;
        Self {
            id: delivery.id.to_string(),
            event_id: delivery.event.id.to_string(),
            trigger_type: delivery.event.kind.as_str().to_owned(),
            grant_id: delivery.event.grant_id.to_string(),
            object_id: delivery.event.object_id.clone(),
            state: delivery.state.as_str().to_owned(),
            attempts: delivery.attempts,
            next_attempt_at: pending.then(|| delivery.next_at.as_second()),
            last_status: delivery.last_status,
            last_error: delivery.last_error.clone(),
            occurred_at: delivery.event.occurred_at.as_second(),
        }
    }
}

/// What a webhook receives (CloudEvents 1.0 shaped).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Always `1.0`.
    pub specversion: String,
    /// The trigger type, with `.truncated` when the body was left out.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it comes from (`/google/emails/realtime`).
    pub source: String,
    /// What consumers deduplicate on.
    pub id: String,
    /// Unix seconds.
    pub time: i64,
    /// 1 to 3.
    pub webhook_delivery_attempt: u32,
    /// What happened.
    pub data: NotificationData,
}

/// The payload of a notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NotificationData {
    /// Whose application.
    pub application_id: String,
    /// Whose mailbox, for the types that say so here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// `message.send_failed`: why, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `message.send_failed`: type, message, the provider's status and error, and the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub error: Option<serde_json::Value>,
    /// The object it is about.
    #[schema(value_type = Object)]
    pub object: serde_json::Value,
}
