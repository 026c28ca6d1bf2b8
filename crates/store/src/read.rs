//! The read-only side.

use model::application::{ApiKey, Application, CallbackUri};
use model::connector::{Connector, ConnectorCredential};
use model::event::Event;
use model::fault::{ConnectorFault, UnknownFault};
use model::grant::{Credential, Grant};
use model::message::{Message, Thread};
use model::page::Page;
use model::quota::ProviderMinute;
use model::sync::{SyncState, Unmirrored};
use model::webhook::{Delivery, DeliveryState, Webhook};
use model::*;
use rusqlite::Connection;

use std::sync::Arc;

use crate::Result;
use crate::backend::Backend;
use crate::filter::{GrantFilter, MessageFilter, PageRequest, ThreadFilter};
use crate::rows::{CountedFolder, DeliveryCounts, FullMessage, Gauges, Token};
use crate::sqlite::mailbox::Mailbox;
use crate::sqlite::{applications, auth, connectors, deliveries, events, folders, grant_lists, grants, messages};
use crate::sqlite::{gauges, inspect, learned, migrate, noted_faults, statistics, sync, threads, webhooks};

/// Reads only. Cheap to clone; reads run on their own query-only connections and never wait for the writer.
#[derive(Clone)]
pub struct ReadStore {
    pub(crate) backend: Arc<Backend>,
}

/// A page with bodies up to this many messages is read where it is asked for.
const BRIEF_BODIES: usize = 5;

impl ReadStore {
    // ---- applications ----

    /// The application, if it exists.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<Application>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| applications::get(c, id)).await
    }
    /// All applications, oldest first.
    pub async fn applications(&self) -> Result<Vec<Application>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(applications::list).await
    }
    /// The key with this hash, expired or not.
    pub async fn api_key(&self, hash: [u8; 32]) -> Result<Option<ApiKey>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| applications::api_key(c, hash)).await
    }
    /// The application's keys, oldest first.
    pub async fn api_keys(&self, application: ApplicationId) -> Result<Vec<ApiKey>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| applications::api_keys(c, application)).await
    }
    /// The application's callback URIs, oldest first.
    pub async fn callback_uris(&self, application: ApplicationId) -> Result<Vec<CallbackUri>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| applications::callback_uris(c, application)).await
    }

    // ---- connectors ----

    /// The application's connector for a provider.
    pub async fn connector(&self, application: ApplicationId, provider: Provider) -> Result<Option<Connector>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| connectors::get(c, application, provider)).await
    }
    /// The application's connectors.
    pub async fn connectors(&self, application: ApplicationId) -> Result<Vec<Connector>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| connectors::list(c, application)).await
    }
    /// The credentials under a connector.
    pub async fn connector_credentials(&self, connector: ConnectorId) -> Result<Vec<ConnectorCredential>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| connectors::credentials(c, connector)).await
    }

    /// What ails a connector and is the operator's to mend; `None` while all is well.
    pub async fn connector_fault(
        &self,
        application: ApplicationId,
        provider: Provider,
    ) -> Result<Option<ConnectorFault>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| noted_faults::of_connector(c, application, provider)).await
    }
    /// Every connector that something ails.
    pub async fn connector_faults(&self) -> Result<Vec<(ApplicationId, Provider, ConnectorFault)>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(noted_faults::of_all_connectors).await
    }
    /// Errors of providers that no classifier recognised, the one seen last first; at most 200.
    pub async fn unknown_faults(&self, application: ApplicationId) -> Result<Vec<UnknownFault>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| noted_faults::unknown(c, application)).await
    }

    /// What was learned about a subject, as it was kept, and when.
    pub async fn learned(&self, subject: &'static str) -> Result<Option<(String, Timestamp)>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| learned::recall(c, subject)).await
    }
    /// What was asked of the provider for a grant, from a minute (since 1970) on, oldest first. Kept for two days.
    pub async fn provider_minutes(&self, grant: GrantId, from: i64) -> Result<Vec<ProviderMinute>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| learned::minutes(c, grant, from)).await
    }

    /// As [`Self::provider_minutes`], for all grants of an application with one provider, added up.
    pub async fn project_minutes(
        &self,
        application: ApplicationId,
        provider: Provider,
        from: i64,
    ) -> Result<Vec<ProviderMinute>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| learned::project_minutes(c, application, provider, from)).await
    }

    // ---- grants ----

    /// The grant, whoever's it is; the caller checks `application_id`.
    pub async fn grant(&self, id: GrantId) -> Result<Option<Grant>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| grants::get(c, id)).await
    }
    /// The application's grant for an address, ignoring case.
    pub async fn grant_by_email(&self, application: ApplicationId, email: &str) -> Result<Option<Grant>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| grants::by_email(c, application, email)).await
    }
    /// The application's grant for an account, by the provider's own id of it; the oldest, were there several.
    pub async fn grant_by_account(
        &self,
        application: ApplicationId,
        provider: Provider,
        subject: &str,
    ) -> Result<Option<Grant>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| grants::by_account(c, application, provider, subject)).await
    }
    /// Grants for an address over all applications (push notifications name only the address).
    pub async fn grants_by_email(&self, provider: Provider, email: &str) -> Result<Vec<Grant>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| grants::all_by_email(c, provider, email)).await
    }
    /// A list of grants.
    pub async fn grants(&self, filter: GrantFilter) -> Result<Vec<Grant>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| grant_lists::list(c, &filter)).await
    }
    /// The sealed credential behind a grant.
    pub async fn credential(&self, grant: GrantId) -> Result<Option<Credential>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| grants::credential(c, grant)).await
    }
    /// One of our own tokens by hash, expired or not.
    pub async fn token(&self, hash: [u8; 32]) -> Result<Option<Token>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| auth::token(c, hash)).await
    }

    // ---- the mirror ----

    /// How far the grant's mirror has come.
    pub async fn sync_state(&self, grant: GrantId) -> Result<Option<SyncState>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| sync::get(c, grant)).await
    }
    /// Messages, newest first. With `filter.search`: words all required, `"phrases"`, `-word`, `word*`,
    /// over subject, addresses, attachment names and body, any script; newest first too.
    ///
    /// Case and accents do not matter. A word with punctuation inside (`ada@example.com`) is a phrase of its parts. No
    /// text is an error: a blank one does not narrow, one without any word finds nothing.
    ///
    /// Trash and spam are left out unless the filter names a folder, or ids (the provider has decided then).
    pub async fn messages(&self, grant: GrantId, filter: MessageFilter, page: PageRequest) -> Result<Page<Message>> {
        let Backend::Sqlite(db) = &*self.backend;
        let brief = messages::list::is_brief(&filter);
        let read = move |c: &Connection| {
            of_mailbox(c, grant, empty, |mailbox| messages::list::page(c, mailbox, &filter, &page))
        };
        if brief { db.brief(read).await } else { db.long(read).await }
    }
    /// As [`Self::messages`], each with its body.
    pub async fn full_messages(
        &self,
        grant: GrantId,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<FullMessage>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        let brief = page.limit <= BRIEF_BODIES && messages::list::is_brief(&filter);
        let read = move |c: &Connection| {
            of_mailbox(c, grant, empty, |mailbox| messages::list::full_page(c, &codec, mailbox, &filter, &page))
        };
        if brief { db.brief(read).await } else { db.long(read).await }
    }
    /// One message without its body.
    pub async fn message(&self, grant: GrantId, id: &MessageId) -> Result<Option<Message>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::message(c, mailbox, id))).await
    }
    /// One message with its body.
    pub async fn full_message(&self, grant: GrantId, id: &MessageId) -> Result<Option<FullMessage>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::full(c, &codec, mailbox, id)))
            .await
    }
    /// Several messages with their bodies, in the order asked for; missing ones are left out.
    pub async fn full_messages_by_id(&self, grant: GrantId, ids: Vec<MessageId>) -> Result<Vec<FullMessage>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        let read = move |mailbox, c: &Connection| messages::find::full_by_id(c, &codec, mailbox, &ids);
        db.long(move |c| of_mailbox(c, grant, Default::default, |mailbox| read(mailbox, c))).await
    }
    /// The raw bytes of a message.
    pub async fn raw(&self, grant: GrantId, id: &MessageId) -> Result<Option<Vec<u8>>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::raw(c, &codec, mailbox, id)))
            .await
    }
    /// The message that is the content of a draft.
    pub async fn draft(&self, grant: GrantId, id: &DraftId) -> Result<Option<FullMessage>> {
        let Backend::Sqlite(db) = &*self.backend;
        let codec = db.codec();
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::draft(c, &codec, mailbox, id)))
            .await
    }
    /// Which of these ids the mirror does not hold.
    pub async fn missing(&self, grant: GrantId, ids: Vec<MessageId>) -> Result<Vec<MessageId>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| {
            let mailbox = Mailbox::of(c, grant)?;
            mailbox.map_or(Ok(ids.clone()), |mailbox| messages::find::missing(c, mailbox, &ids))
        })
        .await
    }
    /// Which of these ids the mirror holds as drafts: what is written of them can have changed.
    pub async fn drafts_among(&self, grant: GrantId, ids: Vec<MessageId>) -> Result<Vec<MessageId>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| {
            of_mailbox(c, grant, Default::default, |mailbox| messages::find::drafts_among(c, mailbox, &ids))
        })
        .await
    }
    /// All ids the mirror holds, for reconciling.
    pub async fn all_message_ids(&self, grant: GrantId) -> Result<Vec<MessageId>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::all_ids(c, mailbox))).await
    }
    /// Threads by their latest message, newest first. Several addresses in a filter may be met by different messages.
    pub async fn threads(&self, grant: GrantId, filter: ThreadFilter, page: PageRequest) -> Result<Page<Thread>> {
        let Backend::Sqlite(db) = &*self.backend;
        let brief = threads::list::is_brief(&filter);
        let read = move |c: &Connection| {
            of_mailbox(c, grant, empty, |mailbox| threads::list::page(c, mailbox, &filter, &page))
        };
        if brief { db.brief(read).await } else { db.long(read).await }
    }
    /// One thread.
    pub async fn thread(&self, grant: GrantId, id: &ThreadId) -> Result<Option<Thread>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| threads::list::get(c, mailbox, id))).await
    }
    /// The messages of a thread, oldest first, drafts included.
    pub async fn thread_messages(&self, grant: GrantId, id: &ThreadId) -> Result<Vec<Message>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| messages::find::of_thread(c, mailbox, id))).await
    }
    /// Messages under one of these Message-IDs, with angle brackets, from a date on, oldest first. Looks through everything
    /// since that date.
    pub async fn messages_by_rfc_id(&self, grant: GrantId, ids: Vec<String>, since: Timestamp) -> Result<Vec<Message>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| {
            of_mailbox(c, grant, Default::default, |mailbox| messages::find::by_rfc_id(c, mailbox, &ids, since))
        })
        .await
    }
    /// All folders with counts, in a stable order (system folders first).
    pub async fn folders(&self, grant: GrantId) -> Result<Vec<CountedFolder>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| folders::list(c, mailbox))).await
    }
    /// One folder with counts.
    pub async fn folder(&self, grant: GrantId, id: &FolderId) -> Result<Option<CountedFolder>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| folders::get(c, mailbox, id))).await
    }
    /// Messages that could not be mirrored, newest first.
    pub async fn unmirrored(&self, grant: GrantId) -> Result<Vec<Unmirrored>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| of_mailbox(c, grant, Default::default, |mailbox| sync::unmirrored(c, mailbox))).await
    }

    // ---- webhooks ----

    /// The application's webhooks, oldest first.
    pub async fn webhooks(&self, application: ApplicationId) -> Result<Vec<Webhook>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| webhooks::list(c, application)).await
    }
    /// One webhook, whoever's it is; the caller checks `application_id`.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| webhooks::get(c, id)).await
    }
    /// The newest deliveries of a webhook, newest first, optionally of one state.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        limit: usize,
    ) -> Result<Vec<Delivery>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| deliveries::list(c, webhook, state, limit)).await
    }
    /// How the webhook's attempts since an instant ended, to the second.
    pub async fn delivery_counts(&self, webhook: WebhookId, since: Timestamp) -> Result<DeliveryCounts> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| deliveries::counts(c, webhook, since)).await
    }
    /// One event.
    pub async fn event(&self, id: EventId) -> Result<Option<Event>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(|c| events::get(c, id)).await
    }

    // ---- the whole ----

    /// Rows per table, then `database_bytes` and, of those, `free_bytes` kept for reuse; for `doctor` and metrics.
    pub async fn statistics(&self) -> Result<Vec<(String, u64)>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(statistics::all).await
    }
    /// Figures for metrics. Mailboxes are all counted, what may be more than that up to a bound.
    pub async fn gauges(&self, now: Timestamp) -> Result<Gauges> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(move |c| gauges::read(c, now)).await
    }
    /// Number of the newest migration applied.
    pub async fn schema_version(&self) -> Result<u32> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(migrate::version).await
    }
    /// What is damaged in the file, line by line; empty when it is whole. Reads all of it.
    pub async fn damage(&self) -> Result<Vec<String>> {
        let Backend::Sqlite(db) = &*self.backend;
        db.long(inspect::damage).await
    }
    /// Proves that a read works.
    pub async fn ping(&self) -> Result<()> {
        let Backend::Sqlite(db) = &*self.backend;
        db.brief(statistics::ping).await
    }
}

/// Reads from the grant's mailbox; a grant that does not exist (any more) has nothing.
fn of_mailbox<T>(
    connection: &Connection,
    grant: GrantId,
    nothing: impl FnOnce() -> T,
    read: impl FnOnce(Mailbox) -> Result<T>,
) -> Result<T> {
    Mailbox::of(connection, grant)?.map_or_else(|| Ok(nothing()), read)
}

fn empty<T>() -> Page<T> {
    Page { items: Vec::new(), next: None }
}
