//! Files that hold secrets: readable by their owner only, written whole or not at all.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

/// Refuses a `--ready-file` that could not be written later, before anything is begun.
pub(super) fn must_have_place(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    anyhow::ensure!(folder.is_dir(), "--ready-file {}: there is no folder {}", path.display(), folder.display());
    anyhow::ensure!(!path.is_dir(), "--ready-file {}: that is a folder; name a file in it", path.display());
    Ok(())
}

/// Writes a file of mode 0600, all of it or nothing.
pub(super) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    let written = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(beside)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(beside, path));
    written.with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ready_file_needs_a_folder_and_a_name() {
        let folder = tempfile::tempdir().unwrap();
        assert!(must_have_place(&folder.path().join("ready.json")).is_ok());
        assert!(must_have_place(Path::new("ready.json")).is_ok());
        let nowhere = must_have_place(&folder.path().join("absent/ready.json")).unwrap_err().to_string();
        assert!(nowhere.contains("--ready-file") && nowhere.ends_with("absent"), "{nowhere}");
        assert!(must_have_place(folder.path()).unwrap_err().to_string().contains("that is a folder"));
    }
}
