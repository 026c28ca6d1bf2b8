//! Messages: changes go to the provider first, then to the mirror, in one operation. Sending.

use model::grant::Grant;
use model::message::MessageEdit;
use model::sync::NativeQuery;
use model::{MessageId, ThreadId};
use store::FullMessage;

use crate::{Engine, Result};

/// What a caller wants to send or save as a draft.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The message; `from` may be empty (the grant's own address), `message_id` and `date` are chosen by the engine.
    pub outgoing: mail::compose::Outgoing,
    /// The message this one answers; sets threading headers and the thread.
    pub reply_to_message_id: Option<MessageId>,
    /// The caller's own key-value pairs.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// Drafts only: starred.
    pub starred: Option<bool>,
}

/// Ids that match a native query, and where the provider's listing continues.
#[derive(Clone, Debug)]
pub struct NativePage<T> {
    /// Ids in the provider's order; all of them are mirrored by the time this returns.
    pub ids: Vec<T>,
    /// Provider-opaque.
    pub next: Option<String>,
}

#[allow(unused_variables)]
impl Engine {
    /// A message that is not mirrored yet, fetched now at interactive priority and kept. `None` if the provider has none either.
    pub async fn read_through(&self, grant: &Grant, id: &MessageId) -> Result<Option<FullMessage>> {
        todo!()
    }
    /// Changes a message.
    pub async fn update_message(
        &self,
        grant: &Grant,
        id: &MessageId,
        edit: MessageEdit,
        metadata: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Result<FullMessage> {
        todo!()
    }
    /// Moves a message to the trash, or removes it for good.
    pub async fn delete_message(&self, grant: &Grant, id: &MessageId, hard: bool) -> Result<()> {
        todo!()
    }
    /// Sends a message and mirrors the sent copy.
    pub async fn send_message(&self, grant: &Grant, composition: Composition) -> Result<FullMessage> {
        todo!()
    }
    /// Searches at the provider in its own syntax and reads through what is not mirrored.
    pub async fn search_native(
        &self,
        grant: &Grant,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<NativePage<MessageId>> {
        todo!()
    }
    /// As [`Self::search_native`], for threads.
    pub async fn search_native_threads(
        &self,
        grant: &Grant,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<NativePage<ThreadId>> {
        todo!()
    }
}
