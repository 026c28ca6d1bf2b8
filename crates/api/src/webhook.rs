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
    /// The object it is about.
    #[schema(value_type = Object)]
    pub object: serde_json::Value,
}
