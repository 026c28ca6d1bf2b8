//! The writing side: one group-committing writer.

use std::ops::Deref;
use std::sync::Arc;

use model::application::{ApiKey, Application, CallbackUri};
use model::connector::{Connector, ConnectorCredential};
use model::event::Event;
use model::fault::UnknownFault;
use model::grant::{Credential, Grant, GrantStatus};
use model::outbox::Submission;
use model::quota::ProviderMinute;
use model::secret::Sealed;
use model::sync::{Applied, MirrorBatch, Moment, SyncState};
use model::webhook::{Webhook, WebhookStatus};
use model::*;

use crate::Result;
use crate::backend::Backend;
use crate::read::ReadStore;
use crate::rows::*;
use crate::sqlite::mailbox::Mailbox;
use crate::sqlite::{self, applications, apply, auth, connectors, deliveries, delivery_claims, drafts, events, grants};
use crate::sqlite::{Sqlite, learned, metadata, noted_faults, outbox, sealed, sweep, sync, webhooks};

/// Reads and writes. Cheap to clone. Every method is one transaction, durable when it returns.
#[derive(Clone)]
pub struct Store {
    pub(crate) reads: ReadStore,
}

impl Deref for Store {
    type Target = ReadStore;
    fn deref(&self) -> &ReadStore {
        &self.reads
    }
}

impl Store {
    /// Opens the database, creating and migrating it as needed.
    pub async fn open(options: Options) -> Result<Self> {
        let backend = Backend::Sqlite(Sqlite::open(options).await?);
        Ok(Self { reads: ReadStore { backend: Arc::new(backend) } })
    }
    /// Where a database file stands, without making or changing it.
    pub async fn schema_at(path: std::path::PathBuf) -> Result<Schema> {
        sqlite::blocking(move || sqlite::inspect::schema(&path)).await
    }
    /// The read-only side.
    pub fn reader(&self) -> ReadStore {
        self.reads.clone()
    }
    /// Finishes what is queued, checkpoints, closes. Later calls fail.
    pub async fn close(&self) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.close().await
    }

    // ---- applications ----

    /// Adds an application.
    pub async fn add_application(&self, application: Application) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::add(c, &application)).await
    }
    /// Replaces name and presentation.
    pub async fn update_application(&self, application: Application) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::update(c, &application)).await
    }
    /// Removes an application with its keys, callback URIs, connectors and webhooks; refused while it has grants.
    pub async fn remove_application(&self, id: ApplicationId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::remove(c, id)).await
    }
    /// Adds an API key.
    pub async fn add_api_key(&self, key: ApiKey) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::add_api_key(c, &key)).await
    }
    /// Revokes an API key.
    pub async fn remove_api_key(&self, application: ApplicationId, id: ApiKeyId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::remove_api_key(c, application, id)).await
    }
    /// Adds a callback URI; the same URL twice is `Exists`.
    pub async fn add_callback_uri(&self, uri: CallbackUri) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::add_callback_uri(c, &uri)).await
    }
    /// Replaces a callback URI.
    pub async fn update_callback_uri(&self, uri: CallbackUri) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::update_callback_uri(c, &uri)).await
    }
    /// Removes a callback URI.
    pub async fn remove_callback_uri(&self, application: ApplicationId, id: CallbackUriId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| applications::remove_callback_uri(c, application, id)).await
    }

    // ---- connectors ----

    /// Adds a connector; a second one for the provider is `Exists`.
    pub async fn add_connector(&self, connector: Connector) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::add(c, &connector)).await
    }
    /// Replaces a connector; what ailed it is forgotten, because the change may have mended it.
    pub async fn update_connector(&self, connector: Connector) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::update(c, &connector)).await
    }
    /// Removes a connector and its credentials. Its grants stay.
    pub async fn remove_connector(&self, application: ApplicationId, provider: Provider) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::remove(c, application, provider)).await
    }
    /// Adds credentials under a connector.
    pub async fn add_connector_credential(&self, credential: ConnectorCredential) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::add_credential(c, &credential)).await
    }
    /// Replaces credentials under a connector.
    pub async fn update_connector_credential(&self, credential: ConnectorCredential) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::update_credential(c, &credential)).await
    }
    /// Removes credentials under a connector.
    pub async fn remove_connector_credential(&self, connector: ConnectorId, id: ConnectorCredentialId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| connectors::remove_credential(c, connector, id)).await
    }

    /// Writes down the faults operators should see, added to what is known. Returns the unknown ones met for the first
    /// time. Of these the 200 seen last are kept per application.
    pub async fn note_faults(&self, notes: FaultNotes) -> Result<Vec<UnknownFault>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| noted_faults::note(c, &notes)).await
    }
    /// Forgets the application's unknown faults (they were reported); returns how many.
    pub async fn forget_unknown_faults(&self, application: ApplicationId) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| noted_faults::forget_unknown(c, application)).await
    }

    // ---- quotas ----

    /// Keeps what was learned about a subject, in place of what was known.
    pub async fn keep_learned(&self, subject: &'static str, content: String, now: Timestamp) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| learned::keep(c, subject, &content, now)).await
    }
    /// Adds to what was asked of providers, by grant and minute.
    pub async fn add_provider_minutes(&self, minutes: Vec<(GrantId, ProviderMinute)>) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| learned::add_minutes(c, &minutes)).await
    }

    // ---- grants ----

    /// Makes a grant or renews the one its application has for the address, or for the account under
    /// an earlier address (same id, same creation time), sets it valid, keeps its credential, makes its sync due now, and writes `grant.created` or `grant.updated`. "Now" is the
    /// grant's `updated_at`. A grant that moves to another provider starts with an empty mirror.
    pub async fn upsert_grant(&self, upsert: GrantUpsert) -> Result<Upserted> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::upsert(c, &upsert)).await
    }
    /// Replaces what a caller may edit (name, scopes, state) and writes `grant.updated`.
    pub async fn update_grant(&self, grant: Grant) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::update(c, &grant)).await
    }
    /// Sets the status; a change to invalid writes `grant.expired`, to valid `grant.updated`. Returns whether it changed.
    pub async fn set_grant_status(&self, id: GrantId, status: GrantStatus, now: Timestamp) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::set_status(c, id, status, now)).await
    }
    /// As [`Self::set_grant_status`] to invalid, unless the grant was authenticated again or edited since its `updated_at`
    /// was `seen`.
    pub async fn expire_grant(&self, id: GrantId, seen: Timestamp, now: Timestamp) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::expire(c, id, seen, now)).await
    }
    /// Removes a grant and everything mirrored for it, and writes `grant.deleted`. The mirror is unreachable at once; its
    /// rows go a little at a time while the writer is idle. What of its outbox had not ended goes with it, and `farewell`
    /// makes the event that tells so, in the same commit.
    pub async fn remove_grant(
        &self,
        id: GrantId,
        now: Timestamp,
        farewell: impl Fn(&Submission) -> Event + Send + 'static,
    ) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| {
            outbox::bid_farewell(c, id, farewell)?;
            grants::remove(c, id, now)
        })
        .await
    }
    /// Replaces a grant's credential with what a token refresh made of it, if its refresh token still lies there as
    /// `before`. Returns whether it did.
    pub async fn renew_credential(&self, grant: GrantId, before: Sealed, renewed: Credential) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::renew_credential(c, grant, &before, &renewed)).await
    }
    /// Replaces a grant's credential, whatever it was.
    pub async fn set_credential(&self, grant: GrantId, credential: Credential) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| grants::set_credential(c, grant, &credential)).await
    }
    /// Every sealed value of the installation not sealed under `key_id`, as (opaque place, sealed), up to `limit`.
    pub async fn sealed_under_other_keys(&self, key_id: &str, limit: usize) -> Result<Vec<(String, Sealed)>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        let key_id = key_id.to_owned();
        db.long(move |c| sealed::under_other_keys(c, &key_id, limit)).await
    }
    /// Writes re-sealed values back to their places, each only if it still holds the old value.
    pub async fn reseal(&self, values: Vec<(String, Sealed, Sealed)>) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sealed::reseal(c, &values)).await
    }

    // ---- hosted authentication ----

    /// Keeps a hosted authentication under way.
    pub async fn add_auth_request(&self, request: AuthRequest) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::add_request(c, &request)).await
    }
    /// Takes (and removes) a hosted authentication; expired ones are not given out.
    pub async fn take_auth_request(&self, state_hash: [u8; 32], now: Timestamp) -> Result<Option<AuthRequest>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::take_request(c, state_hash, now)).await
    }
    /// Keeps a code.
    pub async fn add_auth_code(&self, code: AuthCode) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::add_code(c, &code)).await
    }
    /// Takes (and removes) a code; expired ones are not given out.
    pub async fn take_auth_code(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Option<AuthCode>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::take_code(c, code_hash, now)).await
    }
    /// Keeps tokens of our own.
    pub async fn add_tokens(&self, tokens: Vec<Token>) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::add_tokens(c, &tokens)).await
    }
    /// Revokes every token of a family; returns how many died.
    pub async fn revoke_tokens(&self, family: uuid::Uuid) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| auth::revoke(c, family)).await
    }
    /// Removes what has expired: codes, authentications, tokens, and events and ended deliveries older than `keep_events_after`.
    pub async fn sweep(&self, now: Timestamp, keep_events_after: Timestamp) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sweep::sweep(c, now, keep_events_after)).await
    }

    // ---- the mirror ----

    /// Applies what a sync step learned, and writes the events and webhook deliveries it causes, in one transaction.
    /// Batches may repeat: an upsert equal to what is held changes nothing and announces nothing. A `Placement` for a
    /// message keeps its draft id; an upsert carries it. `metadata` of a held message survives an upsert.
    ///
    /// Upserts come first, then placements, then deletions; what happens to one message adds up to one event. Drafts are
    /// not announced: `message.created` goes out when a draft becomes a message. A thread counts as sent by the mailbox's
    /// owner what lies in a folder of role Sent or comes from the grant's address.
    ///
    /// Compressing and indexing are prepared on another thread. Larger batches cost less per message; 100 to 500 are good.
    pub async fn apply(&self, grant: GrantId, batch: MirrorBatch) -> Result<Applied> {
        self.apply_unless(grant, batch, |_, _, _| false).await
    }
    /// As [`Self::apply`], without upserts that are outdated by then: `outdated` is asked inside the transaction, after all
    /// that was written before it, with the message, when the provider was asked for it, and whether it is held. A held one
    /// stays as it is.
    pub async fn apply_unless(
        &self,
        grant: GrantId,
        batch: MirrorBatch,
        outdated: impl Fn(&MessageId, Moment, bool) -> bool + Send + 'static,
    ) -> Result<Applied> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        let codec = db.codec();
        let mailbox = db.brief(|c| Mailbox::expect(c, grant)).await?;
        let prepared = {
            let codec = codec.clone();
            sqlite::blocking(move || apply::PreparedBatch::new(grant, mailbox, batch, &codec)).await?
        };
        db.write(move |c| apply::apply(c, &codec, prepared, &outdated)).await
    }
    /// Replaces a message's metadata. No event.
    pub async fn set_metadata(
        &self,
        grant: GrantId,
        id: &MessageId,
        metadata: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        let id = id.clone();
        db.write(move |c| metadata::set(c, Mailbox::expect(c, grant)?, &id, metadata.as_ref())).await
    }
    /// Sets which messages are drafts and under which draft id (all of the grant's drafts as the provider lists them):
    /// listed ones become drafts, all others stop being drafts, ids that are not held are passed over. No event.
    pub async fn set_drafts(&self, grant: GrantId, drafts: Vec<(DraftId, MessageId)>) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| drafts::set(c, Mailbox::expect(c, grant)?, &drafts)).await
    }
    /// Replaces the sync state. A state whose `next_at` is the end of the worker's lease keeps the lease (the turn goes on);
    /// any other ends it. See [`Self::wake_sync`].
    pub async fn set_sync_state(&self, grant: GrantId, state: SyncState) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sync::set(c, grant, &state)).await
    }
    /// Claims grants (valid ones) whose sync is due: their `next_at` is moved to `lease_until`, and they are returned,
    /// earliest due first.
    pub async fn claim_due_syncs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Grant, SyncState)>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sync::claim_due(c, now, lease_until, limit)).await
    }
    /// Makes a grant's sync due at once (push, a change of ours). While a worker has the grant, it becomes due as soon as
    /// that worker writes the state that ends its turn: no wake-up is lost, and no grant is claimed twice.
    pub async fn wake_sync(&self, grant: GrantId, now: Timestamp) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| sync::wake(c, grant, now)).await
    }
    /// When the earliest sync of a valid grant is due.
    pub async fn next_sync_at(&self) -> Result<Option<Timestamp>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.brief(sync::next_at).await
    }

    // ---- webhooks ----

    /// Adds a webhook.
    pub async fn add_webhook(&self, webhook: Webhook) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| webhooks::add(c, &webhook)).await
    }
    /// Sets what `change` names, and nothing else; returns the webhook as it is then.
    pub async fn change_webhook(
        &self,
        application: ApplicationId,
        id: WebhookId,
        change: WebhookChange,
        now: Timestamp,
    ) -> Result<Webhook> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| webhooks::change(c, application, id, &change, now)).await
    }
    /// Sets the status of a webhook that was judged as `seen`, unless its status was set meanwhile, or it is gone. Returns
    /// whether it did.
    pub async fn judge_webhook(&self, seen: Webhook, status: WebhookStatus, now: Timestamp) -> Result<bool> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| webhooks::judge(c, &seen, status, now)).await
    }
    /// Removes a webhook and its deliveries.
    pub async fn remove_webhook(&self, application: ApplicationId, id: WebhookId) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| webhooks::remove(c, application, id)).await
    }
    /// Writes an event and its deliveries (for events that no other method writes).
    pub async fn add_event(&self, event: Event) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| events::add(c, &event)).await
    }
    /// Claims deliveries that are due: the attempt is counted and `next_at` moved to `lease_until` before they are returned.
    /// At most `per_webhook` of one webhook; deliveries of one grant to one webhook come in event order.
    ///
    /// They form a line. A claim takes its head and what is due right behind it, so attempt those of one line one after
    /// another. While the head is claimed, or waits to be tried again, nothing behind it is claimed.
    pub async fn claim_due_deliveries(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
        per_webhook: usize,
    ) -> Result<Vec<DueDelivery>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| delivery_claims::claim(c, now, lease_until, limit, per_webhook)).await
    }
    /// Writes how attempts ended. What is no longer pending, or no longer there, stays as it is.
    pub async fn finish_deliveries(&self, outcomes: Vec<DeliveryOutcome>, now: Timestamp) -> Result<()> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| delivery_claims::finish(c, &outcomes, now)).await
    }
    /// When the earliest delivery that could be claimed is due: the head of a line, of a webhook that is on.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.brief(delivery_claims::next_at).await
    }
    /// Makes failed deliveries of a webhook pending again (all, or the given ones), with their attempts counted anew;
    /// returns how many.
    pub async fn replay_deliveries(
        &self,
        webhook: WebhookId,
        ids: Option<Vec<DeliveryId>>,
        now: Timestamp,
    ) -> Result<usize> {
        let Backend::Sqlite(db) = &*self.reads.backend;
        db.write(move |c| deliveries::replay(c, webhook, ids.as_deref(), now)).await
    }
}
