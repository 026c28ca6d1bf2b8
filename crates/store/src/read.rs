//! The read-only side.

use model::application::{ApiKey, Application, CallbackUri};
use model::connector::{Connector, ConnectorCredential};
use model::event::Event;
use model::grant::{Credential, Grant};
use model::message::{Message, Thread};
use model::page::Page;
use model::sync::{SyncState, Unmirrored};
use model::webhook::{Delivery, DeliveryState, Webhook};
use model::*;

use crate::Result;
use crate::filter::{GrantFilter, MessageFilter, PageRequest, ThreadFilter};
use crate::rows::{CountedFolder, DeliveryCounts, FullMessage, Token};

/// Reads only. Cheap to clone; reads run on their own query-only connections and never wait for the writer.
#[derive(Clone)]
pub struct ReadStore {
    // backend
}

#[allow(unused_variables)]
impl ReadStore {
    // ---- applications ----

    /// The application, if it exists.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<Application>> {
        todo!()
    }
    /// All applications, oldest first.
    pub async fn applications(&self) -> Result<Vec<Application>> {
        todo!()
    }
    /// The key with this hash, expired or not.
    pub async fn api_key(&self, hash: [u8; 32]) -> Result<Option<ApiKey>> {
        todo!()
    }
    /// The application's keys, oldest first.
    pub async fn api_keys(&self, application: ApplicationId) -> Result<Vec<ApiKey>> {
        todo!()
    }
    /// The application's callback URIs, oldest first.
    pub async fn callback_uris(&self, application: ApplicationId) -> Result<Vec<CallbackUri>> {
        todo!()
    }

    // ---- connectors ----

    /// The application's connector for a provider.
    pub async fn connector(&self, application: ApplicationId, provider: Provider) -> Result<Option<Connector>> {
        todo!()
    }
    /// The application's connectors.
    pub async fn connectors(&self, application: ApplicationId) -> Result<Vec<Connector>> {
        todo!()
    }
    /// The credentials under a connector.
    pub async fn connector_credentials(&self, connector: ConnectorId) -> Result<Vec<ConnectorCredential>> {
        todo!()
    }

    // ---- grants ----

    /// The grant, whoever's it is; the caller checks `application_id`.
    pub async fn grant(&self, id: GrantId) -> Result<Option<Grant>> {
        todo!()
    }
    /// The application's grant for an address, ignoring case.
    pub async fn grant_by_email(&self, application: ApplicationId, email: &str) -> Result<Option<Grant>> {
        todo!()
    }
    /// Grants for an address over all applications (push notifications name only the address).
    pub async fn grants_by_email(&self, provider: Provider, email: &str) -> Result<Vec<Grant>> {
        todo!()
    }
    /// A list of grants.
    pub async fn grants(&self, filter: GrantFilter) -> Result<Vec<Grant>> {
        todo!()
    }
    /// The sealed credential behind a grant.
    pub async fn credential(&self, grant: GrantId) -> Result<Option<Credential>> {
        todo!()
    }
    /// One of our own tokens by hash, expired or not.
    pub async fn token(&self, hash: [u8; 32]) -> Result<Option<Token>> {
        todo!()
    }

    // ---- the mirror ----

    /// How far the grant's mirror has come.
    pub async fn sync_state(&self, grant: GrantId) -> Result<Option<SyncState>> {
        todo!()
    }
    /// Messages, newest first. With `filter.search`: words all required, `"phrases"`, `-word`, `word*`,
    /// over subject, addresses, attachment names and body, any script; newest first too.
    pub async fn messages(&self, grant: GrantId, filter: MessageFilter, page: PageRequest) -> Result<Page<Message>> {
        todo!()
    }
    /// As [`Self::messages`], each with its body.
    pub async fn full_messages(
        &self,
        grant: GrantId,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<FullMessage>> {
        todo!()
    }
    /// One message without its body.
    pub async fn message(&self, grant: GrantId, id: &MessageId) -> Result<Option<Message>> {
        todo!()
    }
    /// One message with its body.
    pub async fn full_message(&self, grant: GrantId, id: &MessageId) -> Result<Option<FullMessage>> {
        todo!()
    }
    /// Several messages with their bodies, in the order asked for; missing ones are left out.
    pub async fn full_messages_by_id(&self, grant: GrantId, ids: Vec<MessageId>) -> Result<Vec<FullMessage>> {
        todo!()
    }
    /// The raw bytes of a message.
    pub async fn raw(&self, grant: GrantId, id: &MessageId) -> Result<Option<Vec<u8>>> {
        todo!()
    }
    /// The message that is the content of a draft.
    pub async fn draft(&self, grant: GrantId, id: &DraftId) -> Result<Option<FullMessage>> {
        todo!()
    }
    /// Which of these ids the mirror does not hold.
    pub async fn missing(&self, grant: GrantId, ids: Vec<MessageId>) -> Result<Vec<MessageId>> {
        todo!()
    }
    /// All ids the mirror holds, for reconciling.
    pub async fn all_message_ids(&self, grant: GrantId) -> Result<Vec<MessageId>> {
        todo!()
    }
    /// Threads by their latest message, newest first.
    pub async fn threads(&self, grant: GrantId, filter: ThreadFilter, page: PageRequest) -> Result<Page<Thread>> {
        todo!()
    }
    /// One thread.
    pub async fn thread(&self, grant: GrantId, id: &ThreadId) -> Result<Option<Thread>> {
        todo!()
    }
    /// The messages of a thread, oldest first, drafts included.
    pub async fn thread_messages(&self, grant: GrantId, id: &ThreadId) -> Result<Vec<Message>> {
        todo!()
    }
    /// All folders with counts, in a stable order (system folders first).
    pub async fn folders(&self, grant: GrantId) -> Result<Vec<CountedFolder>> {
        todo!()
    }
    /// One folder with counts.
    pub async fn folder(&self, grant: GrantId, id: &FolderId) -> Result<Option<CountedFolder>> {
        todo!()
    }
    /// Messages that could not be mirrored, newest first.
    pub async fn unmirrored(&self, grant: GrantId) -> Result<Vec<Unmirrored>> {
        todo!()
    }

    // ---- webhooks ----

    /// The application's webhooks, oldest first.
    pub async fn webhooks(&self, application: ApplicationId) -> Result<Vec<Webhook>> {
        todo!()
    }
    /// One webhook, whoever's it is; the caller checks `application_id`.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>> {
        todo!()
    }
    /// The newest deliveries of a webhook, optionally of one state.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        limit: usize,
    ) -> Result<Vec<Delivery>> {
        todo!()
    }
    /// How the webhook's attempts since an instant ended.
    pub async fn delivery_counts(&self, webhook: WebhookId, since: Timestamp) -> Result<DeliveryCounts> {
        todo!()
    }
    /// One event.
    pub async fn event(&self, id: EventId) -> Result<Option<Event>> {
        todo!()
    }

    // ---- the whole ----

    /// Rows per table and bytes on disk, for `doctor` and metrics.
    pub async fn statistics(&self) -> Result<Vec<(String, u64)>> {
        todo!()
    }
    /// Number of the newest migration applied.
    pub async fn schema_version(&self) -> Result<u32> {
        todo!()
    }
    /// Proves that a read works.
    pub async fn ping(&self) -> Result<()> {
        todo!()
    }
}
