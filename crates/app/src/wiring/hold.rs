//! One server per data folder.
//!
//! A server that starts takes what it finds under way for broken off by a crash, and goes on with it. Beside a server that
//! runs, that would send mail twice. So whoever serves holds a lock on the folder. The system gives it back however the
//! process ends: nothing has to be removed after a crash. Commands that read or write rows need no lock; SQLite has its own.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::make_private_folder;

/// The file that is locked; there is nothing in it.
const NAME: &str = "postroad.lock";

/// The right to serve from a data folder, until the last clone is dropped.
#[derive(Clone, Debug)]
pub(super) struct Hold(#[expect(dead_code, reason = "held, not read")] Arc<File>);

/// Takes the folder, making it as needed.
///
/// # Errors
/// When another process serves from it, or nothing can be written there; names the folder and the remedy.
pub(super) fn hold(folder: &Path) -> anyhow::Result<Hold> {
    make_private_folder(folder)?;
    let path = folder.join(NAME);
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let file = opened.with_context(|| {
        format!(
            "making {} (the user Postroad runs as must be able to write to `storage.data_dir`, {})",
            path.display(),
            folder.display()
        )
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Hold(Arc::new(file))),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another Postroad serves from the data folder {}; two of them would send the same mail twice. Stop the other \
             one first, or give this one a folder of its own (`storage.data_dir`)",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_served_from_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("data");
        let first = hold(&folder).unwrap();
        let clone = first.clone();
        drop(first);
        let refused = hold(&folder).unwrap_err().to_string();
        assert!(refused.contains(&folder.display().to_string()) && refused.contains("`storage.data_dir`"), "{refused}");
        drop(clone);
        hold(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(NAME)).unwrap();
        let refused = format!("{:#}", hold(folder.path()).unwrap_err());
        assert!(refused.contains("`storage.data_dir`") && refused.contains("directory (os error"), "{refused}");
    }
}
