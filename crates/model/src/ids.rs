//! Identifiers, each its own type so that one is never passed for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text, exactly as the provider (or Postroad) issued it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )+};
}

uuid_id! {
    /// One customer application of this installation; owns grants, keys, connectors and webhooks.
    ApplicationId,
    /// One person's permission to one mailbox.
    GrantId,
    /// A registration with a provider (client id, secret, scopes).
    ConnectorId,
    /// Extra credentials stored under a connector.
    ConnectorCredentialId,
    /// One of our API keys.
    ApiKeyId,
    /// A callback (redirect) URI registered by an application.
    CallbackUriId,
    /// A webhook destination.
    WebhookId,
    /// A signature or a template.
    WordingId,
    /// Something that happened, as told to webhooks.
    EventId,
    /// One event on its way to one webhook.
    DeliveryId,
    /// One thing to send; for callers also the id of its schedule.
    SubmissionId,
}

text_id! {
    /// A message, by the provider's id.
    MessageId,
    /// A thread (conversation), by the provider's id.
    ThreadId,
    /// A folder: Gmail label, Graph folder or IMAP mailbox.
    FolderId,
    /// A draft. At Gmail not the id of the draft's message.
    DraftId,
    /// An attachment, unique within its message.
    AttachmentId,
}
