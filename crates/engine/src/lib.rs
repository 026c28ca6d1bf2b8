//! Decides and does; the only caller of providers.
//!
//! [`Engine`] is what `server` and `app` hold. Every failure of it is a [`model::Fault`]. Background work (sync, webhook
//! deliveries, sweeping) runs in [`Engine::run`]. Every provider call passes [`gate`]; no transaction of the store is
//! open across one, because the store offers no way to hold one open.

pub mod admin;
mod at_rest;
pub mod auth;
pub mod connectors;
mod digest;
pub mod doors;
pub mod drafts;
pub mod folders;
pub mod gate;
pub mod grants;
pub mod ingest;
mod ledger;
mod lock;
pub mod messages;
pub mod outbox;
pub mod push;
pub mod quotas;
mod random;
mod reports;
mod run;
pub mod seal;
pub mod settings;
mod sync;
#[cfg(test)]
mod testing;
pub mod threads;
pub mod timer;
pub mod tracking;
pub mod webhooks;
pub mod wordings;

use std::sync::Arc;
use std::time::Duration;

use model::sync::{Applied, MirrorBatch, Moment};
use model::{Clock, Fault, GrantId, MessageId, Timestamp};
use uuid::Uuid;

use at_rest::AtRest;
pub use grants::readable;
/// What providers say and what it is taken for, by example; for the catalogue of faults.
pub use providers::signals::{all as fault_signals, noon as fault_signals_at};
pub use settings::Settings;
use sync::Happened;

/// Results of the engine.
pub type Result<T> = std::result::Result<T, Fault>;

/// What an engine is made of.
pub struct Parts {
    /// Everything at rest.
    pub store: store::Store,
    /// The instant.
    pub clock: Arc<dyn Clock>,
    /// Waiting.
    pub timer: timer::Timer,
    /// Opens and seals secrets.
    pub sealer: seal::Sealer,
    /// Limits, intervals, endpoints.
    pub settings: Settings,
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// What the rooms of the engine share.
pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) gate: gate::Gate,
    pub(crate) ledger: Arc<ledger::Ledger>,
    pub(crate) board: sync::Board,
    pub(crate) lately: Arc<sync::Lately>,
    pub(crate) folder_lists: folders::FolderLists,
    pub(crate) post: webhooks::Post,
    pub(crate) outbox: outbox::Outbox,
    pub(crate) id_tokens: auth::IdTokens,
    pub(crate) known_keys: admin::KnownKeys,
}

impl Engine {
    /// Puts the engine together. Touches neither network nor disk.
    pub fn new(parts: Parts) -> Result<Self> {
        let endpoints = parts.settings.endpoints.clone();
        let wire = doors::Wire::trusting(
            &parts.settings.provider_ca,
            endpoints,
            parts.clock.clone(),
            parts.settings.provider_timeout,
        )?;
        Self::with_doors(parts, Arc::new(wire))
    }

    /// As [`Self::new`], reaching providers through the given doors.
    pub fn with_doors(parts: Parts, doors: Arc<dyn doors::Doors>) -> Result<Self> {
        let post = webhooks::Post::new(&parts.settings)?;
        let ledger = Arc::new(ledger::Ledger::default());
        let inner = Inner {
            gate: gate::Gate::new(&parts, doors, post.bell(), ledger.clone()),
            ledger,
            board: sync::Board::default(),
            lately: Arc::default(),
            folder_lists: folders::FolderLists::default(),
            outbox: outbox::Outbox::default(),
            post,
            id_tokens: auth::IdTokens::new(&parts.sealer),
            known_keys: admin::KnownKeys::default(),
            parts,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The read-only side of the store, for `server`.
    pub fn reads(&self) -> store::ReadStore {
        self.inner.parts.store.reader()
    }

    /// The settings it runs with.
    pub fn settings(&self) -> &Settings {
        &self.inner.parts.settings
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.inner.now()
    }

    /// What tells the instant.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.inner.parts.clock.clone()
    }

    /// Runs all background work until `stop` is cancelled, then finishes what is in hand and returns.
    pub async fn run(&self, stop: tokio_util::sync::CancellationToken) {
        run::run(self.inner.clone(), stop).await;
    }
}

impl Inner {
    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) fn store(&self) -> &store::Store {
        &self.parts.store
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// Waits; [`timer`] decides how.
    pub(crate) async fn wait(&self, duration: Duration) {
        self.wait_until(timer::later(self.now(), duration)).await;
    }

    /// Waits until an instant.
    pub(crate) async fn wait_until(&self, instant: Timestamp) {
        self.parts.timer.until(instant).await;
    }

    /// A new identifier, ordered by the injected clock (UUID version 7, RFC 9562 section 5.7).
    pub(crate) fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random::bytes()).into_uuid()
    }

    /// Applies a batch to the mirror, reports about sent mail read on the way, and wakes the deliverer when it caused
    /// deliveries.
    pub(crate) async fn apply(&self, grant: GrantId, mut batch: MirrorBatch) -> Result<Applied> {
        let rest = reports::read(self, grant, &mut batch).await?;
        self.lately.note(Happened::Gone, grant, &batch.deletions, self.now());
        let outdated = self.outdated(grant);
        // Before anybody hears of it: who does may find sending closed.
        if let Some(until) = rest {
            reports::rest(self, grant, until).await?;
        }
        let applied = self.store().apply_unless(grant, batch, outdated).await.at_rest()?;
        if applied.deliveries > 0 {
            self.post.wake();
        }
        Ok(applied)
    }

    /// Tells which messages were overtaken while they were on their way: gone meanwhile, or changed by us.
    fn outdated(&self, grant: GrantId) -> impl Fn(&MessageId, Moment, bool) -> bool + Send + 'static {
        let lately = self.lately.clone();
        move |id, as_of, held| {
            let since = |what| lately.since(what, grant, id, as_of);
            since(Happened::Gone) || (held && since(Happened::Changed))
        }
    }

    /// Something happened in a mailbox: sync it at once, whoever serves.
    pub(crate) async fn hint(&self, grant: GrantId) -> Result<()> {
        if self.board.hint(grant) {
            return Ok(());
        }
        self.store().wake_sync(grant, self.now()).await.at_rest()
    }
}
