//! One message in one file.

use super::{Error, LARGEST, Loaded, flags, io};
use std::path::Path;

/// The bytes of a message file, unchanged.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let size = std::fs::metadata(path).map_err(|source| io(path, source))?.len();
    if size > LARGEST {
        return Err(Error::TooLarge(path.to_owned()));
    }
    std::fs::read(path).map_err(|source| io(path, source))
}

pub(super) fn read(path: &Path) -> Result<Loaded, Error> {
    let raw = bytes(path)?;
    let labels = flags::from_headers(&raw);
    Ok(Loaded { raw, labels, internal_date_ms: None, source: path.to_owned() })
}
