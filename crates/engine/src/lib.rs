//! Decides and does; the only caller of providers.
//!
//! [`Engine`] is what `server` and `app` hold. Every failure of it is a [`model::Fault`]. Background work (sync, webhook
//! deliveries, sweeping) runs in [`Engine::run`]. Every provider call passes [`gate`].

pub mod admin;
pub mod auth;
pub mod connectors;
pub mod drafts;
pub mod folders;
pub mod gate;
pub mod grants;
pub mod messages;
pub mod push;
pub mod seal;
pub mod settings;
pub mod threads;
pub mod timer;
pub mod webhooks;

use std::sync::Arc;

use model::{Clock, Fault};

pub use settings::Settings;

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

#[allow(dead_code)]
struct Inner {
    parts: Parts,
}

#[allow(unused_variables)]
impl Engine {
    /// Puts the engine together. Touches neither network nor disk.
    pub fn new(parts: Parts) -> Result<Self> {
        todo!()
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
    pub fn now(&self) -> model::Timestamp {
        self.inner.parts.clock.now()
    }

    /// Runs all background work until `stop` is cancelled, then finishes what is in hand and returns.
    pub async fn run(&self, stop: tokio_util::sync::CancellationToken) {
        todo!()
    }
}
