//! Store and engine, opened together.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use engine::{Engine, Parts, timer::Timer};
use store::Store;

use super::hold::{Hold, hold};
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
    /// The data folder, where it is served from.
    hold: Option<Hold>,
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
        Ok(Self::of(store, Engine::new(parts)?))
    }

    /// A house of these; its data folder is nobody's.
    pub fn of(store: Store, engine: Engine) -> Self {
        Self { store, engine, hold: None }
    }

    /// As [`Self::open`], for a server: nobody else serves from the data folder until the last clone is dropped.
    ///
    /// # Errors
    /// Also when somebody else does; names the folder and the remedy.
    pub async fn open_to_serve(config: &Config) -> anyhow::Result<Self> {
        let hold = hold(&config.storage.data_dir)?;
        Ok(Self { hold: Some(hold), ..Self::open(config).await? })
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(self) -> anyhow::Result<()> {
        let closed = self.store.close().await.context("closing the database");
        drop(self.hold);
        closed
    }
}

/// Opens the database alone, for commands that touch no secret.
pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Store> {
    make_private_folder(&config.storage.data_dir)?;
    let options = settings::store_options(config);
    let path = options.path.clone();
    Store::open(options).await.map_err(|error| match obstacle(&path) {
        // SQLite says only that the file cannot be opened.
        Some(reason) => anyhow::Error::new(error).context(format!(
            "opening the database {}: {reason} (the user Postroad runs as must be able to write to `storage.data_dir`)",
            path.display()
        )),
        None => anyhow::Error::new(error).context(format!("opening the database {}", path.display())),
    })
}

/// What the system says when the database is opened for writing, or another file made beside it; `None` when it lets us.
fn obstacle(database: &Path) -> Option<std::io::Error> {
    let opened = std::fs::OpenOptions::new().append(true).open(database).map(drop);
    match opened {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Some(error),
        _ => tempfile::tempfile_in(database.parent()?).err(),
    }
}

/// Makes a folder that only its owner may enter; one that exists is left as it is.
pub(crate) fn make_private_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("making the data folder {} (`storage.data_dir`)", path.display()))
}
