//! Webhooks: made, proven, signed, delivered.
//!
//! Deliveries are rows that the store writes together with the change they tell of. The deliverer (`deliver`) claims
//! those that are due, renders them from the mirror as it is then (`render`), signs them (`sign`) and posts them, to
//! addresses that `address_guard` lets pass only.

mod address_guard;
mod attempt;
mod challenge;
mod deliver;
mod health;
mod manage;
mod mock;
mod objects;
mod post;
mod render;
mod retry;
mod sign;
mod tracked;
mod url;

use model::event::EventType;
use model::webhook::WebhookStatus;

pub(crate) use deliver::run;
pub(crate) use manage::secret_place;
pub(crate) use post::Post;

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

#[cfg(test)]
mod tests;
