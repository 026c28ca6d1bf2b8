//! Webhooks: made, proven, signed, delivered.

use model::event::EventType;
use model::secret::SecretString;
use model::webhook::{Webhook, WebhookStatus};
use model::{ApplicationId, DeliveryId, WebhookId};

use crate::{Engine, Result};

/// What a caller sets on a webhook. `None` leaves the field as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookEdit {
    /// What to hear of; not empty.
    pub trigger_types: Option<Vec<EventType>>,
    /// Where deliveries go.
    pub url: Option<String>,
    /// The owner's note.
    pub description: Option<String>,
    /// Whom to tell when it fails.
    pub notification_emails: Option<Vec<String>>,
    /// Gzip deliveries.
    pub compressed: Option<bool>,
    /// `active` or `pause`.
    pub status: Option<WebhookStatus>,
}

#[allow(unused_variables)]
impl Engine {
    /// Makes a webhook after its URL answered the challenge. The secret is shown this once.
    pub async fn create_webhook(
        &self,
        application: ApplicationId,
        edit: WebhookEdit,
    ) -> Result<(Webhook, SecretString)> {
        todo!()
    }
    /// Changes a webhook; a new URL or activation is challenged first.
    pub async fn update_webhook(
        &self,
        application: ApplicationId,
        id: WebhookId,
        edit: WebhookEdit,
    ) -> Result<Webhook> {
        todo!()
    }
    /// Gives a webhook a new secret; the old one is dead at once.
    pub async fn rotate_webhook_secret(
        &self,
        application: ApplicationId,
        id: WebhookId,
    ) -> Result<(Webhook, SecretString)> {
        todo!()
    }
    /// Removes a webhook.
    pub async fn remove_webhook(&self, application: ApplicationId, id: WebhookId) -> Result<()> {
        todo!()
    }
    /// A sample notification of a type.
    pub fn mock_notification(&self, application: ApplicationId, kind: EventType) -> api::webhook::Notification {
        todo!()
    }
    /// Sends a sample notification to a URL, signed with `mock-webhook-secret`.
    pub async fn send_test_event(&self, application: ApplicationId, kind: EventType, url: &str) -> Result<()> {
        todo!()
    }
    /// Makes failed deliveries pending again.
    pub async fn replay_deliveries(
        &self,
        application: ApplicationId,
        id: WebhookId,
        deliveries: Option<Vec<DeliveryId>>,
    ) -> Result<usize> {
        todo!()
    }
}
