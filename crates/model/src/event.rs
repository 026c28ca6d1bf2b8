//! What happened, as told to webhooks.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, EventId, GrantId, Timestamp};

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),+ $(,)?) => {
        /// The kinds of event (Nylas v3 notification types that concern mail).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum EventType {
            $($(#[$doc])* $name),+
        }

        impl EventType {
            /// Every type, in the contract's order.
            pub const ALL: &'static [EventType] = &[$(EventType::$name),+];

            /// The wire name.
            pub fn as_str(self) -> &'static str {
                match self { $(EventType::$name => $wire),+ }
            }

            /// Reads a wire name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($wire => Some(EventType::$name),)+ _ => None }
            }
        }
    };
}

event_types! {
    /// A grant was made.
    GrantCreated = "grant.created",
    /// A grant was authenticated again or edited.
    GrantUpdated = "grant.updated",
    /// A grant was deleted.
    GrantDeleted = "grant.deleted",
    /// The provider no longer honours the grant.
    GrantExpired = "grant.expired",
    /// A message arrived (or was sent, or saved).
    MessageCreated = "message.created",
    /// A message was marked, moved or changed.
    MessageUpdated = "message.updated",
    /// A message is gone.
    MessageDeleted = "message.deleted",
    /// A held or scheduled message went out.
    MessageSendSuccess = "message.send_success",
    /// A held or scheduled message could not be sent.
    MessageSendFailed = "message.send_failed",
    /// A sent message came back.
    MessageBounceDetected = "message.bounce_detected",
    /// A tracked message was opened.
    MessageOpened = "message.opened",
    /// A tracked link was followed.
    MessageLinkClicked = "message.link_clicked",
    /// Somebody answered in a tracked thread.
    ThreadReplied = "thread.replied",
    /// A folder was made.
    FolderCreated = "folder.created",
    /// A folder was renamed or recoloured.
    FolderUpdated = "folder.updated",
    /// A folder was removed.
    FolderDeleted = "folder.deleted",
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a known trigger type")))
    }
}

/// Something that happened. The payload is rendered from the mirror when it is delivered.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// What consumers deduplicate on; the same for every attempt.
    pub id: EventId,
    /// Whose application.
    pub application_id: ApplicationId,
    /// Whose mailbox.
    pub grant_id: GrantId,
    /// What kind.
    pub kind: EventType,
    /// The object it is about: a message, folder or grant id.
    pub object_id: String,
    /// Facts that the mirror no longer tells when the event is delivered (for example the deleted grant's email).
    pub detail: serde_json::Value,
    /// When it happened.
    pub occurred_at: Timestamp,
}
