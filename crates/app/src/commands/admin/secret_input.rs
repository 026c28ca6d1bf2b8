//! Secrets come in from a file or standard input, never as an argument: arguments show in process lists and histories.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

/// Reads a secret from a file, or from standard input when the path is `-`. Surrounding white space is dropped.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text).context("reading the secret from standard input")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("reading the secret from {}", path.display()))?;
    }
    let secret = text.trim();
    anyhow::ensure!(!secret.is_empty(), "{} holds no secret; it is empty", path.display());
    Ok(secret.to_owned())
}
