//! The writing side: one group-committing writer.

use std::ops::Deref;

use model::application::{ApiKey, Application, CallbackUri};
use model::connector::{Connector, ConnectorCredential};
use model::event::Event;
use model::grant::{Credential, Grant, GrantStatus};
use model::secret::Sealed;
use model::sync::{Applied, MirrorBatch, SyncState};
use model::webhook::Webhook;
use model::*;

use crate::Result;
use crate::read::ReadStore;
use crate::rows::*;

/// Reads and writes. Cheap to clone. Every method is one transaction, durable when it returns.
#[derive(Clone)]
pub struct Store {
    reads: ReadStore,
    // writer
}

impl Deref for Store {
    type Target = ReadStore;
    fn deref(&self) -> &ReadStore {
        &self.reads
    }
}

#[allow(unused_variables)]
impl Store {
    /// Opens the database, creating and migrating it as needed.
    pub async fn open(options: Options) -> Result<Self> {
        todo!()
    }
    /// The read-only side.
    pub fn reader(&self) -> ReadStore {
        self.reads.clone()
    }
    /// Finishes what is queued, checkpoints, closes. Later calls fail.
    pub async fn close(&self) -> Result<()> {
        todo!()
    }

    // ---- applications ----

    /// Adds an application.
    pub async fn add_application(&self, application: Application) -> Result<()> {
        todo!()
    }
    /// Replaces name and presentation.
    pub async fn update_application(&self, application: Application) -> Result<()> {
        todo!()
    }
    /// Adds an API key.
    pub async fn add_api_key(&self, key: ApiKey) -> Result<()> {
        todo!()
    }
    /// Revokes an API key.
    pub async fn remove_api_key(&self, application: ApplicationId, id: ApiKeyId) -> Result<()> {
        todo!()
    }
    /// Adds a callback URI; the same URL twice is `Exists`.
    pub async fn add_callback_uri(&self, uri: CallbackUri) -> Result<()> {
        todo!()
    }
    /// Replaces a callback URI.
    pub async fn update_callback_uri(&self, uri: CallbackUri) -> Result<()> {
        todo!()
    }
    /// Removes a callback URI.
    pub async fn remove_callback_uri(&self, application: ApplicationId, id: CallbackUriId) -> Result<()> {
        todo!()
    }

    // ---- connectors ----

    /// Adds a connector; a second one for the provider is `Exists`.
    pub async fn add_connector(&self, connector: Connector) -> Result<()> {
        todo!()
    }
    /// Replaces a connector.
    pub async fn update_connector(&self, connector: Connector) -> Result<()> {
        todo!()
    }
    /// Removes a connector and its credentials. Its grants stay.
    pub async fn remove_connector(&self, application: ApplicationId, provider: Provider) -> Result<()> {
        todo!()
    }
    /// Adds credentials under a connector.
    pub async fn add_connector_credential(&self, credential: ConnectorCredential) -> Result<()> {
        todo!()
    }
    /// Replaces credentials under a connector.
    pub async fn update_connector_credential(&self, credential: ConnectorCredential) -> Result<()> {
        todo!()
    }
    /// Removes credentials under a connector.
    pub async fn remove_connector_credential(&self, connector: ConnectorId, id: ConnectorCredentialId) -> Result<()> {
        todo!()
    }

    // ---- grants ----

    /// Makes a grant or renews the one its application has for the address (same id, same creation time), sets it
    /// valid, keeps its credential, makes its sync due now, and writes `grant.created` or `grant.updated`.
    pub async fn upsert_grant(&self, upsert: GrantUpsert) -> Result<Upserted> {
        todo!()
    }
    /// Replaces what a caller may edit (name, scopes, state) and writes `grant.updated`.
    pub async fn update_grant(&self, grant: Grant) -> Result<()> {
        todo!()
    }
    /// Sets the status; a change to invalid writes `grant.expired`, to valid `grant.updated`. Returns whether it changed.
    pub async fn set_grant_status(&self, id: GrantId, status: GrantStatus, now: Timestamp) -> Result<bool> {
        todo!()
    }
    /// Removes a grant and everything mirrored for it, and writes `grant.deleted`.
    pub async fn remove_grant(&self, id: GrantId, now: Timestamp) -> Result<()> {
        todo!()
    }
    /// Replaces a grant's credential (after a token refresh).
    pub async fn set_credential(&self, grant: GrantId, credential: Credential) -> Result<()> {
        todo!()
    }
    /// Every sealed value of the installation not sealed under `key_id`, as (opaque place, sealed), up to `limit`.
    pub async fn sealed_under_other_keys(&self, key_id: &str, limit: usize) -> Result<Vec<(String, Sealed)>> {
        todo!()
    }
    /// Writes re-sealed values back to their places, each only if it still holds the old value.
    pub async fn reseal(&self, values: Vec<(String, Sealed, Sealed)>) -> Result<usize> {
        todo!()
    }

    // ---- hosted authentication ----

    /// Keeps a hosted authentication under way.
    pub async fn add_auth_request(&self, request: AuthRequest) -> Result<()> {
        todo!()
    }
    /// Takes (and removes) a hosted authentication; expired ones are not given out.
    pub async fn take_auth_request(&self, state_hash: [u8; 32], now: Timestamp) -> Result<Option<AuthRequest>> {
        todo!()
    }
    /// Keeps a code.
    pub async fn add_auth_code(&self, code: AuthCode) -> Result<()> {
        todo!()
    }
    /// Takes (and removes) a code; expired ones are not given out.
    pub async fn take_auth_code(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Option<AuthCode>> {
        todo!()
    }
    /// Keeps tokens of our own.
    pub async fn add_tokens(&self, tokens: Vec<Token>) -> Result<()> {
        todo!()
    }
    /// Revokes every token of a family; returns how many died.
    pub async fn revoke_tokens(&self, family: uuid::Uuid) -> Result<usize> {
        todo!()
    }
    /// Removes what has expired: codes, authentications, tokens, and events and ended deliveries older than `keep_events_after`.
    pub async fn sweep(&self, now: Timestamp, keep_events_after: Timestamp) -> Result<()> {
        todo!()
    }

    // ---- the mirror ----

    /// Applies what a sync step learned, and writes the events and webhook deliveries it causes, in one transaction.
    /// Batches may repeat: an upsert equal to what is held changes nothing and announces nothing. A `Placement` for a
    /// message keeps its draft id; an upsert carries it. `metadata` of a held message survives an upsert.
    pub async fn apply(&self, grant: GrantId, batch: MirrorBatch) -> Result<Applied> {
        todo!()
    }
    /// Replaces a message's metadata. No event.
    pub async fn set_metadata(
        &self,
        grant: GrantId,
        id: &MessageId,
        metadata: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Result<()> {
        todo!()
    }
    /// Sets which messages are drafts and under which draft id (all of the grant's drafts as the provider lists them).
    pub async fn set_drafts(&self, grant: GrantId, drafts: Vec<(DraftId, MessageId)>) -> Result<()> {
        todo!()
    }
    /// Replaces the sync state.
    pub async fn set_sync_state(&self, grant: GrantId, state: SyncState) -> Result<()> {
        todo!()
    }
    /// Claims grants (valid ones) whose sync is due: their `next_at` is moved to `lease_until`, and they are returned,
    /// earliest due first.
    pub async fn claim_due_syncs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Grant, SyncState)>> {
        todo!()
    }
    /// Makes a grant's sync due at once (push, a change of ours).
    pub async fn wake_sync(&self, grant: GrantId, now: Timestamp) -> Result<()> {
        todo!()
    }
    /// When the earliest sync of a valid grant is due.
    pub async fn next_sync_at(&self) -> Result<Option<Timestamp>> {
        todo!()
    }

    // ---- webhooks ----

    /// Adds a webhook.
    pub async fn add_webhook(&self, webhook: Webhook) -> Result<()> {
        todo!()
    }
    /// Replaces a webhook.
    pub async fn update_webhook(&self, webhook: Webhook) -> Result<()> {
        todo!()
    }
    /// Removes a webhook and its deliveries.
    pub async fn remove_webhook(&self, application: ApplicationId, id: WebhookId) -> Result<()> {
        todo!()
    }
    /// Writes an event and its deliveries (for events that no other method writes).
    pub async fn add_event(&self, event: Event) -> Result<usize> {
        todo!()
    }
    /// Claims deliveries that are due: the attempt is counted and `next_at` moved to `lease_until` before they are returned.
    /// At most `per_webhook` of one webhook; deliveries of one grant to one webhook come in event order.
    pub async fn claim_due_deliveries(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
        per_webhook: usize,
    ) -> Result<Vec<DueDelivery>> {
        todo!()
    }
    /// Writes how attempts ended.
    pub async fn finish_deliveries(&self, outcomes: Vec<DeliveryOutcome>, now: Timestamp) -> Result<()> {
        todo!()
    }
    /// When the earliest pending delivery is due.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>> {
        todo!()
    }
    /// Makes failed deliveries of a webhook pending again (all, or the given ones); returns how many.
    pub async fn replay_deliveries(
        &self,
        webhook: WebhookId,
        ids: Option<Vec<DeliveryId>>,
        now: Timestamp,
    ) -> Result<usize> {
        todo!()
    }
}
