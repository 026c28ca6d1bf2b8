//! Who asked to hear of events, and the events on their way to them.

use crate::event::{Event, EventType};
use crate::secret::Sealed;
use crate::{ApplicationId, DeliveryId, Timestamp, WebhookId};

/// The state of a webhook destination (Nylas v3 section "Webhook").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookStatus {
    /// Deliveries go out.
    Active,
    /// Switched off by its owner.
    Pause,
    /// Almost everything was refused lately; deliveries still go out.
    Failing,
    /// Given up on until its owner sets it active again.
    Failed,
}

impl WebhookStatus {
    /// Every status.
    pub const ALL: [WebhookStatus; 4] =
        [WebhookStatus::Active, WebhookStatus::Pause, WebhookStatus::Failing, WebhookStatus::Failed];

    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            WebhookStatus::Active => "active",
            WebhookStatus::Pause => "pause",
            WebhookStatus::Failing => "failing",
            WebhookStatus::Failed => "failed",
        }
    }

    /// Reads a wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// A webhook destination.
#[derive(Clone, PartialEq, Debug)]
pub struct Webhook {
    /// Its identifier.
    pub id: WebhookId,
    /// The application it belongs to.
    pub application_id: ApplicationId,
    /// The owner's note.
    pub description: Option<String>,
    /// What it wants to hear of.
    pub trigger_types: Vec<EventType>,
    /// Where deliveries go.
    pub url: String,
    /// Key of the HMAC signature, sealed.
    pub secret: Sealed,
    /// Whether it gets deliveries.
    pub status: WebhookStatus,
    /// Whom to tell when it fails.
    pub notification_emails: Vec<String>,
    /// Deliveries are gzipped.
    pub compressed: bool,
    /// When the status last changed.
    pub status_updated_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// Waiting for its (next) attempt.
    Pending,
    /// The receiver answered 200.
    Delivered,
    /// Given up; can be replayed.
    Failed,
}

impl DeliveryState {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Pending => "pending",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }
}

/// One event on its way to one webhook.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// Where it goes.
    pub webhook_id: WebhookId,
    /// What it tells.
    pub event: Event,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts begun so far.
    pub attempts: u32,
    /// When the next attempt is due.
    pub next_at: Timestamp,
    /// HTTP status of the last answer, if there was one.
    pub last_status: Option<u16>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}
