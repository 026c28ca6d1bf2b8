//! Store and engine, opened together.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use engine::{Engine, Parts, timer::Timer};
use store::Store;

use super::settings;
use crate::clock::SystemClock;
use crate::config::Config;

/// The database and the engine over it. Cheap to clone.
#[derive(Clone)]
pub struct House {
    /// Everything at rest.
    pub store: Store,
    /// Everything that decides.
    pub engine: Engine,
}

impl House {
    /// Opens the database (making and migrating it as needed) and puts the engine over it. Starts nothing.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let sealer = settings::sealer(config)?;
        let store = open_store(config).await?;
        let parts = Parts {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            timer: Timer::system(),
            sealer,
            settings: settings::engine_settings(config),
        };
        Ok(Self { store, engine: Engine::new(parts)? })
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await.context("closing the database")
    }
}

/// Opens the database alone, for commands that touch no secret.
pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Store> {
    make_private_folder(&config.storage.data_dir)?;
    let options = settings::store_options(config);
    let path = options.path.display().to_string();
    Store::open(options).await.with_context(|| format!("opening the database {path}"))
}

/// Makes a folder that only its owner may enter; one that exists is left as it is.
pub(crate) fn make_private_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("making the data folder {} (`storage.data_dir`)", path.display()))
}
