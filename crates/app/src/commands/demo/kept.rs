//! What a demo keeps in its data folder, so that it comes back the same: `demo.json`, readable by its owner only.

use std::path::Path;

use anyhow::Context as _;
use model::secret::{ExposeSecret as _, SecretString};
use model::{ApplicationId, Clock as _, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::SystemClock;
use crate::commands::private_file::write_private;
use crate::config::Config;
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
    /// Where the sandbox was in the newest run.
    #[serde(default)]
    pub sandbox_url: Option<String>,
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

/// For commands on a demo's folder: its mailboxes are in its sandbox, not at a provider. Returns where that sandbox was, or
/// `None` where no demo keeps anything. Sealing keys that the configuration names stay.
///
/// # Errors
/// When what the demo keeps cannot be read.
pub(in crate::commands) fn recall(config: &mut Config) -> anyhow::Result<Option<String>> {
    let folder = config.storage.data_dir.clone();
    if !folder.join(NAME).exists() {
        return Ok(None);
    }
    let kept = Kept::read_or_new(&folder)?;
    kept.lend_key(config)?;
    let Some(url) = kept.sandbox_url.clone() else { return Ok(None) };
    config.webhooks.allow_private = true;
    config.google = stand_in::google_at(&url, SecretString::from(kept.push_token));
    config.microsoft = stand_in::microsoft_at(&url);
    Ok(Some(url))
}

impl Kept {
    /// Seals with the demo's key unless the configuration has keys.
    pub(super) fn lend_key(&self, config: &mut Config) -> anyhow::Result<()> {
        if config.sealing.keys.is_empty() {
            let (id, key) = self.sealing_key.split_once(':').context("the demo's sealing key is `id:base64`")?;
            config.sealing.keys = vec![SealingKey::new(id, key).map_err(anyhow::Error::msg)?];
        }
        Ok(())
    }

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
            sandbox_url: None,
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
    fn commands_on_a_demos_folder_use_its_sandbox_and_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = crate::config::load(None, &[]).unwrap().config;
        config.storage.data_dir = folder.path().to_owned();
        let untouched = format!("{:?}", config.google);
        assert_eq!(recall(&mut config).unwrap(), None);
        assert_eq!(format!("{:?}", config.google), untouched, "no demo keeps anything here");
        let mut kept = Kept::read_or_new(folder.path()).unwrap();
        kept.sandbox_url = Some("http://127.0.0.1:5".into());
        kept.write(folder.path()).unwrap();
        assert_eq!(recall(&mut config).unwrap().as_deref(), Some("http://127.0.0.1:5"));
        assert_eq!(config.google.token_url, "http://127.0.0.1:5/token");
        assert_eq!(config.sealing.keys.len(), 1);
    }

    #[test]
    fn a_folder_with_somebody_elses_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("postroad.db"), b"").unwrap();
        let error = Kept::read_or_new(folder.path()).err().unwrap().to_string();
        assert!(error.contains("--data-dir"), "{error}");
    }
}
