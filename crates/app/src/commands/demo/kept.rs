//! What a demo keeps in its data folder, so that it comes back the same: `demo.json`, readable by its owner only.

use std::path::Path;

use anyhow::Context as _;
use model::secret::ExposeSecret as _;
use model::{ApplicationId, Clock as _, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::SystemClock;
use crate::commands::private_file::write_private;
use crate::config::keys::SealingKey;
use crate::wiring::{self, stand_in};

/// The demo's memory.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    /// `id:base64`.
    pub sealing_key: String,
    /// Proves the sandbox's pushes.
    pub push_token: String,
    /// Of the mail and of the sandbox's ids.
    pub seed: u64,
    /// The instant the newest generated mail arrived before.
    pub seeded_at: Timestamp,
    /// Made at the first start.
    pub application_id: Option<ApplicationId>,
    /// Made at the first start.
    pub api_key: Option<String>,
}

const NAME: &str = "demo.json";

/// Keeps the folder for this demo until dropped: two demos over one mirror would each undo what the other's sandbox tells.
pub(super) fn hold(folder: &Path) -> anyhow::Result<std::fs::File> {
    wiring::make_private_folder(folder)?;
    let path = folder.join("demo.lock");
    let lock = std::fs::File::create(&path).with_context(|| format!("making {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!("another demo runs on {}; stop it or give another --data-dir", folder.display())
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

impl Kept {
    /// Reads what an earlier demo kept in the folder, or starts anew.
    pub(super) fn read_or_new(folder: &Path) -> anyhow::Result<Self> {
        wiring::make_private_folder(folder)?;
        let path = folder.join(NAME);
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .with_context(|| format!("{} is not what a demo writes; give another --data-dir", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                anyhow::ensure!(
                    !folder.join("postroad.db").exists(),
                    "{} holds a database that no demo made; give another --data-dir",
                    folder.display()
                );
                Self::fresh()
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    fn fresh() -> anyhow::Result<Self> {
        Ok(Self {
            sealing_key: SealingKey::generate("demo").map_err(anyhow::Error::msg)?.reveal(),
            push_token: wiring::random_token()?.expose_secret().to_owned(),
            seed: stand_in::DEFAULT_SEED,
            seeded_at: SystemClock.now(),
            application_id: None,
            api_key: None,
        })
    }

    /// Takes the seed asked for; without one, the seed stays what it was.
    pub(super) fn choose_seed(&mut self, asked: Option<u64>) {
        self.seed = asked.unwrap_or(self.seed);
    }

    /// Writes it, mode 0600, and the sealing key beside it for `postroad admin`.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        write_private(&folder.join("sealing.keys"), format!("{}\n", self.sealing_key).as_bytes())?;
        write_private(&folder.join(NAME), &serde_json::to_vec_pretty(self)?)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_belongs_to_one_demo_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = hold(folder.path()).unwrap();
        let refused = hold(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("another demo runs") && refused.contains("--data-dir"), "{refused}");
        drop(first);
        hold(folder.path()).unwrap();
    }

    #[test]
    fn a_demo_comes_back_the_same_and_its_secrets_are_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let first = Kept::read_or_new(folder.path()).unwrap();
        first.write(folder.path()).unwrap();
        let again = Kept::read_or_new(folder.path()).unwrap();
        assert_eq!((&first.sealing_key, first.seeded_at), (&again.sealing_key, again.seeded_at));
        for name in [NAME, "sealing.keys"] {
            let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_folder_with_somebody_elses_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("postroad.db"), b"").unwrap();
        let error = Kept::read_or_new(folder.path()).err().unwrap().to_string();
        assert!(error.contains("--data-dir"), "{error}");
    }
}
